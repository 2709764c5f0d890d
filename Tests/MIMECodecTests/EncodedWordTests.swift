import MIMECodec
import Testing

@Suite struct EncodedWordTests {
    static let rows: [(String, String)] = [
        ("plain", "plain"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?b?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?Q?a_b?=", "a b"),
        // RFC 2047 §8
        ("(=?ISO-8859-1?Q?a?=)", "(a)"),
        ("(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        ("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
        ("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"),
        ("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
        // RFC 2231 §5: a language
        ("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"),
        // One character cut between two words.
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "ä"),
        ("=?utf-8?B?w6Q?=", "ä"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?gb2312?B?1tDOxA==?=", "中文"),
        ("=?big5?B?pKSk5Q==?=", "中文"),
        ("=?euc-kr?B?x9GxuQ==?=", "한국"),
        ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?windows-1255?B?+ezl7Q==?=", "שלום"),
        ("=?hz-gb-2312?Q?~{VPND~}?=", "中文"),
        ("=?utf-7?Q?+AOQ-?=", "ä"),
        ("=?nonsense?Q?=C3=A4?=", "ä"),
        ("=?nonsense?Q?=E4?=", "ä"),
        // No encoded words.
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?Q?abc", "=?utf-8?Q?abc"),
        ("=??Q?abc?=", "=??Q?abc?="),
        ("=?", "=?"), ("=?=", "=?="), ("a=?utf-8?Q?b?=c", "abc"),
        ("=?utf-8?Q?=ZZ=4?=", "=ZZ=4"),
        // Spaces inside, as careless writers have it.
        ("=?utf-8?Q?a b?=", "a b"),
        // Controls do not get out.
        ("=?utf-8?Q?a=0D=0ABcc:_x?=", "a  Bcc: x"),
        ("=?utf-8?Q?a=00b?=", "a b"),
    ]
    @Test(arguments: rows) func decodes(_ text: String, _ expected: String) { #expect(EncodedWord.decode(Array(text.utf8)) == expected) }

    @Test func guessesRawOctets() {
        #expect(EncodedWord.decode([0xC3, 0xA4]) == "ä")
        #expect(EncodedWord.decode([0xE4]) == "ä")
        #expect(EncodedWord.decode([0xD0, 0xD2], fallback: "koi8-r") == "пр".uppercased() || EncodedWord.decode([0xF0, 0xD2], fallback: "koi8-r") == "Пр")
        #expect(EncodedWord.decode([0xF0, 0xD2], fallback: "koi8-r") == "Пр")
        #expect(EncodedWord.decode([0x80], fallback: "no such") == "€")
    }
    static let texts = ["plain", "Grüße", "日本語の件名", "=?not?Q?a word?=", "", " spaces ", "a=b?c", String(repeating: "ü", count: 300), "👩‍👩‍👧", "tab\there"]
    @Test(arguments: texts) func encodesSoThatItComesBack(_ text: String) {
        let encoded = EncodedWord.encode(text)
        #expect(encoded.allSatisfy { $0 >= 32 && $0 < 127 })
        #expect(encoded.split(separator: 32).filter { $0.starts(with: Array("=?".utf8)) }.allSatisfy { $0.count <= 75 })
        #expect(EncodedWord.decode(encoded) == text.replacing("\t", with: " "))
    }
}
