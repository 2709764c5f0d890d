import Bytes
import CLinux
import Dispatch
import Glibc
import Logging
import Model
import SessionKit
import Telemetry
import Testing
@testable import Transport

/// Speaks to a `WordSession`, or to what claims to be one: asks for TLS when it is told to, then says goodbye.
final class Caller: Session {
    private let line: Line
    private let record: Record
    private let first: String
    init(_ line: Line, _ record: Record, first: String) { (self.line, self.record, self.first) = (line, record, first) }

    private var security: String { line.security.map { "\($0.version) \($0.isVerified ? "verified" : "unverified")" } ?? "clear" }
    func opened() -> Step {
        record.add("opened \(security)")
        if !first.isEmpty { line.outbox.bytes.append(first + "\r\n") }
        return .needMore
    }
    func receive(_ input: inout ByteBuffer) -> Step {
        guard let end = input.firstIndex(of: 10) else { return .needMore }
        let text = String(decoding: input.bytes(0..<end), as: UTF8.self).filter { $0 != "\r" }
        input.consume(end + 1)
        record.add(text)
        if text == "go" { return .startTLS }
        return text == "bye" ? .close : .needMore
    }
    func perform() async -> Step { .needMore }
    func notice(_ changes: ChangeSet) -> Step { .needMore }
    func expired() -> Step { .close }
    func secured() -> Step {
        record.add("secured \(security)")
        line.outbox.bytes.append("quit\r\n")
        return .needMore
    }
    func draining() -> Step {
        record.add("draining")
        return .close
    }
    func closed() { record.add("closed\(line.failure.map { ": \($0)" } ?? "")") }
}

/// Takes one connection and lets the body talk on it, on a thread of its own.
struct Stub {
    let port: Int
    init(_ body: @escaping @Sendable (Client) throws -> Void) throws {
        let listener = unsafe martlet_listen_tcp("127.0.0.1", 0, 1)
        guard listener >= 0 else { throw Client.Failure(words: "listen: \(errno)") }
        port = Int(martlet_local_port(listener))
        DispatchQueue(label: "stub").async {
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            unsafe poll(&waiting, 1, 10_000)
            let taken = accept(listener, nil, nil)
            close(listener)
            if taken >= 0 { try? body(Client(taken: taken)) }
        }
    }
}

