// Another server, as good or as bad as its script says, on real sockets.
import Bytes
import Model
import SMTPCodec
import SessionKit
import Synchronization

/// What the remote was told.
final class RemoteBook: Sendable {
    struct Message: Sendable {
        var sender: String; var recipients: [String]; var data: [UInt8]; var isChunked: Bool; var text: String { String(decoding: data, as: UTF8.self) }
    }
    private struct State { var messages: [Message] = []; var commands: [String] = []; var connections = 0 }
    private let state = Mutex(State())
    var messages: [Message] { state.withLock { $0.messages } }
    var commands: [String] { state.withLock { $0.commands } }
    var connections: Int { state.withLock { $0.connections } }
    func add(_ message: Message) { state.withLock { $0.messages.append(message) } }
    func heard(_ command: String) { state.withLock { $0.commands.append(command) } }
    /// The number of this connection, from 1.
    func connected() -> Int {
        state.withLock {
            $0.connections += 1; return $0.connections
        }
    }
}

struct Script: Sendable {
    enum Answer: Sendable { case say(String), sayAndClose(String), close, silence }
    var name = "remote.example"
    var greeting = Answer.say("220 remote.example ESMTP\r\n")
    var extensions = ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "SIZE 50000000"]
    /// What to say to a command instead of the usual; "." is the end of a message. The number is that of the connection.
    var answer: @Sendable (String, Int) -> Answer? = { _, _ in nil }
    /// Close after so many octets of a message.
    var closesAfter: Int?
    /// Never read a message.
    var stopsReading = false
}

final class RemoteSession: Session {
    private let line: Line
    private let book: RemoteBook
    private let script: Script
    private let number: Int
    private var framer = LineFramer()
    private var codec: DotCodec?
    private var chunk = 0
    private var sender = ""
    private var recipients: [String] = []
    private var data: [UInt8] = []

    init(_ line: Line, _ book: RemoteBook, _ script: Script) {
        (self.line, self.book, self.script) = (line, book, script)
        number = book.connected()
    }
    func opened() -> Step { say(script.greeting) ?? .needMore }
    func receive(_ input: inout ByteBuffer) -> Step {
        while !input.isEmpty {
            if codec != nil {
                var bytes: [UInt8] = []
                guard let progress = codec?.decode(input.span, into: { run in for index in run.indices { bytes.append(run[index]) } }) else { return .close }
                input.consume(progress.consumed)
                data += bytes
                if let most = script.closesAfter, data.count > most { return .close }
                if !progress.isComplete { return .needMore }
                codec = nil
                if let step = ended(isChunked: false) { return step }
                continue
            }
            if chunk > 0 {
                let count = min(chunk, input.count)
                data += input.bytes(0..<count)
                input.consume(count)
                chunk -= count
                if chunk > 0 { return .needMore }
                if let step = ended(isChunked: true) { return step }
                continue
            }
            guard case .line(let bytes) = framer.next(&input) else { return .needMore }
            if let step = command(String(decoding: bytes, as: UTF8.self)) { return step }
        }
        return .needMore
    }
    private func command(_ text: String) -> Step? {
        book.heard(text)
        if let special = script.answer(text, number) {
            if text == "DATA", case .say(let words) = special, words.hasPrefix("354") { codec = DotCodec() }
            return say(special)
        }
        switch text.prefix(4).uppercased() {
        case "EHLO": return say(.say((["250-\(script.name)"] + script.extensions.map { "250-\($0)" } + ["250 HELP"]).joined(separator: "\r\n") + "\r\n"))
        case "STAR":
            line.outbox.bytes.append("220 go\r\n")
            return .startTLS
        case "MAIL": (sender, recipients, data) = (text, [], []); return say(.say("250 2.1.0 ok\r\n"))
        case "RCPT": recipients.append(text); return say(.say("250 2.1.5 ok\r\n"))
        case "DATA":
            if recipients.isEmpty { return say(.say("554 5.5.1 nobody\r\n")) }
            codec = DotCodec()
            return say(.say("354 go\r\n"))
        case "BDAT":
            chunk = Int(text.split(separator: " ")[1]) ?? 0
            return nil
        case "QUIT": return say(.sayAndClose("221 bye\r\n"))
        default: return say(.say("250 ok\r\n"))
        }
    }
    private func ended(isChunked: Bool) -> Step? {
        if let special = script.answer(".", number) {
            if case .say(let words) = special, words.hasPrefix("2") { keep(isChunked) }
            if case .sayAndClose(let words) = special, words.hasPrefix("2") { keep(isChunked) }
            return say(special)
        }
        keep(isChunked)
        return say(.say("250 2.0.0 taken\r\n"))
    }
    private func keep(_ isChunked: Bool) {
        book.add(RemoteBook.Message(sender: sender, recipients: recipients, data: data, isChunked: isChunked))
        data = []
    }
    private func say(_ answer: Script.Answer) -> Step? {
        switch answer {
        case .say(let text): line.outbox.bytes.append(text); return nil
        case .sayAndClose(let text): line.outbox.bytes.append(text); return .close
        case .close: return .close
        case .silence: return nil
        }
    }
    func perform() async -> Step { .needMore }
    func notice(_ changes: ChangeSet) -> Step { .needMore }
    func expired() -> Step { .close }
    func secured() -> Step { framer = LineFramer(); return .needMore }
    func draining() -> Step { .close }
    func closed() {}
}
