// One message at a time is in doubt. (threat C6)
import MailStore
import Model
import Synchronization
import Testing
@testable import Outbound

@Suite(.timeLimit(.minutes(1))) struct DoubtTests {
    @Test func whoComesFirstGoesFirst() async throws {
        var settings = DoubtSettings()
        (settings.patience, settings.longest) = (.seconds(30), .seconds(30))
        let gate = DoubtGate(settings)
        let first = try #require(gate.tryEnter("a"))
        #expect(gate.tryEnter("a") == nil)
        let order = Order()
        var tasks: [Task<Void, Never>] = []
        for number in 1...5 {
            tasks.append(
                Task {
                    let ticket = await gate.enter("a")
                    order.numbers.withLock { $0.append(number) }
                    gate.leave(ticket)
                })
            while gate.waiting < number { try await Task.sleep(for: .microseconds(100)) }
        }
        #expect(order.numbers.withLock { $0 }.isEmpty)
        gate.leave(first)
        for task in tasks { await task.value }
        #expect(order.numbers.withLock { $0 } == [1, 2, 3, 4, 5])
        gate.leave(first)
        #expect(gate.tryEnter("a") != nil, "an old ticket opens nothing and shuts nothing")
    }

    @Test func nobodyWaitsLongForASlowServer() async throws {
        var settings = DoubtSettings()
        settings.longest = .seconds(30)
        let gate = DoubtGate(settings)
        let stuck = try #require(gate.tryEnter("slow"))
        let began = ContinuousClock.now
        let second = await gate.enter("b")
        #expect(.now - began >= .milliseconds(490) && .now - began < .seconds(5))
        gate.leave(stuck)
        #expect(gate.tryEnter("b") == nil, "the ticket that was lost is not the one that counts")
        gate.leave(second)
    }
    @Test func nobodyWaitsLongInLine() async throws {
        var settings = DoubtSettings()
        (settings.patience, settings.longest) = (.seconds(30), .milliseconds(100))
        let gate = DoubtGate(settings)
        let first = try #require(gate.tryEnter("a"))
        let began = ContinuousClock.now
        gate.leave(await gate.enter("b"))
        #expect(.now - began >= .milliseconds(90) && .now - began < .seconds(5))
        #expect(gate.tryEnter("b") == nil, "whoever went without a ticket has none to leave")
        gate.leave(first)
        #expect(gate.tryEnter("b") != nil)
    }

    @Test func aPaceIsLearntAndForgiven() {
        let gate = DoubtGate()
        let near = Duration.milliseconds(1)
        #expect(!gate.isQuick("a"), "nobody knows how far it is")
        gate.answered("a", after: .milliseconds(11), .connection)
        #expect(!gate.isQuick("a"))
        for name in ["a", "b", "c"] { gate.answered(name, after: near, .connection) }
        #expect(gate.isQuick("a"))
        gate.answered("a", after: .seconds(3), .end)
        #expect(gate.isQuick("a"), "once is nothing")
        gate.answered("a", after: .seconds(3), .end)
        #expect(!gate.isQuick("a") && gate.isQuick("b"))
        for _ in 0..<8 { gate.answered("a", after: near, .end) }
        #expect(gate.isQuick("a"))
        // On a busy machine everything is late.
        for _ in 0..<20 {
            gate.answered("c", after: .milliseconds(20), .envelope)
            gate.answered("c", after: .milliseconds(60), .end)
        }
        #expect(gate.isQuick("c"))
        for number in 0...DoubtGate.Limits.addresses { gate.answered("\(number)", after: .seconds(1), .end) }
    }

    /// When the remote sees the end of a message, the results of all before are on disk, whatever the number of connections.
    @Test(arguments: [["PIPELINING"], ["PIPELINING", "CHUNKING"]]) func oneAtATimeIsInDoubt(_ extensions: [String]) async throws {
        let box = CommitBook()
        var script = Script()
        script.extensions = extensions
        script.answer = { command, _ in
            guard command == "." else { return nil }
            box.state.withLock { $0.seen.append($0.store?.commitsSynced ?? 0) }
            return nil
        }
        let lab = try await OutboundLab(script, running: false) {
            ($0.doubt.patience, $0.doubt.longest) = (.seconds(30), .seconds(30))
            ($0.doubt.near, $0.doubt.quick) = (.seconds(30), .seconds(30))
        }
        for number in 0..<60 { try await lab.send("Subject: \(number)\r\n\r\nx\r\n", to: "x@far.example", trace: "t\(number)") }
        let before = lab.store.commitsSynced
        box.state.withLock { $0.store = lab.store }
        let task = Task { await lab.runner.run() }
        #expect(try await lab.until { try await lab.queued().isEmpty })
        #expect(lab.book.messages.count == 60 && lab.book.connections > 1)
        // The store tells of a commit when it is synced, so none is told too early; a commit holds one result, for there is one at a time.
        for (number, commits) in box.state.withLock({ $0.seen }).enumerated() { #expect(commits - before >= number) }
        task.cancel()
        lab.runner.hint([])
        await task.value
        await lab.close()
    }

    @Test func aServerThatSaysNothingHoldsNobodyUp() async throws {
        var script = Script()
        script.answer = { command, connection in command == "." && connection == 1 ? .silence : nil }
        let lab = try await OutboundLab(script)
        for number in 0..<30 { try await lab.send("Subject: \(number)\r\n\r\nx\r\n", to: "x@far.example", trace: "t\(number)") }
        #expect(try await lab.until { lab.book.messages.count == 29 })
        #expect(try await lab.until { try await lab.queued().count == 1 })
        await lab.close()
    }
}

private final class CommitBook: Sendable {
    let state = Mutex((store: MailStore?.none, seen: [Int]()))
}
private final class Order: Sendable {
    let numbers = Mutex<[Int]>([])
}
