import Glibc
import Logging
import Model
import SessionKit
import Telemetry
import Testing
@testable import Transport

/// The contract of SessionKit over real sockets, in the clear.
@Suite(.timeLimit(.minutes(1))) struct ConversationTests {
    @Test func greetsAnswersAndCloses() async throws {
        try await withServer { server, port, record in
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("one\r\ntwo\r\nnow\r\nquit\r\n")
                return try client.hearAll()
            }
            #expect(heard == "hello\r\none\r\ntwo\r\ndid now\r\nbye\r\n")
            #expect(await eventually { await server.connectionCount == 0 })
            #expect(record.all == ["opened", "one", "two", "now", "quit", "closed"])
        }
    }
    @Test func oneByteSegments() async throws {
        try await withServer { _, port, _ in
            let heard = try await blocking {
                let client = try Client(port: port)
                for byte in "first\r\nsecond\r\nquit\r\n".utf8 { try client.send([byte]) }
                return try client.hearAll()
            }
            #expect(heard == "hello\r\nfirst\r\nsecond\r\nbye\r\n")
        }
    }
    @Test func answersAClientThatHasShutItsSide() async throws {
        try await withServer { _, port, record in
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("one\r\nwait\r\ntwo\r\n")
                client.finish()
                return try client.hearAll()
            }
            #expect(heard == "hello\r\none\r\nwaited\r\ntwo\r\n")
            #expect(record.all == ["opened", "one", "wait", "waited", "two", "closed"])
        }
    }
    /// While `perform` runs, nothing else is called (the session traps), and what waited comes afterwards: notices first, merged.
    @Test func waitsWhilePerformRuns() async throws {
        let notifiers = Notifiers()
        try await withServer(notifiers: notifiers) { _, port, record in
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("soon\r\nwait\r\nnext\r\n")
                _ = try client.hear(until: "ok\r\n")
                for number in 1...3 {
                    notifiers.post(
                        ChangeSet(account: AccountID(1), modseq: ModSeq(Int64(number)), changes: [Change(folder: FolderID(4), kinds: .itemsAdded)]))
                }
                return try client.hearAll()
            }
            #expect(heard == "waited\r\nnotice 3 4:1\r\nnext\r\ntoo late\r\n")
            #expect(record.all == ["opened", "soon", "wait", "waited", "notice", "next", "expired", "closed"])
        }
    }
    @Test func outputMayBeSentInTheMiddleOfACall() async throws {
        try await withServer { _, port, _ in
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("flush\r\none\r\nquit\r\n")
                return try client.hearAll()
            }
            #expect(heard == "hello\r\nflushed\r\none\r\nbye\r\n")
        }
    }
    @Test func deadlineComesOnTime() async throws {
        try await withServer { _, port, record in
            let started = ContinuousClock.now
            let heard = try await blocking {
                let client = try Client(port: port)
                try client.say("soon\r\n")
                return try client.hearAll()
            }
            #expect(heard == "hello\r\nok\r\ntoo late\r\n")
            #expect(started.duration(to: .now) >= .milliseconds(300))
            #expect(started.duration(to: .now) < .seconds(2))
            #expect(record.all == ["opened", "soon", "expired", "closed"])
        }
    }
    /// The session is told by `isClosed`, and `closed` comes after `perform`.
    @Test func aClientGoesAwayWhilePerformRuns() async throws {
        try await withServer { server, port, record in
            try await blocking {
                let client = try Client(port: port)
                try client.say("wait\r\n")
                _ = try client.hear(until: "hello\r\n")
                client.reset()
            }
            #expect(await eventually { record.all.contains("closed") })
            #expect(record.all.suffix(2) == ["waited, closed", "closed"])
            #expect(await eventually { await server.connectionCount == 0 })
        }
    }
    @Test func aNoticeForOneWhoHasGoneIsDropped() async throws {
        let notifiers = Notifiers()
        try await withServer(notifiers: notifiers) { server, port, record in
            _ = try await blocking {
                let client = try Client(port: port)
                try client.say("quit\r\n")
                return try client.hearAll()
            }
            notifiers.post(ChangeSet(account: AccountID(1), modseq: ModSeq(1), changes: []))
            #expect(await eventually { await server.connectionCount == 0 })
            notifiers.post(ChangeSet(account: AccountID(1), modseq: ModSeq(2), changes: []))
            #expect(record.count(of: "notice") == 0)
        }
    }
    /// One commit wakes all who wait, on every loop.
    @Test func oneCommitWakesAll() async throws {
        let notifiers = Notifiers()
        try await withServer(loops: 2, notifiers: notifiers) { _, port, record in
            let heard = try await blocking {
                let clients = try (0..<TestSize.waiting).map { _ in try Client(port: port) }
                for client in clients { _ = try client.hear(until: "hello\r\n") }
                notifiers.post(ChangeSet(account: AccountID(1), modseq: ModSeq(7), changes: []))
                return try clients.map { try $0.hear(until: "\r\n") }
            }
            #expect(heard == Array(repeating: "notice 7 \r\n", count: TestSize.waiting))
            #expect(record.count(of: "notice") == TestSize.waiting)
        }
    }
    @Test func whoListsTheConnections() async throws {
        try await withServer(loops: 2) { server, port, _ in
            let clients = try await blocking {
                let clients = HeldClients([try Client(port: port), try Client(port: port)])
                for client in clients.all { _ = try client.hear(until: "hello\r\n") }
                return clients
            }
            let rows = await server.who()
            #expect(rows.map(\.service) == ["word", "word"] && rows.allSatisfy { $0.peer.address == "127.0.0.1" && $0.security == nil })
            #expect(Set(rows.map(\.id)).count == 2)
            #expect(await server.counts.first?.connections == 2)
            #expect(await server.kick(rows[0].id))
            #expect(await !server.kick(rows[0].id))
            #expect(await server.who().map(\.id) == [rows[1].id])
            withExtendedLifetime(clients) {}
        }
    }
    @Test func unixSocketsAreTheirOwnersAlone() async throws {
        let path = "/tmp/martlet-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        let record = Record()
        let log = Logger(label: "transport") { EventLog(label: $0, level: .critical) { _ in } }
        let server = try Server(loops: 1, log: log, metrics: Metrics())
        try await server.addService(
            ServiceSettings(name: "control", addresses: ["unix:\(path)"]) { line in
                record.add("user \(line.peerUserID ?? 99_999) from '\(line.peer.address)'")
                return WordSession(line, record)
            })
        try await server.start()
        var status = stat()
        #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
        let second = try Server(loops: 1, log: log, metrics: Metrics())
        try await second.addService(ServiceSettings(name: "control", addresses: ["unix:\(path)"]) { WordSession($0, record) })
        await #expect(throws: TransportError.cannotListen(address: "unix:\(path)", errno: EADDRINUSE)) { try await second.start() }
        let heard = try await blocking {
            let client = try Client(path: path)
            try client.say("one\r\n")
            client.finish()
            return try client.hearAll()
        }
        #expect(heard == "hello\r\none\r\n")
        #expect(record.all.first == "user \(getuid()) from ''")
        await server.drain(within: .seconds(1))
        #expect(unsafe stat(path, &status) != 0)
    }
}
