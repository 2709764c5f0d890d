@testable import MailStore
import Model
import Testing
import TestSupport

@Suite struct FolderTests {
    @Test func namesAreUniqueUnderTheirParent() async throws {
        let place = try TemporaryStore()
        let (account, inbox, other) = try await place.account()
        func add(_ name: String, under parent: FolderID?, role: FolderRole? = nil) async throws -> FolderRow {
            try await place.store.write { try $0.addFolder(account: account, parent: parent, name: name, itemClass: .mail, role: role, isSubscribed: false) }
        }
        await #expect(throws: StoreError.exists) { try await add("Other", under: nil) }
        let below = try await add("Other", under: other)
        #expect(below.parent == other && below.created == below.modseq && !below.isSubscribed)
        await #expect(throws: StoreError.exists) { try await add("Second inbox", under: nil, role: .inbox) }
        await #expect(throws: StoreError.exists) { try await place.store.write { try $0.removeFolder(other) } }
        await #expect(throws: StoreError.exists) { try await place.store.write { try $0.setFolder(below.id, parent: nil, name: "INBOX") } }
        await #expect(throws: StoreError.self) { try await place.store.write { try $0.setFolder(other, parent: below.id, name: "Circle") } }
        await #expect(throws: StoreError.self) { try await place.store.write { try $0.setFolder(other, parent: other, name: "Circle") } }
        await #expect(throws: StoreError.notFound) { try await add("Orphan", under: FolderID(999)) }
        try await place.store.write { try $0.setFolder(below.id, parent: inbox, name: "Moved") }
        let moved = try await place.store.read { try $0.folder(below.id) }
        #expect(moved?.name == "Moved" && moved?.parent == inbox && moved?.uidValidity == below.uidValidity && moved?.changed ?? .zero > below.changed)
        #expect(try await place.store.check() == [])
    }
    /// An account cannot make everybody wait with folders without number.
    @Test func anAccountHasOnlySoManyFolders() async throws {
        let place = try TemporaryStore()
        let (account, inbox, _) = try await place.account()
        let last = try await place.store.write { tx in
            try tx.sql("""
                INSERT INTO folder(account, parent, name, class, role, subscribed, uid_validity, created, changed, modseq)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
                SELECT :account, 0, 'f' || i, 1, NULL, 0, i, 1, 1, 1 FROM n
                """).run(Int64(Limits.foldersOfAccount - 3), account)
            return try tx.addFolder(account: account, parent: inbox, name: "last", itemClass: .mail, role: nil, isSubscribed: false)
        }
        #expect(last.name == "last")
        await #expect(throws: StoreError.tooMany) {
            try await place.store.write { try $0.addFolder(account: account, parent: nil, name: "more", itemClass: .mail, role: nil, isSubscribed: false) }
        }
        try await place.store.write { try $0.removeFolder(last.id) }
        _ = try await place.store.write { try $0.addFolder(account: account, parent: nil, name: "again", itemClass: .mail, role: nil, isSubscribed: false) }
    }
    static let badNames = ["", "a/b", "a\nb", "a\u{0}b", "\u{7F}", String(repeating: "x", count: 1025)]
    @Test(arguments: badNames) func refusesName(_ name: String) async throws {
        let place = try TemporaryStore()
        let (account, inbox, _) = try await place.account()
        await #expect(throws: StoreError.self) {
            try await place.store.write { try $0.addFolder(account: account, parent: nil, name: name, itemClass: .mail, role: nil, isSubscribed: true) }
        }
        await #expect(throws: StoreError.self) { try await place.store.write { try $0.setFolder(inbox, parent: nil, name: name) } }
    }
    @Test(arguments: ["ünïcode 漢字", "%", "*", "..", "'; DROP TABLE item; --", "a b"]) func keepsName(_ name: String) async throws {
        let place = try TemporaryStore()
        let (account, _, _) = try await place.account()
        let row = try await place.store.write { try $0.addFolder(account: account, parent: nil, name: name, itemClass: .mail, role: nil, isSubscribed: true) }
        #expect(try await place.store.read { try $0.folder(row.id)?.name } == name)
    }
    @Test func deepTreesEnd() async throws {
        let place = try TemporaryStore()
        let (account, _, other) = try await place.account()
        var parent: FolderID? = other
        for number in 0..<70 {
            let above = parent
            parent = try? await place.store.write {
                try $0.addFolder(account: account, parent: above, name: "\(number)", itemClass: .mail, role: nil, isSubscribed: true).id
            }
            if parent == nil { break }
        }
        #expect(parent == nil)
    }
    @Test func removedFolderIsRememberedAndItsItemsGo() async throws {
        let place = try TemporaryStore()
        let (account, _, other) = try await place.account()
        let item = try await place.append("text", to: other)
        let before = try await place.store.read { try $0.account(account)?.modseq } ?? .zero
        try await place.store.write { try $0.removeFolder(other) }
        let (gone, none, row, used, content) = try await place.store.read { tx in
            (
                try tx.goneFolders(of: account, after: before), try tx.goneFolders(of: account, after: ModSeq(.max)), try tx.item(item.id),
                try tx.account(account)?.used, try? tx.content(item.content)
            )
        }
        #expect(gone == [other] && none == [] && row == nil && used == 0 && content == nil)
        #expect(try await place.store.check(.everything) == [])
    }
    @Test func subscriptionsOutliveFolders() async throws {
        let place = try TemporaryStore()
        let (account, _, other) = try await place.account()
        try await place.store.write { tx in
            try tx.setDanglingSubscription(of: account, path: "Other/Gone", isSubscribed: true)
            try tx.setDanglingSubscription(of: account, path: "Other/Gone", isSubscribed: true)
            try tx.setFolder(other, isSubscribed: false)
        }
        let (paths, row) = try await place.store.read { (try $0.danglingSubscriptions(of: account), try $0.folder(other)) }
        #expect(paths == ["Other/Gone"] && row?.isSubscribed == false)
        try await place.store.write { try $0.setDanglingSubscription(of: account, path: "Other/Gone", isSubscribed: false) }
        #expect(try await place.store.read { try $0.danglingSubscriptions(of: account) } == [])
    }
}
