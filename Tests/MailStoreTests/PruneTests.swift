import MailStore
import Model
import Testing
import TestSupport

@Suite struct PruneTests {
    static let day: Int64 = 86_400
    static let later = Timestamp(seconds: 4_000_000_000)

    @Test func forgetsWhatIsOldAndSaysSo() async throws {
        let place = try TemporaryStore()
        let (account, inbox, other) = try await place.account()
        for number in 1...4 { try await place.append("n\(number)", to: inbox, keys: [Int64(number)]) }
        _ = try await place.store.write { try $0.expunge(in: inbox, UIDSet([1...2]), onlyDeleted: false) }
        try await place.store.write { try $0.removeFolder(other) }
        let early = try await place.store.prune(now: Timestamp(seconds: 1_000_000_000))
        #expect(early.gone == 0 && early.folders == 0 && early.threadKeys == 2)
        let modseq = try await place.store.read { try $0.folder(inbox)?.modseq } ?? .zero
        let pruned = try await place.store.prune(now: Self.later)
        #expect(pruned.gone == 2 && pruned.folders == 1 && pruned.threadKeys == 0)
        let (row, gone, folders, now) = try await place.store.read { tx in
            (
                try tx.folder(inbox), try tx.gone(in: inbox, after: .zero, limit: 10), try tx.goneFolders(of: account, after: .zero),
                try tx.goneFolders(of: account, after: try tx.account(account)?.modseq ?? .zero)
            )
        }
        #expect(row?.goneFloor == modseq && gone.isEmpty && folders == nil && now == [])
        #expect(try await place.store.check(.everything) == [])
    }
    @Test func aDeviceHoldsBackWhatItHasNotSeen() async throws {
        let place = try TemporaryStore()
        let (account, inbox, _) = try await place.account()
        for number in 1...3 { try await place.append("n\(number)", to: inbox) }
        _ = try await place.store.write { try $0.expunge(in: inbox, UIDSet([1...1]), onlyDeleted: false) }
        let seen = try await place.store.read { try $0.folder(inbox)?.modseq } ?? .zero
        _ = try await place.store.write { try $0.expunge(in: inbox, UIDSet([2...2]), onlyDeleted: false) }
        try await place.store.write { tx in
            var device = newDevice(of: account)
            device.lastSeen = Timestamp(seconds: Self.later.seconds - 100 * Self.day)
            let id = try tx.put(device).id
            try tx.put(SyncStateRow(
                device: id, folder: inbox, key: 1, previousKey: 0, modseq: seen, position: [], previousPosition: [], lastOutcome: []))
        }
        #expect(try await place.store.prune(now: Self.later).gone == 1)
        #expect(try await place.store.read { try $0.gone(in: inbox, after: seen, limit: 9) }.map(\.uid) == [UID(2)])
        #expect(try await place.store.read { try $0.folder(inbox)?.goneFloor } == seen)
        // A device that has not called for half a year holds nothing back.
        #expect(try await place.store.prune(now: Timestamp(seconds: Self.later.seconds + 100 * Self.day)).gone == 1)
        #expect(try await place.store.check() == [])
    }
    @Test func largeFoldersArePrunedInSlices() async throws {
        let place = try TemporaryStore()
        let (_, inbox, other) = try await place.account()
        try await place.append("n", to: inbox)
        for _ in 0..<12 {
            _ = try await place.store.write { try $0.copy(from: inbox, UIDSet([1...UInt32.max]), to: inbox) }
        }
        let rows = try await place.store.read { try $0.folder(inbox)?.total } ?? 0
        _ = try await place.store.write { try $0.move(from: inbox, UIDSet([1...1000]), to: other) }
        _ = try await place.store.write { try $0.expunge(in: inbox, nil, onlyDeleted: false) }
        #expect(try await place.store.prune(now: Self.later).gone == rows)
        #expect(try await place.store.check() == [])
    }
}
