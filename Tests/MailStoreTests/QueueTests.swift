@testable import MailStore
import Model
import Testing
import TestSupport

@Suite struct QueueTests {
    static func message(_ sender: String = "ann@example.org", expires: Int64 = 1_000) -> QueuedMessage {
        QueuedMessage(trace: "t", sender: sender, account: nil, created: Timestamp(seconds: 1), expires: Timestamp(seconds: expires))
    }
    static func recipient(_ address: String, next: Int64 = 10) -> QueuedRecipient {
        QueuedRecipient(address: address, destination: String(address.split(separator: "@")[1]), next: Timestamp(seconds: next))
    }

    @Test func theContentIsSharedAndGoesWithItsLastUser() async throws {
        let place = try TemporaryStore()
        let (_, inbox, _) = try await place.account()
        let (state, queued) = try await place.store.write { tx in
            let state = try tx.append(newItem("text"), to: inbox)
            return (state, try tx.enqueue(Self.message(), newItem("text"), to: [Self.recipient("a@x.example"), Self.recipient("b@y.example")]))
        }
        #expect(state.content == queued.content && queued.size == 4)
        #expect(try await place.store.check(.everything) == [])
        try await place.store.write { try $0.remove(state.id) }
        #expect(try await place.store.check(.everything) == [])
        let recipients = try await place.store.read { try $0.recipients(of: queued.id) }
        #expect(try await place.store.write { try $0.finish(recipients[0].id, of: queued.id) })
        #expect(try await place.store.read { try $0.content(queued.content) } == Array("text".utf8))
        #expect(try await place.store.write { try $0.finish(recipients[0].id, of: queued.id) } == false, "twice is once")
        #expect(try await place.store.write { try $0.finish(recipients[1].id, of: queued.id) })
        #expect(try await place.store.read { try $0.queued(queued.id) } == nil)
        await #expect(throws: StoreError.notFound) { try await place.store.read { try $0.content(queued.content) } }
        #expect(try await place.store.check(.everything) == [])
        await place.store.close()
    }

    @Test func dueIsAskedByDestination() async throws {
        let place = try TemporaryStore()
        let queued = try await place.store.write { tx in
            _ = try tx.enqueue(Self.message(expires: 50), newItem("1"), to: [Self.recipient("a@x.example", next: 30), Self.recipient("b@y.example", next: 20)])
            return try tx.enqueue(Self.message(), newItem("2"), to: [Self.recipient("c@x.example", next: 10)])
        }
        let (due, all, first, expired) = try await place.store.read { tx in
            (try tx.due("x.example", at: Timestamp(seconds: 30), limit: 9).map(\.address), try tx.destinations(after: "", limit: 9),
             try tx.firstDue("x.example", after: Timestamp(seconds: 10)), try tx.expired(at: Timestamp(seconds: 60), limit: 9).count)
        }
        #expect(due == ["c@x.example", "a@x.example"])
        #expect(all.map(\.name) == ["x.example", "y.example"] && all.map(\.next.seconds) == [10, 20])
        #expect(first == Timestamp(seconds: 30) && expired == 1)
        // Held ones are nobody's; released ones are due when it is said.
        _ = try await place.store.write { try $0.setState(of: queued.id, .held) }
        #expect(try await place.store.read { try $0.due("x.example", at: Timestamp(seconds: 30), limit: 9).map(\.address) } == ["a@x.example"])
        #expect(try await place.store.read { try $0.queueCounts().held } == 1)
        _ = try await place.store.write { try $0.setState(of: queued.id, .waiting, next: Timestamp(seconds: 99)) }
        let recipient = try #require(try await place.store.read { try $0.recipients(of: queued.id).first })
        #expect(recipient.next == Timestamp(seconds: 99))
        try await place.store.write { try $0.postpone(recipient.id, until: Timestamp(seconds: 120), reply: String(repeating: "é", count: 2_000)) }
        let later = try #require(try await place.store.read { try $0.recipient(recipient.id) })
        #expect(later.attempts == 1 && later.next == Timestamp(seconds: 120) && later.reply.utf8.count == 1_024)
        await place.store.close()
    }

    @Test func historyIsKeptForAWhile() async throws {
        let place = try TemporaryStore()
        try await place.store.write { tx in for number in 0..<2_500 { try tx.remember("t\(number % 2)", .attempt, "\(number)") } }
        #expect(try await place.store.read { try $0.history(of: "t1", limit: 3).map(\.words) } == ["1", "3", "5"])
        #expect(try await place.store.prune(now: Timestamp(seconds: 1)).history == 0)
        #expect(try await place.store.prune(now: Timestamp(seconds: 4_000_000_000)).history == 2_500)
        await place.store.close()
    }
}
