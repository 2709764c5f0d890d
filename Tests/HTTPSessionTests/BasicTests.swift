import Bytes
import HTTPSession
import Testing

@Suite struct BasicTests {
    @Test func readsUTF8ElseLatin1() {
        let phone = BasicCredentials(authorization: "Basic " + Base64.encodeText(Array("ann:sécret:x".utf8)))
        #expect(phone?.user == "ann")
        #expect(phone?.password == "sécret:x")
        let outlook = BasicCredentials(authorization: "BASIC  " + Base64.encodeText(Array("DOM\\ann:s".utf8) + [0xE9, 0x74]))
        #expect(outlook?.user == "DOM\\ann")
        #expect(outlook?.password == "sét")
        #expect(BasicCredentials(authorization: "basic " + Base64.encodeText(Array(":".utf8)))?.user == "")
    }
    static let refused = [
        "", "Basic", "Basic ", "Basic !!!!", "Basic " + Base64.encodeText(Array("nocolon".utf8)), "Bearer YTpi", "Nonsense abc", "BasicYTpi",
        "Basic " + Base64.encodeText(Array("a\r\nb:c".utf8)), "Basic " + Base64.encodeText(Array("a:c\u{0}".utf8)), "Basic " + String(repeating: "YTpi", count: 600),
    ]
    @Test(arguments: Self.refused) func refuses(_ header: String) { #expect(BasicCredentials(authorization: header) == nil) }

    @Test func isNeverPrintedWithItsPassword() throws {
        let credentials = try #require(BasicCredentials(authorization: "Basic " + Base64.encodeText(Array("ann:hush".utf8))))
        #expect(!"\(credentials)".contains("hush"))
    }
}
