import Bytes
import MIMECodec
import Testing

private struct Mail {
    let octets: [UInt8]
    let summary: MessageSummary
    init(_ text: String) {
        let all = Array(text.replacing("\n", with: "\r\n").utf8)
        summary = MessageSummary(parsing: all.span)
        octets = all
    }
    var reader: BodyReader { BodyReader(summary.root) }
    func text(_ form: BodyForm) -> String { String(decoding: reader.text(form) { Array(octets[$0.range]) }, as: UTF8.self).replacing("\r\n", with: "/") }
    func octets(_ path: [Int]) -> [UInt8]? { reader.octets(of: path) { Array(octets[$0.range]) } }
}
private func part(_ type: String, _ body: String, _ more: String = "") -> String { "--b\nContent-Type: \(type)\n\(more)\n\(body)\n" }
private func inner(_ type: String, _ body: String, _ more: String = "") -> String { "--c\nContent-Type: \(type)\n\(more)\n\(body)\n" }
private func multi(_ subtype: String, _ parts: String...) -> String { "Content-Type: multipart/\(subtype); boundary=b\n\n" + parts.joined() + "--b--\n" }

@Suite struct BodyReaderTests {
    static let attached = "Content-Disposition: attachment; filename=x.txt\n"
    static let rows: [(String, String, String)] = [
        ("Content-Type: text/plain\n\nhello", "hello", "hello"),
        ("\nno header", "no header", "no header"),
        ("Content-Type: text/html\n\n<p>hello</p>", "hello/", "<p>hello</p>"),
        (multi("alternative", part("text/plain", "plain"), part("text/html", "<b>html</b>")), "plain", "<b>html</b>"),
        (multi("alternative", part("text/html", "<b>html</b>")), "html", "<b>html</b>"),
        (multi("mixed", part("text/plain", "one"), part("application/pdf", "x"), part("text/plain", "two")), "one/two", "one</div>/<div>two"),
        (multi("mixed", part("text/plain", "one"), part("text/plain", "file", attached)), "one", "one"),
        (multi("mixed", part("text/plain", "file", attached)), "", ""),
        (multi("mixed", part("text/plain; name=a.txt", "named"), part("text/plain; name=b.txt", "file")), "named", "named"),
        (multi("related", part("text/html", "<img>html"), part("image/png", "x", "Content-ID: <i>\n")), "html", "<img>html"),
        (multi("related; start=\"<r>\"", part("image/png", "x"), part("text/html", "root", "Content-ID: <r>\n")), "root", "root"),
        (multi("signed", part("text/plain", "signed"), part("application/pgp-signature", "x")), "signed", "signed"),
        (multi("encrypted", part("application/pgp-encrypted", "v"), part("application/octet-stream", "x")), "", ""),
        (multi("report; report-type=delivery-status", part("text/plain", "failed"), part("message/delivery-status", "S: 5"), part("text/rfc822-headers", "H: x")), "failed", "failed"),
        (multi("mixed", part("multipart/alternative; boundary=c", inner("text/plain", "p") + inner("text/html", "h") + "--c--"), part("text/plain", "footer")), "p/footer", "h<div>footer</div>"),
        (multi("alternative", part("text/plain", "p"), part("multipart/related; boundary=c", inner("text/html", "h") + inner("image/png", "x") + "--c--")), "p", "h"),
        (multi("mixed", part("message/rfc822", "Subject: x\n\nnot mine")), "", ""),
        ("Content-Type: application/pdf\n\nx", "", ""),
        ("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n=E4=\n=F6", "äö", "äö"),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nw6TD\ntg==", "äö", "äö"),
        ("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<meta charset=3D\"iso-8859-2\">=B1", "ą", "ą"),
        ("Content-Type: text/plain; format=flowed\n\na \nb\n> q \n> r\nc\n-- \nsig", "a b/> q r/c/-- /sig", "a b<br>/&gt; q r"),
        ("Content-Type: text/plain; format=flowed; delsp=yes\n\na \nb", "ab", "ab"),
        ("Content-Type: text/plain; format=flowed\n\n ~stuffed\n  two", "~stuffed/ two", "~stuffed"),
    ]
    @Test(arguments: rows) func choosesTheBody(_ text: String, _ plain: String, _ html: String) {
        let mail = Mail(text)
        #expect(mail.text(.plain).trimmingLineEnds == plain.trimmingLineEnds)
        #expect(mail.text(.html).contains(html.trimmingLineEnds), "\(mail.text(.html))")
    }
    @Test func nativeFormAndCharset() {
        #expect(Mail("Content-Type: text/html; charset=Windows-1252\n\nx").reader.nativeForm == .html)
        #expect(Mail("Content-Type: text/html; charset=Windows-1252\n\nx").reader.charset == "windows-1252")
        #expect(Mail("\nx").reader.nativeForm == .plain)
        #expect(Mail("\nx").reader.charset == "us-ascii")
    }
    @Test func htmlOfTextIsEscaped() {
        let html = Mail("\n<script>alert(1)</script> & \"q\"").text(.html)
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;q&quot;"))
    }
    @Test func fetchesNoMoreThanItNeeds() {
        let mail = Mail("\n" + String(repeating: "x", count: 1_000_000))
        var fetched = 0
        let text = mail.reader.text(.plain, limit: 500) { range in fetched += range.count; return Array(mail.octets[range.range]) }
        #expect(fetched <= 8_192 && text.count >= 500)
    }
    @Test func octetsOfParts() {
        let mail = Mail(multi("mixed", part("text/plain", "one"), part("image/png", "iVBO\nRw==", "Content-Transfer-Encoding: base64\n"), part("message/rfc822", "Subject: x\n\ny")))
        #expect(mail.octets([2]) == [0x89, 0x50, 0x4E, 0x47])
        #expect(mail.octets([3]) == Array("Subject: x\r\n\r\ny".utf8))
        #expect(mail.octets([3, 1]) == Array("y".utf8))
        #expect(mail.octets([]) == nil && mail.octets([4]) == nil)
    }
    @Test func attachments() {
        let mail = Mail(multi(
            "mixed", part("text/plain", "one"), part("application/pdf; name=ignored", "QUJD", "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename*=utf-8''..%2F..%2F%C3%A4.pdf\n"),
            part("image/png", "x", "Content-ID: <i@x>\n"), part("message/rfc822", "Subject: x\n\ny"), part("text/calendar; method=REQUEST", "x"), part("text/plain; name=f.txt", "x")))
        let list = mail.summary.attachments
        #expect(list.map(\.path) == [[2], [3], [4], [5], [6]])
        #expect(list.map(\.displayName) == ["ä.pdf", "attachment.png", "message.eml", "attachment.ics", "f.txt"])
        #expect(list.map(\.isInline) == [false, true, false, false, false])
        #expect(list.map(\.isMessage) == [false, false, true, false, false])
        #expect(list[0].size == 3 && list[1].contentID == "i@x")
        #expect(mail.summary.hasAttachments)
        #expect(!Mail(multi("related", part("text/html", "h"), part("image/png", "x", "Content-ID: <i>\n"))).summary.hasAttachments)
        #expect(!Mail(multi("signed", part("text/plain", "s"), part("application/pgp-signature; name=s.asc", "x"))).summary.hasAttachments)
        #expect(!Mail(multi("alternative", part("text/plain", "s"), part("text/html", "x"))).summary.hasAttachments)
        #expect(Mail("Content-Type: application/pdf\n\nx").summary.attachments.map(\.path) == [[1]])
    }
    static let names: [(String, String)] = [
        ("../../etc/passwd", "passwd"), ("C:\\\\x\\\\y.exe", "y.exe"), ("a\u{202E}fdp.exe", "afdp.exe"), ("..", ""), ("  x  ", "x"), ("/", ""), ("a\tb", "a b"),
    ]
    @Test(arguments: names) func fileNamesAreNames(_ written: String, _ expected: String) {
        #expect(Mail("Content-Type: application/x; name=\"\(written)\"\n\nx").summary.attachments.first?.name == expected)
    }
}

extension String {
    var trimmingLineEnds: String {
        var text = self[...]
        while text.last == "/" { text.removeLast() }
        return String(text)
    }
}
