// A store, a runner and a scripted remote, over real sockets.
import Crypto
import DNSCodec
import Delivery
import Directory
import Logging
import MailStore
import Model
import SessionKit
import Synchronization
import Telemetry
import TestSupport
import Transport
@testable import Outbound

final class OutboundLab: Sendable {
    let place: TemporaryStore
    let directory: Directory
    let server: Server
    private let other: Server
    let runner: QueueRunner
    let book = RemoteBook()
    let metrics = Metrics()
    let clock = Mutex<Int64>(0)
    private let task: Task<Void, Never>
    let entrance: QueueEntrance
    var store: MailStore { place.store }

    /// `hosts`: for each exchanger of far.example, in order, its script; all on 127.0.0.x with one port.
    init(_ script: Script = Script(), second: Script? = nil, running: Bool = true, _ change: (inout OutboundSettings) -> Void = { _ in }) async throws {
        place = try TemporaryStore()
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        var room = Directory.Settings()
        room.passwordCost = PasswordHash.Cost(logN: 4)
        directory = Directory(store: place.store, settings: room)
        try await directory.administration.addDomain("demo.test")
        for name in ["ann", "bob"] { try await directory.administration.addUser("\(name)@demo.test", password: "open sesame") }
        server = try Server(identities: [], log: quiet, metrics: metrics)
        let book = book
        try await server.addService(ServiceSettings(name: "remote", addresses: ["127.0.0.1:0"]) { RemoteSession($0, book, script) })
        try await server.start()
        let port = await server.addresses.first.flatMap { Int($0.address.split(separator: ":").last ?? "") } ?? 0
        other = try Server(loops: 1, identities: [], log: quiet, metrics: Metrics())
        if let second { try await other.addService(ServiceSettings(name: "second", addresses: ["127.0.0.2:\(port)"]) { RemoteSession($0, book, second) }) }
        try await other.start()
        var exchangers: [RecordData] = [.mx(preference: 10, exchange: "mx1.far.example")]
        if second != nil { exchangers.append(.mx(preference: 20, exchange: "mx2.far.example")) }
        let resolver = TableResolver(
            [
                "far.example": [.mx: exchangers], "mx1.far.example": [.a: [.a("127.0.0.1")]], "mx2.far.example": [.a: [.a("127.0.0.2")]],
                "near.example": [.a: [.a("127.0.0.1")]], "null.example": [.mx: [.mx(preference: 0, exchange: "")]],
                "self.example": [.mx: [.mx(preference: 5, exchange: "mx.demo.test")]], "dead.example": [.a: [.a("127.0.0.3")]],
            ], failures: ["broken.example": .timeout])
        var settings = OutboundSettings(hostname: "mx.demo.test")
        settings.port = port
        settings.schedule.retries = [400]
        settings.schedule.spread = 0
        change(&settings)
        let late = Mutex<QueueRunner?>(nil)
        let box = Box(late)
        var entrance = QueueEntrance()
        entrance.warnAfter = settings.schedule.warnAfter
        entrance.expireAfter = settings.schedule.expireAfter
        entrance.hint = { names in box.value?.hint(names) }
        self.entrance = entrance
        let runner = QueueRunner(
            store: place.store, resolver: resolver, dialer: server.dialer, settings: settings, entrance: entrance, metrics: metrics, log: quiet)
        box.value = runner
        self.runner = runner
        task = Task { if running { await runner.run() } }
    }
    final class Box: Sendable {
        private let inner: Mutex<QueueRunner?>
        init(_ inner: consuming Mutex<QueueRunner?>) { self.inner = inner }
        var value: QueueRunner? {
            get { inner.withLock { $0 } }
            set { inner.withLock { $0 = newValue } }
        }
    }
    func close() async {
        task.cancel()
        runner.hint([])
        await task.value
        _ = await server.drain(within: .seconds(2))
        _ = await other.drain(within: .seconds(1))
        await store.close()
    }

    static let text = "From: ann@demo.test\r\nTo: x@far.example\r\nBcc: hidden@far.example\r\nSubject: hello\r\n\r\n.dot\r\nbody\r\n"
    var acceptance: Acceptance { Acceptance(store: store, directory: directory, hostname: "mx.demo.test", queue: entrance) }
    /// Hands a message in as ann.
    func send(_ text: String = OutboundLab.text, to recipients: String..., trace: String = "t1", change: (inout Envelope) -> Void = { _ in }) async throws {
        let ann = LogIn(account: try await store.read { try $0.account(named: "ann@demo.test")?.id ?? AccountID(0) }, name: "ann@demo.test")
        let spool = store.spool()
        try spool.append(Array(text.utf8))
        let origin = Origin(trace: trace, service: "submission", address: "192.0.2.1", greeting: "c", transmission: "ESMTPSA", logIn: ann)
        var envelope = Envelope(sender: MailAddress("ann@demo.test"), recipients: recipients.compactMap { MailAddress($0) })
        change(&envelope)
        _ = try await acceptance.accept(envelope, spool, origin)
    }
    func inbox(_ name: String) async throws -> [String] {
        try await store.read { transaction in
            guard let account = try transaction.account(named: "\(name)@demo.test"), let folder = try transaction.folder(of: account.id, role: .inbox) else {
                return []
            }
            return try transaction.states(in: folder.id, UIDSet([1...UInt32.max]), limit: 1_000).map {
                String(decoding: try transaction.content($0.content), as: UTF8.self)
            }
        }
    }
    func queued() async throws -> [QueuedRecipient] {
        try await store.read { transaction in try transaction.queued(after: QueueID(0), limit: 10_000).flatMap { try transaction.recipients(of: $0.id) } }
    }
    /// Waits for something to become true; false after ten seconds.
    func until(seconds: Int = 10, _ isTrue: () async throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if try await isTrue() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try await isTrue()
    }
}
