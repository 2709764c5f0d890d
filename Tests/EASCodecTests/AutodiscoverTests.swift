import EASCodec
import Testing

/// Requests of Autodiscover, sound and not, and answers that hold what they were given.
@Suite struct AutodiscoverTests {
    static let mobile = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006"
    static let outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
    static func request(_ address: String = "ann@example.org", schema: String? = mobile, namespace: Bool = true, head: String = "") -> String {
        let name = namespace ? " xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006\"" : ""
        let wanted = schema.map { "<AcceptableResponseSchema>\($0)</AcceptableResponseSchema>" } ?? ""
        return "\(head)<Autodiscover\(name)><Request><EMailAddress>\(address)</EMailAddress>\(wanted)</Request></Autodiscover>"
    }
    /// MS-ASCMD_R41, MS-ASCMD_R703, MS-ASCMD_R2225
    static let sound: [(String, String, AutodiscoverRequest.Schema)] = [
        (request(), "ann@example.org", .mobileSync), (request(schema: outlook), "ann@example.org", .outlook),
        (request(schema: nil, namespace: false), "ann@example.org", .mobileSync), (request(schema: ""), "ann@example.org", .mobileSync),
        (request(head: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- x -->"), "ann@example.org", .mobileSync),
        (request("  a&amp;b@example.org\r\n"), "a&b@example.org", .mobileSync), (request("<![CDATA[ann@example.org]]>"), "ann@example.org", .mobileSync),
        ("\u{FEFF}" + request(), "ann@example.org", .mobileSync),
    ]
    @Test(arguments: Self.sound.indices) func understands(_ index: Int) throws {
        let (text, address, schema) = Self.sound[index]
        let asked = try AutodiscoverRequest(Array(text.utf8))
        #expect(asked.address == address && asked.schema == schema)
    }
    /// MS-ASCMD_R3799 (two Requests); threat T15.
    static let refused: [(String, AutodiscoverRequest.Failure)] = [
        ("", .malformed), ("<Autodiscover><Request>", .malformed), ("<Other/>", .malformed), ("nonsense", .malformed),
        ("<Autodiscover/>", .malformed), (request(""), .malformed), (request(String(repeating: "a", count: 400)), .malformed),
        ("<Autodiscover><Request><EMailAddress>a@b</EMailAddress></Request><Request/></Autodiscover>", .malformed),
        (request(schema: "http://example.org/other"), .unknownSchema),
        (request(head: "<!DOCTYPE x [<!ENTITY a \"b\">]>"), .doctype), (request(head: "<?xml version=\"1.0\"?><!doctype x>"), .doctype),
        (request("&a;"), .malformed), (String(repeating: "<a>", count: 40), .malformed),
        ("<Autodiscover>" + String(repeating: "<a/>", count: 300) + "</Autodiscover>", .malformed), (String(repeating: "x", count: 70_000), .malformed),
    ]
    @Test(arguments: Self.refused.indices) func refuses(_ index: Int) {
        let (text, failure) = Self.refused[index]
        #expect(throws: failure) { try AutodiscoverRequest(Array(text.utf8)) }
    }
    @Test func aDoctypeOfSixteenBitsIsOne() {
        let text = Self.request(head: "<!DOCTYPE x>")
        #expect(throws: AutodiscoverRequest.Failure.doctype) {
            try AutodiscoverRequest([0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
        }
    }
    @Test func answersAreEscaped() {
        let text = AutodiscoverAnswer.mobileSync(displayName: "A <b> & \"c\"\u{1}", address: "a'b@example.org", url: "https://x/y?a&b")
        #expect(text.contains("<DisplayName>A &lt;b&gt; &amp; &quot;c&quot;</DisplayName>"))
        #expect(text.contains("<Url>https://x/y?a&amp;b</Url><Name>https://x/y?a&amp;b</Name>"))
    }
    /// Any cut and any changed octet of a request ends in an answer.
    @Test func damagedRequestsEnd() {
        let text = Array(Self.request().utf8)
        for end in text.indices { _ = try? AutodiscoverRequest(Array(text[..<end])) }
        for place in text.indices {
            var changed = text
            changed[place] ^= 0x55
            _ = try? AutodiscoverRequest(changed)
        }
    }
}
