import MIMECodec
import TestSupport
import Testing

@Suite struct TransferTests {
    static let base64: [(String, String)] = [
        ("", ""), ("QQ==", "A"), ("QUI=", "AB"), ("QUJD", "ABC"), ("QU\r\nJD\r\n", "ABC"), ("QQ", "A"), ("Q", ""), ("Q!U#J-D", "ABC"),
        ("QQ==QQ==", "AA"), ("QUI=QUI=\r\n", "ABAB"), ("====", ""), ("QUJD=", "ABC"),
    ]
    @Test(arguments: base64) func decodesBase64(_ text: String, _ expected: String) {
        #expect(TransferDecoding.decode(Array(text.utf8), encoding: "base64") == Array(expected.utf8))
    }
    static let quotedPrintable: [(String, String)] = [
        ("a=3Db", "a=b"), ("a=3db", "a=b"), ("a=\r\nb", "ab"), ("a=\nb", "ab"), ("a= \t\r\nb", "ab"), ("a=", "a"), ("a=4", "a=4"), ("a=ZZ", "a=ZZ"),
        ("a  \r\nb", "a\r\nb"), ("a =20\r\nb", "a  \r\nb"), ("a\t\nb", "a\nb"), ("  ", "  "), ("\r\n", "\r\n"), ("a \r b", "a \r b"), ("==41", "=A"),
    ]
    @Test(arguments: quotedPrintable) func decodesQuotedPrintable(_ text: String, _ expected: String) {
        #expect(TransferDecoding.decode(Array(text.utf8), encoding: "quoted-printable") == Array(expected.utf8))
    }
    @Test func decodesUuencode() {
        let text = "begin 644 x\r\n#0V%T\r\n`\r\nend\r\n"
        #expect(TransferDecoding.decode(Array(text.utf8), encoding: "x-uuencode") == Array("Cat".utf8))
        #expect(TransferDecoding.decode(Array("no begin\n#0V%T\n".utf8), encoding: "uuencode") == [])
        #expect(TransferDecoding.decode(Array("begin 1 x\nM\n\u{7F}\nZ!!\n".utf8), encoding: "uuencode").count <= 64)
    }
    @Test func identity() {
        for encoding in ["7bit", "8bit", "binary", "x-unknown", ""] { #expect(TransferDecoding.decode([1, 0, 255], encoding: encoding) == [1, 0, 255]) }
    }
    @Test func bothWays() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let octets = (0..<Int.random(in: 0...300, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let encoded = TransferEncoding.base64(octets)
            #expect(TransferDecoding.decode(encoded, encoding: "base64") == octets)
            #expect(encoded.split(separator: 10).allSatisfy { $0.count <= 77 })
            #expect(TransferDecoding.estimate(encoded: encoded.count, lines: encoded.count { $0 == 10 }, encoding: "base64") - octets.count <= 2)
            let text = TransferEncoding.crlf(octets.map { $0 % 5 == 0 ? 10 : $0 % 3 == 0 ? 32 : $0 })
            let printable = TransferEncoding.quotedPrintable(text)
            #expect(TransferDecoding.decode(printable, encoding: "quoted-printable") == text)
            #expect(printable.split(separator: 10, omittingEmptySubsequences: false).allSatisfy { $0.count <= 77 })
            #expect(printable.allSatisfy { $0 < 127 })
        }
    }
    @Test func limits() {
        #expect(TransferDecoding.decode(Array(String(repeating: "QUJD", count: 100).utf8), encoding: "base64", limit: 10).count <= 12)
        #expect(TransferDecoding.decode(Array(String(repeating: "a", count: 100).utf8), encoding: "7bit", limit: 10).count == 10)
    }
}
