import Delivery
import EASCodec
import MailStore
import Model
import Testing

/// The last key and the one before it are good, whatever becomes of the store in between; no other is.
@Suite struct KeyTests {
    static func state(_ lab: PhoneLab, _ folder: FolderID?) async throws -> SyncStateRow? {
        let account = lab.ann
        return try await lab.store.read { store in
            try store.device(of: account, identifier: "PHONE1").flatMap { try store.syncState(device: $0.id, folder: folder) }
        }
    }
    static func prune(_ lab: PhoneLab) async throws {
        _ = try await lab.store.prune(now: Timestamp(milliseconds: WallClock.now().rawValue + 100 * 86_400_000))
    }
    /// A position that moved on under its key forgets nothing that the key before it needs.
    @Test func theOlderKeyOutlivesAPrune() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let one = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        try await lab.append(PhoneLab.mail("two"), to: inbox.id)
        let older = try await phone.begin(inbox.id).key
        try await lab.store.write { try $0.remove(one.id) }
        let answer = try await phone.sync(Ask(older, inbox.id))
        #expect(answer?[AirSync.commands]?.children.map(\.tag) == [AirSync.delete])
        // Other options and nothing to tell: the position is stored anew under the same key.
        var ask = Ask(answer?.key ?? "", inbox.id)
        ask.body = (1, 100)
        let before = try await Self.state(lab, inbox.id)
        #expect(try await phone.sync(ask) == nil)
        #expect(try await Self.state(lab, inbox.id)?.position != before?.position)
        try await Self.prune(lab)
        let again = try await phone.sync(Ask(older, inbox.id))
        #expect(again?.status == 1)
        #expect(again?[AirSync.commands]?.children.map(\.tag) == [AirSync.delete])
    }
    @Test func theOlderKeyOfTheFolderListOutlivesAPrune() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), account = lab.ann
        let made = try await lab.store.write { store in
            try store.addFolder(account: account, parent: nil, name: "Project", itemClass: .mail, role: nil, isSubscribed: true)
        }
        let older = try await phone.folderSync("0")[FolderHierarchy.syncKey]?.text ?? ""
        try await lab.store.write { try $0.removeFolder(made.id) }
        for _ in 0..<2 {
            let answer = try await phone.folderSync(older)
            #expect(answer[FolderHierarchy.status]?.integer == 1)
            #expect(answer[FolderHierarchy.changes]?.all(FolderHierarchy.delete).count == 1)
            try await Self.prune(lab)
        }
    }
    /// threat T33: a store that was restored takes no key that it gave out in the life that was lost. Keys are random: none comes twice.
    @Test func keysOfALifeThatWasLostAreUnknown() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let key = try await phone.begin(inbox.id).key
        let list = try await phone.folderSync("0")[FolderHierarchy.syncKey]?.text ?? ""
        let saved = try await Self.state(lab, inbox.id), savedList = try await Self.state(lab, nil)
        try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let lost = try await phone.sync(Ask(key, inbox.id))
        #expect(lost?.subjects == ["one"])
        let account = lab.ann
        _ = try await lab.store.write { store in
            try store.addFolder(account: account, parent: nil, name: "Project", itemClass: .mail, role: nil, isSubscribed: true)
        }
        let lostList = try await phone.folderSync(list)[FolderHierarchy.syncKey]?.text ?? ""
        try await lab.store.write { store in
            for row in [saved, savedList] { if let row { try store.put(row) } }
        }
        #expect(try await phone.sync(Ask(lost?.key ?? "", inbox.id))?.status == 3)
        #expect(try await phone.folderSync(lostList)[FolderHierarchy.status]?.integer == 9)
        // A phone that had not heard of the lost life goes on from where both were.
        let next = try await phone.sync(Ask(key, inbox.id))
        #expect(next?.subjects == ["one"] && next?.key != lost?.key)
        #expect(try await phone.folderSync(list)[FolderHierarchy.status]?.integer == 1)
    }
}
