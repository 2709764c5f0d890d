import Bytes
import MIMECodec
import Testing

/// Answers and forwards: what the user wrote stays, what it is about comes along. (MS-ASCMD §2.2.1.19, §2.2.1.20)
@Suite struct SourceInclusionTests {
    private func make(_ written: String, _ source: String, _ kind: SourceInclusion.Kind) -> (octets: [UInt8], summary: MessageSummary) {
        let octets = SourceInclusion.make(Array(written.utf8), about: Array(source.utf8), kind, boundary: "seed")
        return (octets, MessageSummary(parsing: octets.span))
    }
    private func text(_ form: BodyForm, _ made: (octets: [UInt8], summary: MessageSummary)) -> String {
        String(decoding: BodyReader(made.summary.root).text(form) { Array(made.octets[$0.range]) }, as: UTF8.self)
    }
    private func field(_ name: String, _ octets: [UInt8]) -> String? { HeaderReader.value(name, in: octets.span).map { String(decoding: $0, as: UTF8.self) } }
    private static let source =
        "Message-ID: <two@x>\r\nReferences: <one@x>\r\nFrom: \"Otto R\" <otto@example.net>\r\nTo: ann@example.org\r\nDate: Tue, 3 Mar 2026 09:12:44 +0100\r\nSubject: plan\r\n\r\nThe source.\r\n"
    private static let written = "From: ann@example.org\r\nTo: otto@example.net\r\nSubject: Re: plan\r\n\r\nMine."

    /// MS-ASCMD_R580
    @Test func plainBelowPlain() {
        let made = make(Self.written, Self.source, .reply)
        let body = text(.plain, made)
        #expect(body.hasPrefix("Mine.\r\n"))
        #expect(body.contains("From: Otto R <otto@example.net>\r\n") && body.contains("Subject: plan\r\n") && body.hasSuffix("The source.\r\n"))
        #expect(field("In-Reply-To", made.octets) == "<two@x>")
        #expect(field("References", made.octets) == "<one@x> <two@x>")
        #expect(field("MIME-Version", made.octets) == "1.0" && field("Subject", made.octets) == "Re: plan")
    }
    @Test func whatTheClientSaysOfTheThreadStays() {
        let made = make("In-Reply-To: <mine@x>\r\nReferences: <a@x> <mine@x>\r\n" + Self.written, Self.source, .reply)
        #expect(HeaderReader.values("In-Reply-To", in: made.octets.span).count == 1)
        #expect(field("References", made.octets) == "<a@x> <mine@x>")
        #expect(field("In-Reply-To", make(Self.written, Self.source, .forward).octets) == nil)
    }
    /// Both texts of an alternative get the source in their own form; a foreign charset is told in UTF-8.
    @Test func bothForms() {
        let written =
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n--b\r\nContent-Type: text/html\r\n\r\n<html><body><p>new html</p></body></html>\r\n--b--\r\n"
        let source =
            "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nplain source\r\n--c\r\nContent-Type: text/html\r\n\r\n<HTML><head><title>t</title></head><Body class=x>html source</Body></HTML>\r\n--c--\r\n"
        let made = make(written, source, .reply)
        #expect(made.summary.root.children.map(\.mediaType) == ["text/plain", "text/html"])
        #expect(text(.plain, made).hasPrefix("Grüße") && text(.plain, made).contains("plain source"))
        let page = text(.html, made)
        #expect(page.contains("<p>new html</p>") && page.contains("html source"))
        #expect(page.components(of: "<body") == 1 && page.components(of: "</body") == 1)
        #expect(!page.contains("<title>"))
    }
    @Test func pageAboutPlainText() {
        let made = make("Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<b>new</b>", "Subject: a<b>\r\n\r\n1 < 2 & 3\r\n", .reply)
        #expect(text(.html, made).contains("1 &lt; 2 &amp; 3") && text(.html, made).contains("a&lt;b&gt;"))
    }
    /// Files come along as they are, byte for byte, with a forward; with an answer only the pictures that the page shows.
    @Test func filesComeAlong() throws {
        let file = "Content-Type: application/octet-stream; name=\"d.bin\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"d.bin\"\r\n\r\nAAECAw==\r\n"
        let picture = "Content-Type: image/png\r\nContent-ID: <p@x>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n"
        let source = "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<img src=\"cid:p@x\">\r\n--c\r\n\(file)--c\r\n\(picture)--c--\r\n"
        let forward = make(Self.written, source, .forward)
        #expect(forward.summary.root.mediaType == "multipart/mixed")
        #expect(forward.summary.attachments.map(\.name).contains("d.bin"))
        #expect(String(decoding: forward.octets, as: UTF8.self).contains(file.dropLast(2)))
        let answer = make("Subject: x\r\nContent-Type: text/html\r\n\r\n<b>new</b>", source, .reply)
        #expect(answer.summary.attachments.map(\.contentID) == ["p@x"])
        #expect(make(Self.written, source, .reply).summary.attachments.isEmpty)
    }
    /// RFC 8551 §3.1: what is signed is not changed, neither on the way out nor when it is forwarded.
    @Test func whatIsSignedIsNotTouched() {
        let signed = "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=c; micalg=sha-256; protocol=\"application/pkcs7-signature\"\r\n\r\n--c\r\n\r\nSigned  \r\n--c\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n--c--\r\n"
        #expect(String(decoding: make(signed, Self.source, .reply).octets, as: UTF8.self).hasSuffix(signed))
        let forward = make(Self.written, signed, .forward)
        #expect(forward.summary.attachments.map(\.isMessage) == [true])
        #expect(String(decoding: forward.octets, as: UTF8.self).contains(signed))
        #expect(text(.plain, forward) == "Mine.")
    }
    @Test func aMailWithoutText() {
        let only = "Subject: x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw=="
        #expect(make(only, Self.source, .forward).summary.attachments.count == 2)
        #expect(make(only, Self.source, .reply).summary.attachments.count == 1)
    }
    /// Anything in, a message out: broken, empty, nested.
    @Test(arguments: ["", "\r\n", "x", "Content-Type: multipart/mixed\r\n\r\n--", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b--", String(repeating: "<body", count: 1_000)])
    func nothingTraps(_ broken: String) {
        for kind in [SourceInclusion.Kind.reply, .forward] {
            #expect(!make(broken, Self.source, kind).octets.isEmpty)
            #expect(!make(Self.written, broken, kind).octets.isEmpty)
            #expect(make("Content-Type: text/html\r\n\r\n" + broken, "Content-Type: text/html\r\n\r\n" + broken, kind).octets.count < 30_000)
        }
    }
}
extension String {
    fileprivate func components(of word: String) -> Int {
        var count = 0, rest = self[...]
        while let found = rest.firstRange(of: word) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}
