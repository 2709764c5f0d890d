import Bytes
import Logging
import Model
import SessionKit
import Synchronization
import Telemetry
@testable import Transport

/// What sessions did, in order, for the test to look at.
final class Record: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
    func count(of line: String) -> Int { all.count { $0 == line } }
}

/// Line by line: a small protocol that reaches every corner of the contract.
final class WordSession: Session {
    private let line: Line
    private let record: Record
    private var command = ""
    private var isInPerform = false
    private let notifiers: Notifiers?

    init(_ line: Line, _ record: Record, _ notifiers: Notifiers? = nil) {
        self.line = line
        self.record = record
        self.notifiers = notifiers
    }
    private func put(_ text: String) { line.outbox.bytes.append(text + "\r\n") }

    func opened() -> Step {
        record.add("opened")
        notifiers?.add(line.notifier)
        put(line.security == nil ? "hello" : "hello in \(line.security?.version ?? "")")
        return .needMore
    }
    func receive(_ input: inout ByteBuffer) -> Step {
        precondition(!isInPerform, "receive while perform runs")
        guard let end = input.firstIndex(of: 10) else { return .needMore }
        command = String(decoding: input.bytes(0..<end), as: UTF8.self)
        if command.hasSuffix("\r") || command.hasSuffix("\r\n") { command.removeLast() }
        input.consume(end + 1)
        record.add(command)
        switch command.split(separator: " ").first ?? "" {
        case "quit":
            put("bye")
            return .close
        case "tls":
            put("go")
            return .startTLS
        case "flush":
            put("flushed")
            line.outbox.flush?()
            return .needMore
        case "soon":
            line.expire(in: .milliseconds(300))
            put("ok")
            return .needMore
        case "wait", "now", "page", "many", "ready": return .perform
        default:
            put(command)
            return .needMore
        }
    }
    func perform() async -> Step {
        isInPerform = true
        defer { isInPerform = false }
        switch command.split(separator: " ").first ?? "" {
        case "wait":
            try? await Task.sleep(for: .milliseconds(150))
            record.add(line.isClosed ? "waited, closed" : "waited")
            put("waited")
        case "page":
            // 100 MB, a page at a time.
            let page = [UInt8](repeating: 0x61, count: 65_536)
            var most = 0
            for _ in 0..<(TestSize.answer / page.count) {
                line.outbox.bytes.append(page)
                most = max(most, line.outbox.bytes.count)
                await line.outbox.ready()
                if line.isClosed { record.add("page stopped"); break }
            }
            record.add(most <= Line.Limits.outboxHighWater + page.count ? "page within bounds" : "page out of bounds \(most)")
        default: put("did \(command)")
        }
        return .needMore
    }
    func notice(_ changes: ChangeSet) -> Step {
        precondition(!isInPerform, "notice while perform runs")
        record.add("notice")
        put("notice \(changes.modseq) \(changes.changes.map { "\($0.folder?.rawValue ?? 0):\($0.kinds.rawValue)" }.joined(separator: ","))")
        return .needMore
    }
    func expired() -> Step {
        precondition(!isInPerform, "expired while perform runs")
        record.add("expired")
        put("too late")
        return .close
    }
    func secured() -> Step {
        record.add("secured")
        put("now in \(line.security?.version ?? "the clear")")
        return .needMore
    }
    func draining() -> Step {
        precondition(!isInPerform, "draining while perform runs")
        record.add("draining")
        put("stopping")
        return .close
    }
    func closed() {
        precondition(!isInPerform, "closed while perform runs")
        record.add("closed")
    }
}

enum TestSize {
    /// Bytes of the long answer.
    static let answer = 100 << 20
    /// Clients that wait for one commit.
    static let waiting = 200
    /// TLS connections whose memory is measured.
    static let parked = 400
}

final class Notifiers: Sendable {
    private let all = Mutex<[Notifier]>([])
    func add(_ notifier: Notifier) { all.withLock { $0.append(notifier) } }
    func post(_ changes: ChangeSet) { for notifier in all.withLock({ $0 }) { notifier.post(changes) } }
    var count: Int { all.withLock { $0.count } }
}

/// A server with one word service, ended at the end of the body.
func withServer(
    loops: Int = 1, tls: ServiceSettings.TLS = .none, limits: ServiceLimits = ServiceLimits(), busyWord: String = "", record: Record = Record(),
    notifiers: Notifiers? = nil, identities: [TLSIdentity] = [], protocols: [String] = [], proxyFrom: @escaping @Sendable (Peer) -> Bool = { _ in false },
    _ body: (Server, Int, Record) async throws -> Void
) async throws {
    let log = Logger(label: "transport") { EventLog(label: $0, level: .critical) { _ in } }
    let server = try Server(loops: loops, identities: identities, log: log, metrics: Metrics())
    var settings = ServiceSettings(name: "word", addresses: ["127.0.0.1:0"], tls: tls, limits: limits, busyWord: busyWord, protocols: protocols) {
        WordSession($0, record, notifiers)
    }
    settings.proxyFrom = proxyFrom
    try await server.addService(settings)
    try await server.start()
    do { try await body(server, await server.port(of: "word") ?? 0, record) } catch {
        await server.drain(within: .zero)
        throw error
    }
    await server.drain(within: .zero)
}
