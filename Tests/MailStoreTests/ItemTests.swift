import MailStore
import Model
import Testing
import TestSupport

@Suite struct ItemTests {
    @Test func appendedItemIsReadBack() async throws {
        let place = try TemporaryStore()
        let (account, inbox, _) = try await place.account()
        let item = try await place.append("Hello", to: inbox, flags: .flagged)
        #expect(item.uid == UID(1))
        let (row, body, folder, owner) = try await place.store.read { tx in
            (try tx.item(item.id), try tx.content(item.content), try tx.folder(inbox), try tx.account(account))
        }
        #expect(row?.state == item)
        #expect(row?.summary == Array("summary of Hello".utf8))
        #expect(row?.folder == inbox)
        #expect(body == Array("Hello".utf8))
        #expect(folder?.total == 1 && folder?.unseen == 1 && folder?.size == 5 && folder?.uidNext == UID(2) && folder?.modseq == item.modseq)
        #expect(owner?.used == 5 && owner?.modseq == item.modseq)
    }
    @Test func flagsCopyMoveExpunge() async throws {
        let place = try TemporaryStore()
        let (account, inbox, other) = try await place.account()
        for text in ["one", "two", "three"] { try await place.append(text, to: inbox) }
        let all = UIDSet([1...UInt32.max])
        let flagged = try await place.store.write { try $0.setFlags(in: inbox, UIDSet([2...3]), FlagChange(.add, [.seen, .deleted], keywords: ["Work"])) }
        #expect(flagged.map(\.uid) == [UID(2), UID(3)])
        #expect(flagged[0].seenModseq == flagged[0].modseq && flagged[0].marksModseq == flagged[0].modseq && flagged[0].flaggedModseq == .zero)
        let again = try await place.store.write { try $0.setFlags(in: inbox, UIDSet([2...3]), FlagChange(.add, [.seen], keywords: ["WORK"])) }
        #expect(again == flagged)
        let copied = try await place.store.write { try $0.copy(from: inbox, all, to: other).map(\.to) }
        #expect(copied.map(\.uid) == [UID(1), UID(2), UID(3)])
        #expect(copied[1].flags == [.seen, .deleted] && copied[1].keywords == ["Work"])
        let moved = try await place.store.write { try $0.move(from: inbox, UIDSet([1...1]), to: other).map(\.to) }
        #expect(moved[0].uid == UID(4))
        let expunged = try await place.store.write { try $0.expunge(in: inbox, nil) }
        #expect(expunged == [UID(2), UID(3)])
        let (gone, inboxRow, otherRow, used) = try await place.store.read { tx in
            (try tx.gone(in: inbox, after: .zero, limit: 10), try tx.folder(inbox), try tx.folder(other), try tx.account(account)?.used)
        }
        #expect(gone.map(\.uid) == [UID(1), UID(2), UID(3)])
        #expect(gone[0].movedTo == other && gone[1].movedTo == nil)
        #expect(inboxRow?.total == 0 && inboxRow?.unseen == 0 && inboxRow?.size == 0)
        #expect(otherRow?.total == 4 && otherRow?.unseen == 2)
        #expect(used == Int64(14))
    }
    @Test func changesArePaged() async throws {
        let place = try TemporaryStore()
        let (_, inbox, _) = try await place.account()
        for text in ["one", "two", "three"] { try await place.append(text, to: inbox) }
        let changed = try await place.store.write { try $0.setFlags(in: inbox, UIDSet([1...2]), FlagChange(.add, .seen)) }
        let (first, rest) = try await place.store.read { tx in
            let first = try tx.changes(in: inbox, after: .zero, limit: 2)
            return (first, try tx.changes(in: inbox, after: .zero, from: (first[1].modseq, first[1].id), limit: 2))
        }
        #expect(first.map(\.uid) == [UID(3), UID(1)])
        #expect(rest == [changed[1]])
    }
    /// Numbers that a client made up lead nowhere, above all not into another folder.
    @Test(arguments: [Int64(0), -1, 99, 1 << 32, .max, .min]) func madeUpNumbersLeadNowhere(_ number: Int64) async throws {
        let place = try TemporaryStore()
        let (_, inbox, _) = try await place.account()
        let item = try await place.append("text", to: inbox)
        for made in [number, inbox.rawValue &+ 1 << 32, inbox.rawValue | .min] {
            let folder = FolderID(made), all = UIDSet([1...UInt32.max])
            let found = try await place.store.read { tx in
                try tx.states(in: folder, all, limit: 9).count + tx.items(in: folder, all, limit: 9).count + tx.uids(in: folder).count
                    + tx.changes(in: folder, after: .zero, limit: 9).count + tx.gone(in: folder, after: .zero, limit: 9).count
                    + tx.newest(in: folder, since: nil, createdUpTo: ModSeq(.max), from: nil, limit: 9).count
            }
            #expect(found == 0)
            await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.setFlags(in: folder, all, FlagChange(.add, .seen)) } }
            await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.append(newItem("x"), to: folder) } }
            await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.copy(from: inbox, all, to: folder).count } }
            await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.move(item.id, to: folder) } }
            await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.removeFolder(folder) } }
            await #expect(throws: StoreError.notFound) { try await place.store.write { try $0.remove(ItemID(made &+ 1000)) } }
        }
        #expect(try await place.store.check() == [])
    }
    @Test func contentIsStoredOnceAndGoesWithItsLast() async throws {
        let place = try TemporaryStore()
        let (_, inbox, other) = try await place.account()
        let a = try await place.append("same", to: inbox), b = try await place.append("same", to: other)
        #expect(a.content == b.content)
        try await place.store.write { try $0.remove(a.id) }
        #expect(try await place.store.read { try $0.content(b.content) } == Array("same".utf8))
        try await place.store.write { try $0.remove(b.id) }
        await #expect(throws: StoreError.notFound) { try await place.store.read { try $0.content(b.content) } }
    }
    @Test func largeContentIsReadInParts() async throws {
        let place = try TemporaryStore()
        let (_, inbox, _) = try await place.account()
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let spool = place.store.spool(memory: 1000)
        for start in stride(from: 0, to: bytes.count, by: 30_000) { try spool.append(Array(bytes[start..<min(start + 30_000, bytes.count)])) }
        #expect(spool.count == bytes.count)
        #expect(try spool.withBytes { $0.count == bytes.count && $0[999_999] == bytes[999_999] })
        let item = NewItem(content: .spooled(spool), summary: [1], date: Timestamp(seconds: 1))
        let state = try await place.store.write { try $0.append(item, to: inbox) }
        #expect(state.size == 1_000_000)
        let (all, part, end) = try await place.store.read { tx in
            (try tx.content(state.content), try tx.content(state.content, 131_000..<262_200), try tx.content(state.content, 999_990..<2_000_000))
        }
        #expect(all == bytes)
        #expect(part == Array(bytes[131_000..<262_200]))
        #expect(end == Array(bytes[999_990...]))
        let same = try await place.store.write { try $0.append(NewItem(content: .bytes(bytes), summary: [1], date: Timestamp(seconds: 1)), to: inbox) }
        #expect(same.content == state.content)
    }
    @Test func failingJobUndoesItselfAlone() async throws {
        let place = try TemporaryStore()
        let (account, inbox, _) = try await place.account(quota: 10)
        async let good = place.append("123456", to: inbox)
        await #expect(throws: StoreError.overQuota) { try await place.append("1234567890a", to: inbox) }
        _ = try await good
        #expect(try await place.store.read { try $0.account(account)?.used } == 6)
    }
}
