import Bytes
import MIMECodec
import Testing

@Suite struct SearchTests {
    static let patterns: [(String, String, Bool)] = [
        ("abc", "xABCx", true), ("ABC", "xabcx", true), ("abd", "xabcx", false), ("", "x", true), ("", "", true), ("a", "", false), ("abc", "ab", false),
        ("Ä", "xäx", true), ("ä", "xÄx", true), ("ä", "a", false), ("straße", "STRASSE", false), ("ПРИВЕТ", "привет, мир", true), ("Σ", "σ", true),
        ("ü b", "Ü B", true), ("日本", "日本語", true), ("aab", "aaaaaab", true), ("é", "e", false),
    ]
    @Test(arguments: patterns) func finds(_ pattern: String, _ text: String, _ expected: Bool) { #expect(TextPattern(pattern).matches(text) == expected) }

    private static let mail = Array("""
        From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.org>
        Subject: =?iso-8859-1?Q?Gr=FC=DFe?=
        X-Empty:
        X-Folded: one
         two
        Content-Type: multipart/mixed; boundary=b

        preamble
        --b
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        TcO8bmNoZW4gcnVmdA==
        --b
        Content-Type: text/html; charset=koi8-r
        Content-Transfer-Encoding: quoted-printable

        <b>=F0=D2=C9=D7=C5=D4</b> soft=
        break
        --b
        Content-Type: application/octet-stream; name="=?utf-8?Q?B=C3=A4r.bin?="

        secretbinary
        --b
        Content-Type: message/rfc822

        Subject: =?utf-8?Q?Inn=C3=A9r?=

        nested body
        --b--
        """.replacing("\n", with: "\r\n").utf8)

    static let bodies: [(String, Bool, Bool)] = [
        ("münchen", true, true), ("привет", true, true), ("softbreak", true, true), ("nested BODY", true, true), ("innér", true, true), ("bär.bin", true, true),
        ("secretbinary", false, false), ("jörg", false, true), ("subject: grüße", false, true), ("one two", false, true), ("TcO8", false, false), ("", true, true),
        ("preamble", false, false),
    ]
    @Test(arguments: bodies) func bodyAndText(_ pattern: String, _ inBody: Bool, _ inText: Bool) {
        let root = MessageSummary(parsing: Self.mail.span).root
        #expect(MessageText.contains(TextPattern(pattern), in: Self.mail.span, root: root, header: false) == inBody)
        #expect(MessageText.contains(TextPattern(pattern), in: Self.mail.span, root: root, header: true) == inText)
    }
    static let headers: [(String, String, Bool)] = [
        ("subject", "grüße", true), ("FROM", "jörg", true), ("from", "JOERG@", true), ("x-empty", "", true), ("x-none", "", false), ("x-empty", "a", false), ("x-folded", "one two", true),
        ("subject", "preamble", false),
    ]
    @Test(arguments: headers) func header(_ name: String, _ pattern: String, _ expected: Bool) {
        #expect(MessageText.header(name, contains: TextPattern(pattern), in: Self.mail.span) == expected)
    }
    @Test func headerFields() {
        #expect(HeaderReader.value("x-folded", in: Self.mail.span) == Array("one two".utf8))
        #expect(HeaderReader.values("Content-Type", in: Self.mail.span).count == 1)
        #expect(HeaderReader.end(of: Self.mail.span) == HeaderReader.fields(Self.mail.span).end)
        let nothing: [UInt8] = [], empty: [UInt8] = [13, 10]
        #expect(HeaderReader.fields(nothing.span).fields == [])
        #expect(HeaderReader.fields(empty.span).end == 2)
    }
}
