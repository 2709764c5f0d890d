import SessionKit
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
}
