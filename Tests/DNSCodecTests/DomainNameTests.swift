import DNSCodec
import Testing

@Suite struct DomainNameTests {
    static let table: [(String, String?)] = [
        ("Example.ORG", "example.org"), ("example.org.", "example.org"), ("Bücher.example", "xn--bcher-kva.example"),
        // Non-transitional: the sharp s is a letter of its own. (UTS 46 §4)
        ("faß.de", "xn--fa-hia.de"), ("XN--bcher-kva.example", "xn--bcher-kva.example"), ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"), ("_dmarc.example.org", "_dmarc.example.org"), ("", nil), (".", nil), ("a..b", nil), (".a", nil),
        ("a b", nil), ("a\0b", nil), ("xn--a", nil), ("-\u{301}.de", nil), (String(repeating: "a", count: 64), nil), (String(repeating: "ü", count: 64), nil),
        (String(repeating: "abc.", count: 64), nil), (String(repeating: "é.", count: 1000), nil),
    ]
    @Test(arguments: table) func becomesASCII(_ text: String, _ wanted: String?) { #expect(DomainName.ascii(text) == wanted) }

    @Test func becomesReadable() {
        #expect(DomainName.unicode("xn--bcher-kva.example") == "bücher.example")
        #expect(DomainName.unicode("example.org") == "example.org")
        #expect(DomainName.unicode("xn--a") == "xn--a")
    }
    static let hosts: [(String, Bool)] = [
        ("mx.example.org", true), ("a-b.test", true), ("1.test", true), ("-a.test", false), ("a-.test", false), ("_x.test", false), ("", false), ("a..b", false),
    ]
    @Test(arguments: hosts) func knowsHosts(_ text: String, _ wanted: Bool) { #expect(DomainName.isHost(text) == wanted) }
}
