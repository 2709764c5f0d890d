import Bytes
import FoundationEssentials
import HTTPCodec
import MailStore
import Model
package import SessionKit

/// An rspamd that has a word about each message, over its HTTP interface: POST /checkv2. (rspamd.com/doc/developers/protocol.html)
/// Whatever goes wrong, the client is told to come again. (threat T47)
package struct Rspamd: MessageFilter {
    package enum Limits {
        static let patience = Duration.seconds(30)
        static let message = Duration.seconds(60)
        /// Octets of an answer: hundreds of symbols take some tens of KB.
        static let answer = 1_048_576
        static let recipients = 100
    }
    package let name = "rspamd"
    private let target: DialTarget
    private let dialer: any Dialer
    package init(_ target: DialTarget, dialer: any Dialer) { self.target = target; self.dialer = dialer }

    static let trouble = FilterAnswer(.refuse(Refusal(isTemporary: true, status: "4.7.1", words: "The spam filter is not available, please try again later")))

    package func judge(_ message: FilteredMessage) async -> FilterAnswer {
        let dialer = dialer, target = target
        return await Deadline.run(Limits.message, otherwise: Self.trouble) {
            await Answering.wait { answering in
                do throws(DialFailure) {
                    try await dialer.dial(target) { line in RspamdSession(line, message, answering) }
                } catch {
                    answering.give(Self.trouble)
                }
            }
        }
    }

    static func head(_ message: FilteredMessage, size: Int) -> String {
        let origin = message.origin
        var fields = [("Host", "rspamd"), ("Content-Length", "\(size)"), ("Connection", "close"), ("From", message.envelope.sender?.description ?? "")]
        fields += message.envelope.recipients.prefix(Limits.recipients).map { ("Rcpt", $0.description) }
        fields += [("IP", origin.address), ("Helo", origin.greeting), ("Queue-Id", origin.trace), ("MTA-Name", message.hostname)]
        // Nothing in a value can begin another field.
        let lines = fields.map { name, value in "\(name): \(String(value.unicodeScalars.map { (32...126).contains($0.value) ? Character($0) : "?" }))\r\n" }
        return "POST /checkv2 HTTP/1.1\r\n\(lines.joined())\r\n"
    }

    private struct Answer: Decodable {
        let action: String
        let score: Double?
        let required_score: Double?
        let messages: [String: String]?
        init(from decoder: any Decoder) throws {
            let box = try decoder.container(keyedBy: Key.self)
            action = try box.decode(String.self, forKey: .action)
            score = try? box.decode(Double.self, forKey: .score)
            required_score = try? box.decode(Double.self, forKey: .required_score)
            messages = try? box.decode([String: String].self, forKey: .messages)
        }
        enum Key: String, CodingKey { case action, score, required_score, messages }
    }
    /// What its action is to us: reject, soft reject and greylist, add header and rewrite subject (Junk), no action.
    static func verdict(_ response: HTTPResponse) -> FilterAnswer {
        guard response.status == 200, let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body.flatMap { $0 })) else { return trouble }
        let scores = "\(tenths(answer.score)) of \(tenths(answer.required_score))"
        var fields: [UInt8] = []
        if answer.score != nil { fields = Array("X-Spam-Score: \(tenths(answer.score))\r\n".utf8) }
        let said = (answer.messages?["smtp_message"] ?? "").unicodeScalars.prefix(300).map { (32...126).contains($0.value) ? Character($0) : "?" }
        switch answer.action {
        case "no action": return FilterAnswer(.accept, fields: fields)
        case "add header", "rewrite subject": return FilterAnswer(.junk("rspamd: \(scores)"), fields: fields)
        case "greylist", "soft reject":
            return FilterAnswer(.refuse(Refusal(isTemporary: true, status: "4.7.1", words: said.isEmpty ? "Please try again later" : String(said))))
        case "reject": return FilterAnswer(.refuse(Refusal(isTemporary: false, status: "5.7.1", words: said.isEmpty ? "Refused as spam" : String(said))))
        case "discard", "quarantine": return FilterAnswer(.junk("rspamd: \(answer.action), \(scores)"), fields: fields)
        default: return trouble
        }
    }
    private static func tenths(_ number: Double?) -> String {
        guard let number, number.isFinite, abs(number) < 1e9 else { return "?" }
        let tenths = Int((number * 10).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}

/// The connection to rspamd, for one message.
private final class RspamdSession: Session {
    private let line: Line
    private let message: FilteredMessage
    private let answering: Answering
    private var reader = HTTPResponseReader(limit: Rspamd.Limits.answer)

    init(_ line: Line, _ message: FilteredMessage, _ answering: Answering) { self.line = line; self.message = message; self.answering = answering }

    func opened() -> Step {
        line.expire(in: Rspamd.Limits.patience)
        return .perform
    }
    /// Sends the request, no faster than it is read.
    func perform() async -> Step {
        let size = message.spool.count - message.start
        line.outbox.bytes.append(Array(Rspamd.head(message, size: size).utf8).span)
        var place = message.start
        let end = message.spool.count
        while place < end {
            let next = min(end, place + 65_536)
            let piece = try? message.spool.withBytes { bytes in
                var copy: [UInt8] = []
                copy.reserveCapacity(next - place)
                for index in place..<next { copy.append(bytes[index]) }
                return copy
            }
            guard let piece else { return .close }
            line.outbox.bytes.append(piece.span)
            await line.outbox.ready()
            if line.isClosed { return .close }
            place = next
        }
        line.expire(in: Rspamd.Limits.patience)
        return .needMore
    }
    func receive(_ input: inout ByteBuffer) -> Step {
        do throws(HTTPSyntaxError) {
            guard let response = try reader.read(&input) else { return .needMore }
            answering.give(Rspamd.verdict(response))
        } catch {}
        return .close
    }
    func notice(_ changes: ChangeSet) -> Step { .needMore }
    func expired() -> Step { .close }
    func secured() -> Step { .needMore }
    func draining() -> Step { .needMore }
    func closed() {
        if let response = try? reader.end() { answering.give(Rspamd.verdict(response)) }
        answering.give(Rspamd.trouble)
    }
}
