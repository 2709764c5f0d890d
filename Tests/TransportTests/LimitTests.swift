import CLinux
import Glibc
import Model
import SessionKit
import Testing
@testable import Transport

/// Slow, greedy and broken clients: bounded memory, a clear answer, nobody else disturbed.
@Suite(.serialized, .timeLimit(.minutes(1))) struct LimitTests {
    /// 100 MB to a reader that takes a pause first: the session is held back at the high-water mark. What it costs in memory, ProcessTests measures.
    @Test(arguments: [ServiceSettings.TLS.none, .implicit]) func aSlowReaderHoldsTheSessionBack(_ tls: ServiceSettings.TLS) async throws {
        try await Self.slowReader(tls)
    }
    static func slowReader(_ tls: ServiceSettings.TLS) async throws {
        try await withServer(tls: tls, identities: [TLSTests.identity("localhost")]) { _, port, record in
            let count = try await blocking {
                let socket = try Client(port: port, receiveBuffer: 65_536)
                let client = tls == .implicit ? try TLSClient(socket) : nil
                try client?.say("page\r\nquit\r\n") ?? socket.say("page\r\nquit\r\n")
                usleep(200_000)
                var count = 0
                while case let more = try client?.receive(1 << 20) ?? socket.receive(1 << 20), !more.isEmpty { count += more.count }
                return count
            }
            #expect(count == TestSize.answer + (tls == .none ? 12 : 23))
            #expect(record.all.dropFirst(2).first == "page within bounds")
        }
    }
    /// Who never reads is cut off after the stall time, and the waiting session hears of it.
    @Test func aClientThatTakesNothingIsCutOff() async throws {
        var limits = ServiceLimits()
        limits.stall = .milliseconds(600)
        try await withServer(limits: limits) { server, port, record in
            let client = try await blocking {
                let client = try Client(port: port, receiveBuffer: 4096)
                try client.say("page\r\n")
                return HeldClients([client])
            }
            #expect(await eventually { record.all.contains("closed") })
            #expect(record.all.suffix(3) == ["page stopped", "page within bounds", "closed"])
            #expect(await eventually { await server.connectionCount == 0 })
            withExtendedLifetime(client) {}
        }
    }
    /// Who goes away in the middle of a long answer ends it.
    @Test(arguments: [ServiceSettings.TLS.none, .implicit]) func aReaderThatGoesAwayEndsTheAnswer(_ tls: ServiceSettings.TLS) async throws {
        try await withServer(tls: tls, identities: [TLSTests.identity("localhost")]) { server, port, record in
            try await blocking {
                let socket = try Client(port: port)
                let client = tls == .implicit ? try TLSClient(socket) : nil
                try client?.say("page\r\n") ?? socket.say("page\r\n")
                for _ in 0..<10 { _ = try client?.receive() ?? socket.receive() }
                socket.reset()
            }
            #expect(await eventually { record.all.contains("closed") })
            #expect(record.all.suffix(3) == ["page stopped", "page within bounds", "closed"])
            #expect(await eventually { await server.connectionCount == 0 })
        }
    }
    /// A flood of commands whose answers nobody reads stops being read itself.
    @Test func answersThatNobodyReadsStopTheCommands() async throws {
        try await withServer { _, port, record in
            let before = Usage.residentBytes
            let answers = try await blocking {
                let client = try Client(port: port)
                let command = Array(repeating: UInt8(ascii: "x"), count: 998) + [13, 10]
                var block: [UInt8] = []
                for _ in 0..<64 { block += command }
                _ = fcntl(client.descriptor, F_SETFL, O_NONBLOCK)
                var (sent, refusals) = (0, 0)
                // Until the server's and the kernel's buffers are full, and stay so.
                while refusals < 200, sent <= 64 << 20 {
                    let count = unsafe send(client.descriptor, block, block.count, Int32(MSG_NOSIGNAL))
                    if count > 0 { (sent, refusals) = (sent + count, 0) } else { refusals += 1; usleep(1000) }
                }
                return sent
            }
            #expect(answers < 64 << 20)
            #expect(Usage.residentBytes - before < 32 << 20)
            #expect(record.count(of: "closed") <= 1)
        }
    }
    /// A line without end is refused at the input limit.
    @Test func inputThatTheSessionWillNotTouchEndsTheConnection() async throws {
        try await withServer { server, port, record in
            _ = try await blocking {
                let client = try Client(port: port)
                for _ in 0..<64 { if (try? client.send(Array(repeating: 0x61, count: 4096))) == nil { break } }
                return try? client.hearAll()
            }
            #expect(await eventually { await server.connectionCount == 0 })
            #expect(record.all == ["opened", "closed"])
        }
    }
    @Test func anAddressHasALimitAndAWordForIt() async throws {
        var limits = ServiceLimits()
        limits.perAddress = 3
        try await withServer(loops: 2, limits: limits, busyWord: "421 busy\r\n") { server, port, record in
            let heard = try await blocking {
                var clients: [Client] = []
                for _ in 0..<3 { clients.append(try Client(port: port)) }
                for client in clients { _ = try client.hear(until: "hello\r\n") }
                var heard = [try Client(port: port).hearAll()]
                try clients[0].say("quit\r\n")
                heard.append(try clients[0].hearAll())
                clients.removeFirst()
                return (heard, HeldClients(clients))
            }
            #expect(heard.0 == ["421 busy\r\n", "bye\r\n"])
            #expect(await eventually { await server.connectionCount == 2 })
            let again = try await blocking { try Client(port: port).hear(until: "\r\n") }
            #expect(again == "hello\r\n")
            withExtendedLifetime(heard.1) {}
        }
    }
    @Test func drainSaysGoodbyeAndEnds() async throws {
        let record = Record()
        try await withServer(loops: 2, record: record) { server, port, _ in
            let idle = try await blocking {
                let clients = HeldClients(try (0..<4).map { _ in try Client(port: port) })
                for client in clients.all { _ = try client.hear(until: "hello\r\n") }
                try clients.all[0].say("wait\r\n")
                return clients
            }
            async let left = server.drain(within: .seconds(5))
            let heard = try await blocking { try idle.all.map { try $0.hearAll() } }
            #expect(heard == ["waited\r\nstopping\r\n", "stopping\r\n", "stopping\r\n", "stopping\r\n"])
            #expect(await left == 0)
            #expect(record.count(of: "closed") == 4)
            #expect((try? await blocking { try Client(port: port).hearAll() }) == nil)
        }
    }
}
