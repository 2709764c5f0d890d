import MailStore
import Model
import Synchronization
import Testing
import TestSupport

/// Collects what a feed tells.
final class Listener: Sendable {
    private let heard = Mutex<[ChangeSet]>([])
    var all: [ChangeSet] { heard.withLock { $0 } }
    func hear(_ changes: ChangeSet) { heard.withLock { $0.append(changes) } }
}

@Suite struct ChangeFeedTests {
    @Test func tellsAfterCommitWhatChangedAndForWhom() async throws {
        let place = try TemporaryStore()
        let (ann, inbox, other) = try await place.account()
        let (bob, _, _) = try await place.account("bob@example.org")
        let listener = Listener(), stranger = Listener()
        let subscription = place.store.feed.subscribe(to: ann) { listener.hear($0) }
        let elsewhere = place.store.feed.subscribe(to: bob) { stranger.hear($0) }
        let item = newItem("x")
        let state = try await place.store.write(trace: "t1") { try $0.append(item, to: inbox) }
        _ = try await place.store.write { try $0.move(state.id, to: other) }
        await #expect(throws: StoreError.notFound) {
            try await place.store.write { tx in
                _ = try tx.append(item, to: inbox)
                throw StoreError.notFound
            }
        }
        // The feed is told right after the answer: a further commit makes sure that both tellings are through.
        try await place.store.write { _ in }
        let sets = listener.all
        #expect(sets.count == 2)
        #expect(sets.first?.trace == "t1" && sets.first?.modseq == state.modseq)
        #expect(sets.first?.changes == [Change(folder: inbox, kinds: .itemsAdded)])
        #expect(sets.last?.changes == [Change(folder: inbox, kinds: .itemsGone), Change(folder: other, kinds: .itemsAdded)])
        #expect(stranger.all.isEmpty)
        subscription.cancel()
        _ = try await place.append("y", to: inbox)
        try await place.store.write { _ in }
        #expect(listener.all.count == 2)
        elsewhere.cancel()
    }
    @Test func endsWithItsLastReference() async throws {
        let place = try TemporaryStore()
        let (ann, inbox, _) = try await place.account()
        let listener = Listener()
        do { _ = place.store.feed.subscribe(to: ann) { listener.hear($0) } }
        _ = try await place.append("y", to: inbox)
        try await place.store.write { _ in }
        #expect(listener.all.isEmpty)
    }
    @Test func aDeviceThatOnlyCallsIsNoNews() async throws {
        let place = try TemporaryStore()
        let (ann, _, _) = try await place.account()
        let listener = Listener()
        let subscription = place.store.feed.subscribe(to: ann) { listener.hear($0) }
        var device = newDevice(of: ann)
        device = try await place.store.write { [device] in try $0.put(device) }
        device.lastSeen = Timestamp(seconds: 99)
        device.information["Model"] = "Phone"
        device = try await place.store.write { [device] in try $0.put(device) }
        try await place.store.write { _ in }
        #expect(listener.all.count == 1)
        device.state = .blocked
        _ = try await place.store.write { [device] in try $0.put(device) }
        try await place.store.write { _ in }
        #expect(listener.all.last?.changes == [Change(folder: nil, kinds: .account)] && listener.all.count == 2)
        subscription.cancel()
    }
}