/// The dialer against our own server and against hostile ones: real sockets and real TLS at both ends.
@Suite(.timeLimit(.minutes(1))) struct DialTests {
    static func text(_ names: String..., ago days: Int = 0) throws -> SelfSigned.Text {
        try SelfSigned.make(names: names, days: 30, now: Timestamp(seconds: Int64(time(nil)) - Int64(days) * 86_400))
    }
    static func identity(_ text: SelfSigned.Text) throws -> TLSIdentity { try TLSIdentity(chain: text.certificate, key: text.key) }

    /// A server that dials, with its record. `authorities`: PEM text.
    static func withDialer(
        authorities: [UInt8]? = nil, connections: Int = 100, handshake: Duration = .seconds(5), _ body: (Server, Record) async throws -> Void
    ) async throws {
        var settings = DialSettings()
        settings.connections = connections
        settings.handshake = handshake
        let path = "/tmp/martlet-ca-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).pem"
        if let authorities {
            guard let file = unsafe fopen(path, "w") else { throw Client.Failure(words: "fopen: \(errno)") }
            unsafe fwrite(authorities, 1, authorities.count, file)
            unsafe fclose(file)
            settings.authorities = path
        }
        defer { unsafe unlink(path) }
        let log = Logger(label: "transport") { EventLog(label: $0, level: .critical) { _ in } }
        let server = try Server(loops: 2, dialling: settings, log: log, metrics: Metrics())
        try await server.start()
        do { try await body(server, Record()) } catch {
            await server.drain(within: .zero)
            throw error
        }
        await server.drain(within: .zero)
        #expect(await server.connectionCount == 0)
    }
    static func target(_ port: Int, tls: ClientTLS? = nil, timeout: Duration = .seconds(10)) -> DialTarget {
        var target = DialTarget(address: "127.0.0.1", port: port)
        target.tls = tls
        target.timeout = timeout
        return target
    }
    private func failure(_ server: Server, _ target: DialTarget, _ record: Record) async -> DialFailure? {
        do throws(DialFailure) {
            try await server.dialer.dial(target) { Caller($0, record, first: "quit") }
            return nil
        } catch { return error }
    }

    @Test func dialsInTheClear() async throws {
        try await withServer { _, port, heard in
            try await Self.withDialer { server, record in
                #expect(await failure(server, Self.target(port), record) == nil)
                #expect(await eventually { record.all.last == "closed" })
                #expect(record.all == ["opened clear", "hello", "bye", "closed"])
                #expect(heard.all.contains("quit"))
                #expect(await eventually { await server.connectionCount == 0 })
            }
        }
    }
    @Test func dialsFromAnAddressOfOurs() async throws {
        try await withServer { words, port, _ in
            try await Self.withDialer { server, record in
                var target = Self.target(port)
                target.source = "127.0.0.77"
                try await server.dialer.dial(target) { Caller($0, record, first: "") }
                #expect(await eventually { record.all.contains("hello") })
                #expect(await words.who().map(\.peer.address) == ["127.0.0.77"])
                #expect(await server.who().map { "\($0.service) \($0.peer)" } == ["outbound 127.0.0.1:\(port)"])
                #expect(await server.counts.map(\.connections) == [1])
                target.source = "::1"
                #expect(await failure(server, target, record) != nil)
            }
        }
    }
    @Test func dialsAUnixSocket() async throws {
        let path = "/tmp/martlet-dial-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        let log = Logger(label: "transport") { EventLog(label: $0, level: .critical) { _ in } }
        let words = try Server(loops: 1, log: log, metrics: Metrics())
        try await words.addService(ServiceSettings(name: "word", addresses: ["unix:\(path)"]) { WordSession($0, Record()) })
        try await words.start()
        try await Self.withDialer { server, record in
            #expect(await failure(server, DialTarget(address: path, port: 0), record) == nil)
            #expect(await eventually { record.all == ["opened clear", "hello", "bye", "closed"] })
            #expect(await failure(server, DialTarget(address: path + "x", port: 0), record) == .unreachable("No such file or directory"))
        }
        await words.drain(within: .zero)
    }
    @Test func saysWhatWentWrong() async throws {
        let log = Logger(label: "transport") { EventLog(label: $0, level: .critical) { _ in } }
        let unstarted = try Server(loops: 1, log: log, metrics: Metrics())
        try await Self.withDialer(connections: 1) { server, record in
            #expect(await failure(unstarted, Self.target(1), record) == .busy)
            #expect(await failure(server, Self.target(1), record) == .refused)
            for (address, port) in [("example.org", 25), ("127.0.0.1", 0), ("127.0.0.1", 70_000), ("", 25)] {
                #expect(
                    await failure(server, DialTarget(address: address, port: port), record) == .unreachable("not an address that can be connected to"))
            }
            let stub = try Stub { _ = try $0.hearAll() }
            try await server.dialer.dial(Self.target(stub.port)) { Caller($0, record, first: "") }
            #expect(await failure(server, Self.target(stub.port), record) == .busy)
            #expect(record.all == ["opened clear"])
        }
    }
    /// Nobody accepts, and the queue of the listener is full: the kernel would try for two minutes.
    @Test func connectingHasATimeLimit() async throws {
        let listener = unsafe martlet_listen_tcp("127.0.0.1", 0, 0)
        let port = Int(martlet_local_port(listener))
        var fillers: [Int32] = []
        for _ in 0..<4 { fillers.append(unsafe martlet_connect_tcp("127.0.0.1", Int32(port), nil)) }
        try await Self.withDialer { server, record in
            let started = ContinuousClock.now
            #expect(await failure(server, Self.target(port, timeout: .milliseconds(500)), record) == .timeout)
            #expect(started.duration(to: .now) < .seconds(3))
            #expect(record.all.isEmpty)
            #expect(await eventually { await server.connectionCount == 0 })
        }
        for descriptor in fillers + [listener] { close(descriptor) }
    }
    @Test func drainTellsTheSessionsAndStopsDialling() async throws {
        let stub = try Stub { _ = try $0.hearAll() }
        try await Self.withDialer { server, record in
            try await server.dialer.dial(Self.target(stub.port)) { Caller($0, record, first: "") }
            await server.drain(within: .seconds(2))
            #expect(record.all == ["opened clear", "draining", "closed"])
            #expect(await failure(server, Self.target(stub.port), record) == .busy)
        }
    }

    // MARK: TLS

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var verification: @Sendable (TLSIdentity) -> ClientTLS.Verification
        var outcome: String
        var isExpired = false
        init(_ name: String, _ outcome: String, isExpired: Bool = false, _ verification: @escaping @Sendable (TLSIdentity) -> ClientTLS.Verification) {
            (testDescription, self.outcome, self.isExpired, self.verification) = (name, outcome, isExpired, verification)
        }
    }
    static func tlsa(_ usage: UInt8, _ selector: UInt8, _ matching: UInt8, _ data: [UInt8]) -> TLSARecord {
        TLSARecord(usage: usage, selector: selector, matching: matching, data: data)
    }
    static let unlike = [UInt8](repeating: 7, count: 32)
    static let cases: [Case] = [
        Case("anybody", "unverified") { _ in .none },
        Case("anybody, expired", "unverified", isExpired: true) { _ in .none },
        Case("right name", "verified") { _ in .names(["mx.right.test"]) },
        Case("one of the names", "verified") { _ in .names(["other.test", "mx.right.test"]) },
        Case("wildcard", "verified") { _ in .names(["a.wild.test"]) },
        Case("wildcard too deep", "does not pass: hostname mismatch") { _ in .names(["a.b.wild.test"]) },
        Case("wrong name", "does not pass: hostname mismatch") { _ in .names(["mx.wrong.test"]) },
        Case("no name", "no name to verify") { _ in .names([]) },
        Case("right name, expired", "does not pass: certificate has expired", isExpired: true) { _ in .names(["mx.right.test"]) },
        Case("DANE-EE key", "verified") { .dane([tlsa(3, 1, 1, $0.keyDigest)], names: ["whatever.test"]) },
        Case("DANE-EE key, expired", "verified", isExpired: true) { .dane([tlsa(3, 1, 1, $0.keyDigest)], names: ["whatever.test"]) },
        Case("DANE-EE, second of two", "verified") { .dane([tlsa(3, 1, 1, unlike), tlsa(3, 1, 1, $0.keyDigest)], names: ["mx.right.test"]) },
        Case("DANE-EE of another key", "does not pass: no matching DANE TLSA records") { _ in .dane([tlsa(3, 1, 1, unlike)], names: ["mx.right.test"]) },
        Case("DANE-EE digest of the wrong thing", "no matching DANE TLSA records") { .dane([tlsa(3, 0, 1, $0.keyDigest)], names: ["mx.right.test"]) },
        Case("DANE, PKIX usages alone", "none of the TLSA records is usable") { .dane([tlsa(1, 1, 1, $0.keyDigest)], names: ["mx.right.test"]) },
        Case("DANE, short digest", "none of the TLSA records is usable") { _ in .dane([tlsa(3, 1, 1, [1, 2, 3])], names: ["mx.right.test"]) },
        Case("DANE, unknown matching", "none of the TLSA records is usable") { .dane([tlsa(3, 1, 9, $0.keyDigest)], names: ["mx.right.test"]) },
    ]
    /// T23: what is asked of the certificate is kept to, by STARTTLS and from the first octet.
    @Test(arguments: cases) func keepsToWhatIsAsked(_ one: Case) async throws {
        let text = try Self.text("mx.right.test", "*.wild.test", ago: one.isExpired ? 40 : 0)
        let identity = try Self.identity(text)
        let tls = ClientTLS(serverName: "mx.right.test", verification: one.verification(identity))
        let passes = one.outcome == "verified" || one.outcome == "unverified"
        try await withServer(tls: .startTLS, identities: [identity]) { _, port, _ in
            try await Self.withDialer(authorities: text.certificate) { server, record in
                try await server.dialer.dial(Self.target(port)) {
                    $0.clientTLS = tls
                    return Caller($0, record, first: "tls")
                }
                #expect(await eventually { record.all.last?.hasPrefix("closed") == true })
                if passes {
                    #expect(record.all == ["opened clear", "hello", "go", "secured TLSv1.3 \(one.outcome)", "now in TLSv1.3", "bye", "closed"])
                } else {
                    #expect(record.all.dropLast() == ["opened clear", "hello", "go"])
                    #expect(record.all.last?.hasPrefix("closed: TLS: ") == true && record.all.last?.contains(one.outcome) == true)
                }
            }
        }
        try await withServer(tls: .implicit, identities: [identity]) { _, port, _ in
            try await Self.withDialer(authorities: text.certificate) { server, record in
                let failure = await failure(server, Self.target(port, tls: tls), record)
                if passes {
                    #expect(failure == nil)
                    #expect(await eventually { record.all == ["opened TLSv1.3 \(one.outcome)", "hello in TLSv1.3", "bye", "closed"] })
                } else {
                    guard case .tls(let words)? = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
                    #expect(words.contains(one.outcome))
                    #expect(record.all.isEmpty)
                }
            }
        }
    }
    @Test func knowsWhenTheAuthoritiesCannotBeRead() async throws {
        let identity = try Self.identity(Self.text("mx.right.test"))
        try await withServer(tls: .implicit, identities: [identity]) { _, port, _ in
            try await Self.withDialer(authorities: Array("nothing".utf8)) { server, record in
                let tls = ClientTLS(serverName: "mx.right.test", verification: .names(["mx.right.test"]))
                guard case .tls(let words)? = await failure(server, Self.target(port, tls: tls), record) else { return #expect(Bool(false)) }
                #expect(words.contains("authorities"))
            }
        }
    }
    /// T3: what the server says in the clear after it has agreed to TLS is never taken for what it says inside.
    @Test(arguments: ["go\r\n250 injected\r\n", "go\r\n", ""]) func plaintextAfterStartTLSEndsTheConnection(_ reply: String) async throws {
        let stub = try Stub { client in
            try client.say("hello\r\n")
            _ = try client.hear(until: "tls\r\n")
            try client.say(reply)
            if reply == "go\r\n" {
                _ = try client.receive()
                try client.say("250 this is no TLS record\r\n")
            }
            client.finish()
            _ = try client.hearAll()
        }
        try await Self.withDialer { server, record in
            try await server.dialer.dial(Self.target(stub.port)) { Caller($0, record, first: "tls") }
            #expect(await eventually { record.all.last?.hasPrefix("closed") == true })
            let last = switch reply {
            case "": "closed"
            case "go\r\n": "closed: TLS: wrong version number"
            default: "closed: more came in the clear after STARTTLS"
            }
            #expect(record.all == ["opened clear", "hello"] + (reply.isEmpty ? [] : ["go"]) + [last])
        }
    }
    @Test func aSilentHandshakeEnds() async throws {
        let (one, two) = (try Stub { _ = try $0.hearAll() }, try Stub { client in
            try client.say("go\r\n")
            _ = try client.hearAll()
        })
        try await Self.withDialer(handshake: .milliseconds(500)) { server, record in
            let tls = ClientTLS(serverName: "", verification: .none)
            #expect(await failure(server, Self.target(one.port, tls: tls, timeout: .milliseconds(500)), record) == .tls("timeout"))
            try await server.dialer.dial(Self.target(two.port)) { Caller($0, record, first: "") }
            #expect(await eventually { record.all.last == "closed: TLS: timeout" })
        }
    }
    @Test func aResetIsToldInWords() async throws {
        let stub = try Stub { client in
            try client.say("hello\r\n")
            _ = try client.hear(until: "quit\r\n")
            client.reset()
        }
        try await Self.withDialer { server, record in
            try await server.dialer.dial(Self.target(stub.port)) { Caller($0, record, first: "quit") }
            #expect(await eventually { record.all.last?.hasPrefix("closed") == true })
            #expect(record.all.first == "opened clear" && record.all.count == 3)
        }
    }
    /// RFC 9266, RFC 5929 §3: both ends have the same octets, and no two connections.
    @Test func bothEndsBindTheChannel() async throws {
        let record = Record()
        let log = Logger(label: "transport") { EventLog(label: $0, level: .critical) { _ in } }
        let server = try Server(loops: 1, identities: [Self.identity(Self.text("localhost"))], log: log, metrics: Metrics())
        @Sendable func note(_ who: String, _ line: Line) -> any Session {
            record.add("\(who) \(line.security?.channelBinding ?? [])")
            return WordSession(line, Record())
        }
        try await server.addService(ServiceSettings(name: "word", addresses: ["127.0.0.1:0"], tls: .implicit) { note("server", $0) })
        try await server.start()
        let port = try #require(await server.port(of: "word"))
        try await server.dialer.dial(Self.target(port, tls: ClientTLS(serverName: "", verification: .none))) { note("client", $0) }
        #expect(await eventually { record.all.count == 2 })
        let heard = Set(record.all.map { $0.split(separator: " ", maxSplits: 1)[1] })
        #expect(heard.count == 1 && heard.first?.split(separator: ",").count == 32)
        let finished = try await blocking {
            let client = try TLSClient(Client(port: port), version: .only12)
            _ = try client.hear(until: "\r\n")
            return client.firstFinished
        }
        #expect(finished.count == 12)
        #expect(record.all.last == "server \(finished)")
        await server.drain(within: .zero)
    }
}
