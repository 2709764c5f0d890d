import Bytes
import MIMECodec
import Testing

@Suite struct WriterTests {
    private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

    @Test func aBounceIsReadBack() throws {
        var writer = MessageWriter()
        writer.addresses("From", [DisplayAddress(name: "Mail Delivery System", address: "mailer-daemon@example.org")])
        writer.addresses("To", [DisplayAddress(name: "Jörg \"J\" Müller", address: "joerg@example.org"), DisplayAddress(name: "Lee, Ann", address: "ann@example.org")])
        writer.text("Subject", "Unzustellbar: Grüße aus München, und noch ein recht langer Betreff, der gefaltet wird")
        writer.field("Auto-Submitted", "auto-replied")
        let octets = writer.finish(
            .multipart(subtype: "report", parameters: [("report-type", "delivery-status")], [
                .text(subtype: "plain", "Hallo,\nes ging nicht: ü.\n"), .raw(mediaType: "message/delivery-status", Array("Reporting-MTA: dns; x\r\n".utf8)),
                .message(Array("Subject: back\r\n\r\nbody --=_seed-1".utf8)), .attachment(name: "Bericht ü.pdf", mediaType: "application/pdf", [1, 2, 3]),
            ]), boundary: "seed")
        let summary = MessageSummary(parsing: octets.span)
        #expect(summary.display.from == [DisplayAddress(name: "Mail Delivery System", address: "mailer-daemon@example.org")])
        #expect(summary.display.to == [DisplayAddress(name: "Jörg \"J\" Müller", address: "joerg@example.org"), DisplayAddress(name: "Lee, Ann", address: "ann@example.org")])
        #expect(summary.display.subject == "Unzustellbar: Grüße aus München, und noch ein recht langer Betreff, der gefaltet wird")
        #expect(summary.kind == .deliveryReport)
        #expect(summary.root.children.map(\.mediaType) == ["text/plain", "message/delivery-status", "message/rfc822", "application/pdf"])
        #expect(text(BodyReader(summary.root).text(.plain) { Array(octets[$0.range]) }) == "Hallo,\r\nes ging nicht: ü.\r\n")
        let range = try #require(summary.root.range([3]))
        #expect(text(Array(octets[range.range])) == "Subject: back\r\n\r\nbody --=_seed-1")
        #expect(summary.attachments.last?.name == "Bericht ü.pdf")
        #expect(BodyReader(summary.root).octets(of: [4]) { Array(octets[$0.range]) } == [1, 2, 3])
        #expect(octets.allSatisfy { $0 < 128 })
        #expect(octets.split(separator: 10).allSatisfy { $0.count <= 999 })
    }
    /// T38: whatever a caller passes, the header has the fields that were asked for and no other.
    static let injections = ["a\r\nBcc: x@y", "a\nBcc: x@y", "a\rBcc: x@y", "a\r\n\r\nbody", "a\u{0}b", "\r\n", "a\r\n b", "\r\n\r\n.\r\n", "a\u{85}b\u{2028}Bcc: x", String(repeating: "x", count: 3_000), String(repeating: "\r\nBcc: z ", count: 200)]
    @Test(arguments: injections) func nothingIsInjected(_ value: String) {
        var writer = MessageWriter()
        writer.field("X-A", value)
        writer.text("Subject", value)
        writer.addresses("To", [DisplayAddress(name: value, address: value + "@x"), DisplayAddress(name: "", address: value)])
        writer.field(value, "name")
        let octets = writer.finish(.multipart(subtype: value, parameters: [(value, value)], [.attachment(name: value, mediaType: value, [1])]), boundary: value)
        let header = HeaderReader.fields(octets.span)
        let names = header.fields.map { text(Array(octets[$0.name.range])) }
        #expect(names.count == 6)
        #expect(!names.contains("Bcc") && names[0] == "X-A" && names[1] == "Subject" && names[2] == "To" && names[4] == "MIME-Version" && names[5] == "Content-Type")
        #expect(octets.split(separator: 10).allSatisfy { $0.count <= 999 })
        var editor = HeaderEditor(Array("Subject: x\r\n\r\nbody".utf8))
        editor.prepend("Received", value)
        editor.prependText("X-B", value)
        #expect(HeaderReader.fields(editor.message.span).fields.count == 3)
        #expect(text(editor.message).hasSuffix("\r\nSubject: x\r\n\r\nbody"))
    }
    @Test func editorTouchesNothingElse() {
        let message = "Received: a\r\n b\r\nBCC : x\r\n\ty\r\nbroken line\r\nSubject:  odd \r\nbcc: z\r\n\r\nBcc: body\r\n"
        var editor = HeaderEditor(Array(message.utf8))
        editor.remove("Bcc")
        #expect(text(editor.message) == "Received: a\r\n b\r\nbroken line\r\nSubject:  odd \r\n\r\nBcc: body\r\n")
        editor.remove("bcc")
        editor.prepend("Return-Path", "<a@b>")
        #expect(text(editor.message) == "Return-Path: <a@b>\r\nReceived: a\r\n b\r\nbroken line\r\nSubject:  odd \r\n\r\nBcc: body\r\n")
        #expect(editor.contains("subject") && !editor.contains("bcc"))
    }
    @Test func bccIsFoundBehindTheHeaderLimit() {
        var editor = HeaderEditor(Array((String(repeating: "X: y\r\n", count: 200_000) + "Bcc: secret\r\n\r\nbody").utf8))
        editor.remove("Bcc")
        #expect(!editor.message.suffix(100).starts(with: Array("Bcc".utf8)) && editor.message.count == 1_200_000 + 6)
    }
    @Test func linesAreFolded() {
        var editor = HeaderEditor([])
        editor.prepend("Received", "from a.example.org (a.example.org [192.0.2.1]) by mail.example.org with ESMTPS id 123; Thu, 1 Jan 1970 00:00:00 +0000")
        #expect(editor.message.split(separator: 10).count == 2)
        #expect(editor.message.split(separator: 10).allSatisfy { $0.count <= 79 })
        #expect(HeaderReader.value("received", in: editor.message.span).map(text) == "from a.example.org (a.example.org [192.0.2.1]) by mail.example.org with ESMTPS id 123; Thu, 1 Jan 1970 00:00:00 +0000")
    }
    static let bodies = ["", "plain", "a\nb\r\nc\rd", "ü", String(repeating: "long ", count: 400), String(repeating: "日本", count: 100), "From x\n.\n..\n", "trailing  \nspace \n", "=3D"]
    @Test(arguments: bodies) func textsComeBack(_ body: String) {
        let octets = MessageWriter().finish(.text(subtype: "plain", body), boundary: "x")
        let read = text(BodyReader(MessageSummary(parsing: octets.span).root).text(.plain) { Array(octets[$0.range]) })
        #expect(read == text(TransferEncoding.crlf(Array(body.utf8))))
        #expect(octets.allSatisfy { $0 < 128 })
    }
}
