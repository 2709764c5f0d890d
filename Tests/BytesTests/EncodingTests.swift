import Bytes
import Testing

@Suite struct EncodingTests {
    /// RFC 4648 §10
    static let vectors: [(String, String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    @Test(arguments: vectors) func encodesAndDecodesBase64(_ plain: String, _ encoded: String) {
        #expect(Base64.encodeText(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    static let broken = ["A", "A===", "AA=", "AAA==", "A A=", "=AAA", "AA==AA==", "\u{e4}AAA", "AAAAA"]
    @Test(arguments: broken) func refusesBrokenBase64(_ text: String) { #expect(Base64.decode(text) == nil) }

    @Test func takesTheUrlAlphabetAndNoPadding() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xFE, 1]
        #expect(Base64.encodeURL(bytes) == "-__-AQ")
        #expect(Base64.decode("-__-AQ") == bytes)
        #expect(Base64.decode("+//+AQ==") == bytes)
    }

    @Test func everyOctetSurvivesHex() {
        let all = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Hex.decode("0AfF") == [10, 255])
        #expect(Hex.decode("0") == nil && Hex.decode("0g") == nil)
    }

    @Test func changesTheCaseOfAsciiLettersAlone() {
        #expect(ASCII.lowercased("ÄBc[@Z`") == "Äbc[@z`")
        #expect(ASCII.uppercased("äbC{z") == "äBC{Z")
        for byte in UInt8.min...UInt8.max {
            let isLetter = (65...90).contains(byte) || (97...122).contains(byte)
            #expect(ASCII.isLetter(byte) == isLetter)
            #expect(ASCII.isDigit(byte) == (48...57).contains(byte))
        }
    }
}
