import EASCodec
import Testing

/// Autodiscover from a client's side. (MS-ASCMD §2.2.1.1, threats T15, T22)
@Suite struct AutodiscoverSessionTests {
    static let path = "/AutoDiscover/AutoDiscover.xml"
    static func request(_ address: String, _ schema: String = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006") -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006"><Request>\
            <EMailAddress>\(address)</EMailAddress><AcceptableResponseSchema>\(schema)</AcceptableResponseSchema></Request></Autodiscover>
            """.utf8)
    }
    func text(_ answer: PhoneLine.Answer?) -> String { String(decoding: answer?.body ?? [], as: UTF8.self) }

    /// MS-ASCMD_R3482, MS-ASCMD_R3484, MS-ASCMD_R3890, MS-ASCMD_R4693, MS-ASCMD_R3815
    @Test func tellsWhoHasLoggedInWhereTheServerIs() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let answer = await phone.send("POST", nil, [phone.authorization, ("Content-Type", "text/xml")], Self.request("Ann@example.org"), path: Self.path)
        #expect(answer?.status == 200 && answer?.head.contains("Content-Type: text/xml") == true)
        #expect(text(answer).contains("<DisplayName>Ann</DisplayName><EMailAddress>ann@example.org</EMailAddress>"))
        let url = "https://mail.example.org/Microsoft-Server-ActiveSync"
        #expect(text(answer).contains("<Type>MobileSync</Type><Url>\(url)</Url><Name>\(url)</Name>"))
        let outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
        let other = await phone.send("POST", nil, [phone.authorization], Self.request("ann@example.org", outlook), path: Self.path)
        #expect(text(other).contains("<Type>IMAP</Type><Server>mail.example.org</Server><Port>993</Port>"))
    }
    @Test func nothingWithoutCredentials() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        #expect(await phone.send("POST", nil, [], Self.request("ann@example.org"), path: Self.path)?.status == 401)
        phone.password = "wrong"
        #expect(await phone.send("POST", nil, [phone.authorization], Self.request("ann@example.org"), path: Self.path)?.status == 401)
    }
    /// MS-ASCMD_R3818. Threat T22: a colleague, a stranger and nobody are alike.
    @Test func otherAddressesAreUnknownWhetherTheyAreThereOrNot() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        var answers: Set<String> = []
        for address in ["bob@example.org", "nobody@example.org", "x@elsewhere.example"] {
            let answer = await phone.send("POST", nil, [phone.authorization], Self.request(address), path: Self.path)
            #expect(answer?.status == 200)
            let time = text(answer).firstRange(of: "Id=").map { String(text(answer)[$0.lowerBound...]) } ?? ""
            #expect(time.contains("<ErrorCode>500</ErrorCode>"))
            answers.insert(time)
        }
        #expect(answers.count == 1)
    }
    @Test(arguments: [("<Autodiscover><Request>", 200, "600"), ("<!DOCTYPE x><Autodiscover/>", 400, ""), ("", 200, "600")])
    func whatMakesNoSenseIsRefused(_ body: String, _ status: Int, _ code: String) async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let answer = await phone.send("POST", nil, [phone.authorization], Array(body.utf8), path: Self.path)
        #expect(answer?.status == status)
        if !code.isEmpty { #expect(text(answer).contains("<ErrorCode>\(code)</ErrorCode>")) }
        let schema = await phone.send("POST", nil, [phone.authorization], Self.request("ann@example.org", "http://x/y"), path: Self.path)
        #expect(text(schema).contains("<ErrorCode>601</ErrorCode>"))
        #expect(await phone.send("GET", nil, [phone.authorization], path: Self.path)?.status == 405)
        #expect(await phone.send("POST", nil, [phone.authorization], [UInt8](repeating: 32, count: 70_000), path: Self.path)?.status == 413)
    }
    @Test func theFormInJSONTellsNothingOfAnybody() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let path = "/autodiscover/autodiscover.json"
        for address in ["ann@example.org", "nobody@example.org", "x@elsewhere.example"] {
            let answer = await phone.send("GET", "Email=\(address)&Protocol=ActiveSync&RedirectCount=1", [], path: path)
            #expect(answer?.status == 200)
            #expect(text(answer) == "{\"Protocol\":\"ActiveSync\",\"Url\":\"https://mail.example.org/Microsoft-Server-ActiveSync\"}")
        }
        let older = await phone.send("GET", "email=x&protocol=autodiscoverv1", [], path: path)
        #expect(text(older).contains("\"Url\":\"https://mail.example.org/autodiscover/autodiscover.xml\""))
        #expect(await phone.send("GET", "Email=x&Protocol=EWS", [], path: path)?.status == 400)
        #expect(await phone.send("GET", nil, [], path: path)?.status == 400)
        #expect(await phone.send("POST", "Protocol=ActiveSync", [], path: path)?.status == 405)
    }
}
