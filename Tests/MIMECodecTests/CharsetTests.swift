import MIMECodec
import Testing

@Suite struct CharsetTests {
    static let rows: [(String?, [UInt8], String)] = [
        ("us-ascii", Array("abc".utf8), "abc"), (nil, Array("Grüße".utf8), "Grüße"), (nil, [0x47, 0x72, 0xFC, 0xDF, 0x65], "Grüße"),
        ("utf-8", Array("ä".utf8), "ä"), ("UTF8", [0xC3, 0xA4, 0xFF, 0x41], "ä\u{FFFD}A"), ("utf-8", [0xC3], "\u{FFFD}"),
        ("iso-8859-1", [0xE4, 0x80], "ä€"), ("windows-1252", [0x80, 0x99, 0x81], "€™\u{FFFD}"), ("cp1252", [0x93], "“"),
        ("iso-8859-2", [0xB1], "ą"), ("ISO_8859-5", [0xB0], "А"), ("iso-8859-15", [0xA4], "€"), ("windows-1251", [0xCF], "П"),
        ("koi8-u", [0xA4], "є"), ("shift_jis", [0x93, 0xFA, 0x96, 0x7B], "日本"), ("euc-jp", [0xC6, 0xFC, 0xCB, 0xDC], "日本"),
        ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x1B, 0x28, 0x42], "日本"),
        ("gb18030", [0x81, 0x30, 0x81, 0x30], "\u{80}"), ("gbk", [0xD6, 0xD0], "中"), ("big5", [0xA4, 0xA4], "中"), ("ks_c_5601-1987", [0xC7, 0xD1], "한"),
        ("hz-gb-2312", Array("a~{VP~}~~b".utf8), "a中~b"), ("utf-7", Array("+AOQ-b".utf8), "äb"),
        ("utf-16", [0xFF, 0xFE, 0xE4, 0x00], "ä"), ("utf-16be", [0x00, 0xE4], "ä"), ("utf-16le", [0xE4, 0x00, 0x3D], "ä\u{FFFD}"),
        ("windows-1255", [0xF9, 0xEC, 0xE5, 0xED], "שלום"), ("windows-1256", [0xC7], "ا"), ("windows-874", [0xA1], "ก"), ("tis-620", [0xA1], "ก"),
        ("ibm850", [0x84], "ä"), ("macintosh", [0x8A], "ä"), ("viscii", [0xE4], "ả"),
        ("\"utf-8\"", Array("ä".utf8), "ä"), (" ISO-8859-1 ", [0xE4], "ä"), ("utf-8*en", Array("ä".utf8), "ä"),
        ("unknown-8bit", [0xE4], "ä"), ("x-no-such-thing", Array("ä".utf8), "ä"), ("", [0xE4], "ä"),
        ("shift_jis", [0x93], "\u{FFFD}"), ("euc-jp", [0xC6, 0x41, 0x42], "\u{FFFD}AB"),
    ]
    @Test(arguments: rows) func converts(_ name: String?, _ octets: [UInt8], _ expected: String) { #expect(Charset.text(octets, charset: name) == expected) }

    @Test func everyNameOfTheListHasAConverter() {
        // An ASCII letter means itself in all of them but the wide ones and the stateful one.
        for name in ["iso-8859-\(0)"] { #expect(!Charset.isKnown(name)) }
        for number in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16] {
            #expect(Charset.isKnown("iso-8859-\(number)"))
            #expect(Charset.text([0x41], charset: "iso-8859-\(number)") == "A")
        }
        for name in ["koi8-r", "euc-tw", "johab", "iso-2022-kr", "iso-2022-cn", "x-mac-cyrillic", "x-mac-ce", "tcvn", "armscii-8", "georgian-ps", "pt154", "koi8-t"] {
            // 0xFF is no text that UTF-8 has: a converter that is missing would give windows-1252's ÿ.
            #expect(Charset.isKnown(name) && Charset.text([0x41], charset: name) == "A", "\(name)")
        }
    }
    @Test func codePages() {
        let pages = [("utf-8", 65001), ("iso-8859-1", 28591), ("us-ascii", 20127), ("windows-1251", 1251), ("gb2312", 936), ("big5", 950), ("iso-2022-jp", 50220), ("koi8-r", 20866), ("?", 65001)]
        for (name, page) in pages { #expect(Charset.codePage(name) == page) }
    }
    @Test func outputIsBoundedAndWellFormed() {
        let bad = [UInt8](repeating: 0xFF, count: 100_000)
        for name in ["shift_jis", "utf-16", "gb18030", "iso-2022-jp", "utf-7", "hz-gb-2312", "euc-kr"] {
            let text = Charset.utf8(bad, charset: name, limit: 10_000)
            #expect(text.count <= 10_000 + 8_192, "\(name)")
            #expect(Array(String(decoding: text, as: UTF8.self).utf8) == text, "\(name)")
        }
    }
}
