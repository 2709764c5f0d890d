// Replies in one and in several lines, and no line break that we did not make.
import Bytes
import SMTPCodec
import Testing

struct ReplyWriterTests {
    static func written(_ reply: Reply) -> String {
        var output = ByteBuffer()
        ReplyWriter.write(reply, to: &output)
        return String(decoding: output.bytes, as: UTF8.self)
    }
    @Test(arguments: [
        (Reply(250, "2.0.0", "Ok"), "250 2.0.0 Ok\r\n"),
        (Reply(354, nil, "Go on"), "354 Go on\r\n"),
        (Reply(250, lines: ["mx.example", "SIZE 10", "PIPELINING"]), "250-mx.example\r\n250-SIZE 10\r\n250 PIPELINING\r\n"),
        (Reply(250, lines: []), "250 \r\n"),
        (Reply(550, "5.1.1", "<a\r\n250 2.0.0 Ok>\u{1b}[31m \u{fc}"), "550 5.1.1 <a??250 2.0.0 Ok>?[31m ??\r\n"),
    ])
    func writes(_ reply: Reply, _ expected: String) { #expect(Self.written(reply) == expected) }

    @Test func longTextIsCut() {
        let text = Self.written(Reply(550, "5.1.1", String(repeating: "x", count: 5_000)))
        #expect(text.utf8.count == SyntaxLimits.replyLine)
        #expect(text.hasSuffix("x\r\n"))
    }

    @Test(arguments: [CommandError.unknownCommand, .notImplemented, .badArgument("x"), .badSender, .badRecipient, .unknownParameter("X"), .badBase64, .cancelled])
    func everyErrorHasAReplyOfItsClass(_ error: CommandError) {
        #expect(error.reply.isRefusal)
        #expect(error.reply.status?.first == String(error.reply.code).first)
    }
}
