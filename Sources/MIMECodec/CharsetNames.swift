import Bytes

/// The charsets that mail may name: every alias, what iconv calls it, and its Windows code page. What is not listed is not decoded by name.
enum CharsetNames {
    enum Decoder: Sendable, Equatable { case ascii, utf8, windows1252, hz, iconv(StaticName, unit: Int) }
    struct StaticName: Sendable, Equatable { let text: String }
    struct Entry: Sendable { let decoder: Decoder; let codePage: Int }

    /// In lower case, without quotes, blanks and RFC 2231's language.
    static func normalized(_ name: String) -> String {
        var bytes = Array(name.utf8.prefix(Limits.charsetNameOctets)).filter { $0 > 32 && $0 != 0x22 && $0 != 0x27 && $0 < 127 }.map(ASCII.lower)
        if let star = bytes.firstIndex(of: 0x2A) { bytes.removeSubrange(star...) }
        return String(decoding: bytes, as: UTF8.self)
    }
    static func find(_ name: String) -> Entry? { table[normalized(name)] }

    private static func iconv(_ name: String, unit: Int = 1) -> Decoder { .iconv(StaticName(text: name), unit: unit) }

    static let table: [String: Entry] = {
        var table: [String: Entry] = [:]
        for (decoder, codePage, names) in rows + numbered {
            for name in names.split(separator: " ") { table[String(name)] = Entry(decoder: decoder, codePage: codePage) }
        }
        return table
    }()
    private static let rows: [(Decoder, Int, String)] = [
        (.ascii, 20127, "us-ascii ascii ansi_x3.4-1968 iso646-us iso-ir-6 646 us cp367 ibm367 csascii"),
        (.utf8, 65001, "utf-8 utf8 unicode-1-1-utf-8 x-unicode20utf8 utf-8n cp65001 csutf8"),
        (.windows1252, 28591, "iso-8859-1 iso8859-1 iso_8859-1 iso88591 8859-1 latin1 latin-1 l1 iso-ir-100 cp819 ibm819 csisolatin1 iso_8859-1:1987"),
        (.windows1252, 1252, "windows-1252 cp1252 x-cp1252 win-1252 windows1252 ansi x-ansi cp-1252"),
        (iconv("GB18030"), 936, "gb2312 gbk gb_2312-80 x-gbk cp936 ms936 windows-936 gb2312-80 euc-cn csgb2312 chinese gb-2312"),
        (iconv("GB18030"), 54936, "gb18030"),
        (.hz, 52936, "hz-gb-2312 hz"),
        (iconv("BIG5-HKSCS"), 950, "big5 big5-hkscs x-x-big5 cn-big5 csbig5 big-5 cp950 windows-950 big5hkscs"),
        (iconv("CP932"), 932, "shift_jis shift-jis sjis x-sjis ms_kanji cp932 windows-31j ms932 csshiftjis cswindows31j windows-932"),
        (iconv("EUCJP-MS"), 51932, "euc-jp eucjp x-euc-jp ujis cseucpkdfmtjapanese"),
        (iconv("ISO-2022-JP-3"), 50220, "iso-2022-jp csiso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-ms iso2022-jp cp50220 cp50221"),
        (iconv("UHC"), 949, "ks_c_5601-1987 ks_c_5601 ksc_5601 ksc5601 ks_c_5601-1989 euc-kr euckr cp949 uhc windows-949 korean csksc56011987 x-euc-kr"),
        (iconv("ISO-2022-KR"), 50225, "iso-2022-kr csiso2022kr"),
        (iconv("ISO-2022-CN-EXT"), 50227, "iso-2022-cn iso-2022-cn-ext"),
        (iconv("EUC-TW"), 51950, "euc-tw x-euc-tw"),
        (iconv("JOHAB"), 1361, "johab cp1361"),
        (iconv("KOI8-R"), 20866, "koi8-r koi8r koi8 koi cskoi8r"),
        (iconv("KOI8-U"), 21866, "koi8-u koi8u koi8-ru"),
        (iconv("KOI8-T"), 65001, "koi8-t"),
        (iconv("CP874"), 874, "windows-874 tis-620 tis620 cp874 iso-8859-11 iso8859-11 dos-874"),
        (iconv("UTF-7"), 65000, "utf-7 unicode-1-1-utf-7 utf7 csunicode11utf7 x-unicode20utf7 unicode-2-0-utf-7"),
        (iconv("UTF-16", unit: 2), 1200, "utf-16 utf16 unicode ucs-2 iso-10646-ucs-2 csunicode"),
        (iconv("UTF-16LE", unit: 2), 1200, "utf-16le utf16le ucs-2le"),
        (iconv("UTF-16BE", unit: 2), 1201, "utf-16be utf16be ucs-2be unicodefffe"),
        (iconv("UTF-32", unit: 4), 12000, "utf-32 utf32 ucs-4 iso-10646-ucs-4"),
        (iconv("UTF-32LE", unit: 4), 12000, "utf-32le ucs-4le"),
        (iconv("UTF-32BE", unit: 4), 12001, "utf-32be ucs-4be"),
        (iconv("MACINTOSH"), 10000, "macintosh mac x-mac-roman macroman x-macintosh x-macroman"),
        (iconv("MAC-CYRILLIC"), 10007, "x-mac-cyrillic mac-cyrillic"),
        (iconv("MAC-CENTRALEUROPE"), 10029, "x-mac-ce x-mac-centraleurope mac-centraleurope"),
        (iconv("VISCII"), 65001, "viscii csviscii"),
        (iconv("TCVN"), 65001, "tcvn tcvn-5712 tcvn5712-1"),
        (iconv("ARMSCII-8"), 65001, "armscii-8"),
        (iconv("GEORGIAN-PS"), 65001, "georgian-ps"),
        (iconv("PT154"), 65001, "ptcp154 pt154 cp154"),
    ]
    /// The families whose names are made of a word and a number.
    private static let numbered: [(Decoder, Int, String)] = {
        var rows: [(Decoder, Int, String)] = []
        for (number, codePage) in [
            (2, 28592), (3, 28593), (4, 28594), (5, 28595), (6, 28596), (7, 28597), (8, 28598), (9, 28599), (10, 28600), (13, 28603), (14, 28604),
            (15, 28605), (16, 28606),
        ] {
            let more = number == 8 ? " iso-8859-8-i iso-8859-8-e logical" : number == 6 ? " iso-8859-6-i iso-8859-6-e" : number == 15 ? " latin9 latin-9" : ""
            let latin = [2: " latin2 l2", 3: " latin3 l3", 4: " latin4 l4", 9: " latin5 l5", 10: " latin6 l6"][number] ?? ""
            let names = ["iso-8859-", "iso8859-", "iso_8859-", "iso8859", "8859-"].map { $0 + String(number) }.joined(separator: " ")
            rows.append((iconv("ISO-8859-\(number)"), codePage, names + more + latin))
        }
        for number in [1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258] {
            rows.append((iconv("CP\(number)"), number, "windows-\(number) cp\(number) x-cp\(number) win-\(number) windows\(number) cp-\(number)"))
        }
        for number in [437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869] {
            rows.append((iconv(number == 858 ? "CP858" : "CP\(number)"), number, "ibm\(number) cp\(number) \(number) dos-\(number) ibm-\(number) cp-\(number)"))
        }
        return rows
    }()
}
