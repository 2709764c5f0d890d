import Bytes
import MIMECodec
import Testing

/// `type/subtype[body]` with children in parentheses.
private func shape(_ text: String) -> String {
    let octets = Array(text.replacing("\n", with: "\r\n").utf8)
    func describe(_ part: MessagePart) -> String {
        let inner = part.children.map(describe).joined(separator: " ")
        let body = String(decoding: octets[part.body.range], as: UTF8.self).replacing("\r\n", with: "/")
        return part.mediaType + (inner.isEmpty ? "[\(body)]" : "(\(inner))")
    }
    return describe(MessageSummary(parsing: octets.span).root)
}

@Suite struct StructureTests {
    static let head = "Content-Type: multipart/mixed; boundary=b\n\n"
    static let rows: [(String, String)] = [
        ("", "text/plain[]"), ("\n", "text/plain[]"), ("body only\n", "text/plain[]"), ("\nbody", "text/plain[body]"), ("A: b", "text/plain[]"),
        ("A: b\n\nbody\n", "text/plain[body/]"),
        (head + "pre\n--b\n\none\n--b\n\ntwo\n--b--\nepi\n", "multipart/mixed(text/plain[one] text/plain[two])"),
        (head + "--b\n\none\n", "multipart/mixed(text/plain[one/])"),
        (head + "--b \t\n\none\n--b-- \n", "multipart/mixed(text/plain[one])"),
        (head + "--bee\n\none\n--b--x\n\ntwo\n", "multipart/mixed(text/plain[one])"),  // RFC 2046 §5.1.1: the boundary at the beginning is enough
        (head + "--b\n--b\n\n--b--\n", "multipart/mixed(text/plain[] text/plain[])"),
        (head + "--b--\nrest\n", "multipart/mixed(text/plain[--b--/rest/])"),
        (head + "no boundary\n", "multipart/mixed(text/plain[no boundary/])"),
        (head, "multipart/mixed(text/plain[])"),
        ("Content-Type: multipart/mixed\n\ntext\n", "multipart/mixed(text/plain[text/])"),
        ("Content-Type: multipart/mixed; boundary=\"\"\n\ntext\n--\n", "multipart/mixed(text/plain[text/--/])"),
        // An inner multipart that is never closed ends with the outer boundary.
        (head + "--b\nContent-Type: multipart/x; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--\n", "multipart/mixed(multipart/x(text/plain[one]) text/plain[two])"),
        // Boundaries that begin with each other: the longest counts.
        (head + "--b\nContent-Type: multipart/x; boundary=bb\n\n--bb\n\none\n--bb--\n--b--\n", "multipart/mixed(multipart/x(text/plain[one]))"),
        ("Content-Type: multipart/m; boundary=bb\n\n--bb\nContent-Type: multipart/x; boundary=b\n\n--b\n\none\n--bb\n\ntwo\n", "multipart/m(multipart/x(text/plain[one]) text/plain[two/])"),
        // The same boundary twice: the inner one owns it until it is closed.
        (head + "--b\nContent-Type: multipart/x; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n", "multipart/mixed(multipart/x(text/plain[one]) text/plain[two])"),
        // A header only part; a boundary ends a header.
        (head + "--b\nContent-Type: text/html\n--b\n\ntwo\n--b--\n", "multipart/mixed(text/html[] text/plain[two])"),
        // Nested messages.
        ("Content-Type: message/rfc822\n\nSubject: x\n\nbody\n", "message/rfc822(text/plain[body/])"),
        ("Content-Type: message/rfc822\n\n", "message/rfc822(text/plain[])"),
        ("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQUJD\n", "message/rfc822[QUJD/]"),
        ("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\none\n--b\nContent-Type: text/plain\n\ntwo\n--b--\n",
            "multipart/digest(message/rfc822(text/plain[one]) text/plain[two])"),
        // Leniency of the header.
        ("Content-Type : text/html\n\nx", "text/html[x]"), ("content-type:\n text/html;\n charset=x\n\nx", "text/html[x]"),
        ("Content-Type: text/html\nbad line\n and more\nX: y\n\nx", "text/html[x]"), ("Content-Type: nonsense\n\nx", "text/plain[x]"),
        ("Content-Type: text/html\nContent-Type: text/plain\n\nx", "text/html[x]"),
        (" leading fold\nContent-Type: text/html\n\nx", "text/html[x]"),
    ]
    @Test(arguments: rows) func parses(_ text: String, _ expected: String) { #expect(shape(text) == expected) }

    @Test func bareLineFeedsCountAsLineEnds() {
        let octets = Array("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n".utf8)
        let root = MessageSummary(parsing: octets.span).root
        #expect(String(decoding: octets[root.children[0].body.range], as: UTF8.self) == "one")
    }
    /// The example of RFC 3501 §6.4.5.
    @Test func sectionsAsInTheStandard() throws {
        let text = """
            Content-Type: multipart/mixed; boundary=a

            --a

            1
            --a
            Content-Type: application/octet-stream

            2
            --a
            Content-Type: message/rfc822

            Subject: three
            Content-Type: multipart/mixed; boundary=b

            --b

            3.1
            --b
            Content-Type: application/octet-stream

            3.2
            --b--

            --a
            Content-Type: multipart/mixed; boundary=c

            --c
            Content-Type: image/gif

            4.1
            --c
            Content-Type: message/rfc822

            Subject: four.two

            4.2.1
            --c--
            --a--

            """.replacing("\n", with: "\r\n")
        let octets = Array(text.utf8)
        let root = MessageSummary(parsing: octets.span).root
        func section(_ path: [Int], _ text: SectionText = .whole) -> String? {
            root.range(path, text).map { String(decoding: octets[$0.range], as: UTF8.self) }
        }
        #expect(section([1]) == "1")
        #expect(section([2]) == "2")
        #expect(section([3, 1]) == "3.1")
        #expect(section([3, 2]) == "3.2")
        #expect(section([4, 1]) == "4.1")
        #expect(section([4, 2, 1]) == "4.2.1")
        #expect(section([3], .header) == "Subject: three\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n")
        #expect(section([3], .text)?.hasPrefix("--b\r\n") == true)
        #expect(section([4, 2], .mime) == "Content-Type: message/rfc822\r\n\r\n")
        #expect(section([4, 2], .header) == "Subject: four.two\r\n\r\n")
        #expect(section([4, 2, 1], .mime) == "Subject: four.two\r\n\r\n")
        #expect(section([1], .mime) == "\r\n")
        #expect(section([], .header) == "Content-Type: multipart/mixed; boundary=a\r\n\r\n")
        #expect(section([]) == text)
        #expect(section([], .text).map { text.hasSuffix($0) } == true)
        for (path, part) in [([0], .whole), ([5], .whole), ([-1], .whole), ([1, 1], .whole), ([1], .header), ([1], .text), ([], .mime), ([3, 3], .whole), ([4, 2, 2], .whole), ([2, 1], .whole)] as [([Int], SectionText)] {
            #expect(section(path, part) == nil, "\(path) \(part)")
        }
    }
    @Test func aSinglePartIsPartOne() {
        let octets = Array("Subject: x\r\n\r\nbody".utf8)
        let root = MessageSummary(parsing: octets.span).root
        #expect(root.range([1]) == root.range([], .text))
        #expect(root.range([1], .mime) == root.range([], .header))
        #expect(root.range([1, 1]) == nil)
    }
    @Test func fieldsOfAPart() {
        let octets = Array("""
            Content-Type: text/plain; charset=x
            Content-ID: <id@x>
            Content-Description: a
             description
            Content-Transfer-Encoding: (c) Quoted-Printable
            Content-MD5: abc==
            Content-Disposition: attachment; filename="f"; size=3
            Content-Language: de, en (English), fr
            Content-Location: http://x/

            one
            two
            """.replacing("\n", with: "\r\n").utf8)
        let part = MessageSummary(parsing: octets.span).root
        let list = String(decoding: StructureList.render(part, extended: true), as: UTF8.self)
        #expect(list == #"("text" "plain" ("charset" "x") "<id@x>" "a description" "quoted-printable" 8 1 "abc==" ("attachment" ("filename" "f" "size" "3")) ("de" "en" "fr") "http://x/")"#)
        #expect(String(decoding: StructureList.render(part, extended: false), as: UTF8.self) == #"("text" "plain" ("charset" "x") "<id@x>" "a description" "quoted-printable" 8 1)"#)
    }
    @Test func octetsOutsideOfQuotedStringsBecomeLiterals() {
        var envelope = MessageEnvelope()
        envelope.subject = [0xE4, 0x22, 0]
        envelope.messageID = Array(#"a"b\c"#.utf8)
        #expect(EnvelopeList.render(envelope) == Array("(NIL {3}\r\n".utf8) + [0xE4, 0x22, 0x80] + Array(#" NIL NIL NIL NIL NIL NIL NIL "a\"b\\c")"#.utf8))
    }
    @Test func stableCutAtTheLimits() {
        var deep = ""
        for index in 0..<150 { deep += "Content-Type: multipart/mixed; boundary=b\(index)x\n\n--b\(index)x\n" }
        func depth(_ part: MessagePart) -> Int { 1 + (part.children.map(depth).max() ?? 0) }
        let root = MessageSummary(parsing: Array(deep.utf8).span).root
        #expect(depth(root) == Limits.depth + 1)
        // What lies deeper is one opaque part: no multipart without children gets out.
        #expect(String(decoding: StructureList.render(root, extended: true), as: UTF8.self).contains(#"("application" "octet-stream""#))
        let wide = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: Limits.parts + 500)
        let parts = MessageSummary(parsing: Array(wide.utf8).span).root
        #expect(parts.children.count == Limits.parts - 1)
        #expect(parts.children.last?.body.end == wide.utf8.count)
    }
}
