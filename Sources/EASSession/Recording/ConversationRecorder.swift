import Crypto
import EASCodec
import HTTPCodec
import HTTPSession
package import MailStore
package import Model

/// One request and its answer, without what people wrote.
package struct RecordedExchange: Sendable {
    package enum Limits {
        /// Octets of a text of the client's that is kept.
        package static let text = 256
    }
    package var at: Timestamp
    package var command: String
    package var version: String
    package var type: String
    package var agent: String
    /// "0", "set" or "" for none.
    package var policyKey: String
    /// WBXML; nil where it was none, or too large.
    package var request: [UInt8]?
    package var requestSize: Int
    package var status: Int
    package var answer: [UInt8]?
    package var answerSize: Int
    /// It waited; then the answer is what ended that.
    package var waited: Bool
    /// Milliseconds.
    package var took: Int64
}

/// Where conversations are kept.
package protocol ConversationRecorder: Sendable {
    func keep(_ exchange: RecordedExchange, of device: DeviceRow) async
}

/// One exchange on its way to be kept.
struct Recording: Sendable {
    let recorder: any ConversationRecorder
    let device: DeviceRow
    private var exchange: RecordedExchange
    private let begun: ContinuousClock.Instant
    private static let redaction = Redaction(key: Random.bytes(32))

    /// nil where nobody asked for it.
    init?(_ service: EASService, _ request: EASRequest) {
        let now = service.clock(), query = request.query
        guard let recorder = service.settings.recorder, request.device.control.recordedUntil > now else { return nil }
        self.recorder = recorder
        device = request.device
        let key = PolicyGate.key(query, request.headers)
        exchange = RecordedExchange(
            at: now, command: query.command, version: request.version.name, type: query.deviceType,
            agent: String((request.headers["User-Agent"] ?? "").prefix(RecordedExchange.Limits.text)), policyKey: key.map { $0 == 0 ? "0" : "set" } ?? "",
            request: Self.redaction.document(request.body), requestSize: request.body.count, status: 0, answer: nil, answerSize: 0, waited: false, took: 0)
        begun = .now
    }
    /// Keeps the answer, now or when it comes.
    func keep(_ answer: HTTPAnswer) async -> HTTPAnswer {
        switch answer {
        case .respond(let response):
            await keep(response, waited: false)
            return answer
        case .park(let exchange): return .park(RecordedWait(exchange, self))
        }
    }
    func keep(_ response: HTTPResponse?, waited: Bool) async {
        var whole = exchange
        whole.waited = waited
        whole.took = Int64((ContinuousClock.now - begun) / .milliseconds(1))
        if let response {
            let body = Array(response.body.joined())
            whole.status = response.status
            whole.answer = response.headers["Content-Type"] == "application/vnd.ms-sync.wbxml" ? Self.redaction.document(body) : nil
            whole.answerSize = body.count
        }
        await recorder.keep(whole, of: device)
    }
}

/// A wait that is recorded: it does what the one inside does, and keeps the answer that ends it.
final class RecordedWait: ParkedExchange {
    private let inside: any ParkedExchange
    private let recording: Recording
    init(_ inside: any ParkedExchange, _ recording: Recording) {
        self.inside = inside
        self.recording = recording
    }
    var deadline: ContinuousClock.Instant { inside.deadline }
    func notice(_ changes: ChangeSet) -> ParkedStep { kept(inside.notice(changes)) }
    func expired() -> ParkedStep { kept(inside.expired()) }
    func draining() -> ParkedStep { kept(inside.draining()) }
    func interrupted() -> ParkedStep { kept(inside.interrupted()) }
    func perform() async -> ParkedStep { kept(await inside.perform()) }
    func closed() { inside.closed() }
    private func kept(_ step: ParkedStep) -> ParkedStep {
        switch step {
        case .respond(let response): Task { [recording] in await recording.keep(response, waited: true) }
        case .hangUp: Task { [recording] in await recording.keep(nil, waited: true) }
        case .stay, .perform: break
        }
        return step
    }
}
