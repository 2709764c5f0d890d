import Model
import SessionKit
import Synchronization
import Telemetry
import Logging
import Testing
@testable import Transport

/// TLS against OpenSSL's own client over real sockets.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    static let now = Timestamp(seconds: Int64(1_900_000_000))

    static func identity(_ names: String...) throws -> TLSIdentity {
        let text = try SelfSigned.make(names: names, now: now)
        return try TLSIdentity(chain: text.certificate, key: text.key)
    }

    @Test(arguments: [(TLSClient.Version.only12, "TLSv1.2"), (.only13, "TLSv1.3")])
    func speaksFromTheFirstByte(_ version: TLSClient.Version, _ name: String) async throws {
        try await withServer(tls: .implicit, identities: [Self.identity("localhost")]) { server, port, record in
            let heard = try await blocking {
                let client = try TLSClient(Client(port: port), version: version)
                try client.say("one\r\nnow\r\nquit\r\n")
                return try client.hearAll()
            }
            #expect(heard == "hello in \(name)\r\none\r\ndid now\r\nbye\r\n")
            #expect(await eventually { await server.connectionCount == 0 })
            #expect(record.all == ["opened", "one", "now", "quit", "closed"])
        }
    }
    @Test func startsWhenAsked() async throws {
        try await withServer(tls: .startTLS, identities: [Self.identity("localhost")]) { _, port, record in
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("one\r\ntls\r\n")
                let clear = try client.hear(until: "go\r\n")
                let secure = try TLSClient(client, name: "mail.example.org")
                try secure.say("two\r\nquit\r\n")
                return [clear, try secure.hearAll()]
            }
            #expect(heard == ["hello\r\none\r\ngo\r\n", "now in TLSv1.3\r\ntwo\r\nbye\r\n"])
            #expect(record.all.prefix(5) == ["opened", "one", "tls", "secured", "two"])
        }
    }
    /// T2: what follows the command in the clear is never run; the connection ends.
    @Test func plaintextAfterStartTLSEndsTheConnection() async throws {
        try await withServer(tls: .startTLS, identities: [Self.identity("localhost")]) { server, port, record in
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("tls\r\ninjected\r\n")
                return try? client.hearAll()
            }
            #expect(heard == nil || heard == "hello\r\n" || heard == "")
            #expect(await eventually { await server.connectionCount == 0 })
            #expect(record.all == ["opened", "tls", "closed"])
        }
    }
    /// The same with the plaintext in a later segment: it is no ClientHello.
    @Test func plaintextInsteadOfAHandshakeEndsTheConnection() async throws {
        try await withServer(tls: .startTLS, identities: [Self.identity("localhost")]) { server, port, record in
            _ = try await blocking {
                let client = try Client(port: port)
                try client.say("tls\r\n")
                _ = try client.hear(until: "go\r\n")
                try client.say("injected\r\n")
                return try? client.hearAll()
            }
            #expect(await eventually { await server.connectionCount == 0 })
            #expect(record.all == ["opened", "tls", "closed"])
        }
    }
    @Test func aServiceWithoutTLSDoesNotBeginIt() async throws {
        try await withServer { _, port, record in
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("tls\r\n")
                return try client.hearAll()
            }
            #expect(heard == "hello\r\ngo\r\n")
            #expect(record.all == ["opened", "tls", "closed"])
        }
    }
    @Test func oneByteSegments() async throws {
        try await withServer(tls: .implicit, identities: [Self.identity("localhost")]) { _, port, _ in
            let heard = try await blocking {
                let relay = try Relay(to: port)
                let client = try TLSClient(Client(port: relay.port))
                try client.say("one\r\ntwo\r\nquit\r\n")
                return try client.hearAll()
            }
            #expect(heard == "hello in TLSv1.3\r\none\r\ntwo\r\nbye\r\n")
        }
    }
    static let broken: [[UInt8]] = [
        Array("GET / HTTP/1.1\r\n\r\n".utf8), [22, 3, 1, 255, 255] + Array(repeating: 1, count: 2000), [22, 3, 1, 0, 4, 1, 0, 255, 255], [0x80, 0x2e, 1, 0, 2],
        Array(repeating: 0, count: 100_000), [21, 3, 3, 0, 2, 2, 40],
    ]
    /// No ClientHello, or a broken one: the connection ends, no session is made, the next client is served.
    @Test(arguments: broken) func brokenHandshakesEndTheConnection(_ bytes: [UInt8]) async throws {
        try await withServer(tls: .implicit, identities: [Self.identity("localhost")]) { server, port, record in
            let heard = try await blocking {
                let client = try Client(port: port)
                try? client.send(bytes)
                client.finish()
                _ = try? client.hearAll()
                return try TLSClient(Client(port: port)).hear(until: "\r\n")
            }
            #expect(heard == "hello in TLSv1.3\r\n")
            #expect(record.count(of: "opened") == 1)
            #expect(await eventually { await server.connectionCount == 0 })
        }
    }
    @Test func handshakeHasADeadline() async throws {
        var limits = ServiceLimits()
        limits.handshake = .milliseconds(300)
        try await withServer(tls: .implicit, limits: limits, identities: [Self.identity("localhost")]) { server, port, record in
            let started = ContinuousClock.now
            let heard = try await blocking {
                let client = try Client(port: port)
                return try client.hearAll()
            }
            #expect(heard == "")
            #expect(started.duration(to: .now) < .seconds(3))
            #expect(record.all.isEmpty)
        }
    }
    @Test func choosesTheProtocol() async throws {
        try await withServer(tls: .implicit, identities: [Self.identity("localhost")], protocols: ["http/1.1"]) { _, port, _ in
            let agreed = try await blocking {
                [
                    try TLSClient(Client(port: port), protocols: ["h2", "http/1.1"]).agreedProtocol,
                    try TLSClient(Client(port: port)).agreedProtocol,
                    (try? TLSClient(Client(port: port), protocols: ["imap"]).agreedProtocol) ?? "refused",
                ]
            }
            #expect(agreed == ["http/1.1", "", "refused"])
        }
    }
    @Test func choosesTheCertificateByName() async throws {
        let identities = [try Self.identity("localhost"), try Self.identity("mail.one.test", "*.two.test"), try Self.identity("three.test")]
        try await withServer(tls: .implicit, identities: identities) { _, port, _ in
            let names: [String?] = [nil, "unknown.test", "localhost", "MAIL.one.test", "a.two.test", "a.b.two.test", "two.test", "three.test"]
            let shown = try await blocking { try names.map { try TLSClient(Client(port: port), name: $0).fingerprint } }
            let wanted = [0, 0, 0, 1, 1, 0, 0, 2].map { identities[$0].fingerprint }
            #expect(shown == wanted)
        }
    }
    @Test func reloadsUnderRunningConnections() async throws {
        let (first, second) = (try Self.identity("localhost"), try Self.identity("localhost"))
        try await withServer(tls: .implicit, identities: [first]) { server, port, _ in
            let old = try await blocking {
                let client = try TLSClient(Client(port: port))
                _ = try client.hear(until: "\r\n")
                return Held(client)
            }
            try await server.reload([second])
            let shown = try await blocking {
                try old.client.say("still there\r\n")
                let heard = try old.client.hear(until: "\r\n")
                return [heard, old.client.fingerprint, try TLSClient(Client(port: port)).fingerprint]
            }
            #expect(shown == ["still there\r\n", first.fingerprint, second.fingerprint])
        }
    }
    /// T23: a ticket is good where it was given, under the same and under a new certificate, and nowhere else.
    @Test(arguments: [TLSClient.Version.only12, .only13])
    func ticketsBelongToTheirService(_ version: TLSClient.Version) async throws {
        let record = Record()
        let identities = [try Self.identity("localhost"), try Self.identity("mail.test")]
        let log = Logger(label: "transport") { EventLog(label: $0, level: .critical) { _ in } }
        let server = try Server(loops: 2, identities: identities, log: log, metrics: Metrics())
        for name in ["one", "two"] {
            try await server.addService(ServiceSettings(name: name, addresses: ["127.0.0.1:0"], tls: .implicit) { WordSession($0, record) })
        }
        try await server.start()
        let (one, two) = (try #require(await server.port(of: "one")), try #require(await server.port(of: "two")))
        let ticket = try await blocking {
            let client = try TLSClient(Client(port: one), version: version, name: "mail.test")
            try client.say("hello\r\nquit\r\n")
            _ = try client.hearAll()
            return Held(client)
        }
        func resumes(_ port: Int) async throws -> Bool {
            try await blocking {
                let client = try TLSClient(Client(port: port), version: version, name: "mail.test", ticket: ticket.client.ticket)
                try client.say("quit\r\n")
                _ = try client.hearAll()
                return client.wasResumed
            }
        }
        #expect(try await resumes(one))
        #expect(try await !resumes(two))
        try await server.reload(identities)
        #expect(try await resumes(one))
        #expect(try await !resumes(two))
        await server.drain(within: .zero)
    }
}

/// A client that is handed from one blocking block to the next, never used by two at once.
final class Held: @unchecked Sendable {
    let client: TLSClient
    init(_ client: TLSClient) { self.client = client }
}
