package import MailStore
import Model
import MIMECodec

/// Brings mailboxes back to what a backup has, as changes of today: what came since goes, what went comes back, what was moved or marked is as it was.
/// Phones and desktops hear of it as of any other change, and none has to begin anew. (threat C9)
///
/// 1. Only mail and folders are touched; users, passwords, devices and the queue stay as they are.
/// 2. Work is done in slices, each a commit of its own; one that was interrupted is done again from its beginning.
/// 3. Items of both are known by their id, which is never given twice.
package struct Restoration: Sendable {
    private enum Limits {
        static let slice = 200
        /// Octets of contents that one commit brings back, and one message more.
        static let octets: Int64 = 8_388_608
    }
    package struct Report: Sendable, Equatable {
        package var users = 0
        package var broughtBack = 0
        package var removed = 0
        package var movedOrMarked = 0
        package var folders = 0
        /// Users of the backup that are not here any more.
        package var absent: [String] = []
    }
    private let store: MailStore
    private let backup: StoreBackup
    package init(store: MailStore, backup: StoreBackup) { (self.store, self.backup) = (store, backup) }

    /// All users, or one. Throws `StoreError.notFound` where the backup has no such user.
    package func run(only name: String? = nil) async throws -> Report {
        var report = Report()
        let wanted = try await backup.read { try $0.accounts() }.filter { name == nil || $0.name == name }
        if wanted.isEmpty, name != nil { throw StoreError.notFound }
        for account in wanted {
            guard let here = try await store.read({ try $0.account(named: account.name) }) else {
                report.absent.append(account.name)
                continue
            }
            try await restore(account.id, as: here.id, &report)
            report.users += 1
        }
        return report
    }
    private func restore(_ old: AccountID, as account: AccountID, _ report: inout Report) async throws {
        let folders = try await backup.read { try $0.folders(of: old) }
        let places = try await store.write { store in try Self.place(folders, account, store) }
        let present = try await store.read { try $0.folders(of: account) }
        for folder in present { report.removed += try await removeNew(folder.id, account: old) }
        for folder in folders {
            if let place = places[folder.id] { try await bringBack(folder.id, to: place, account, &report) }
        }
        let kept = Set(places.values)
        report.folders += try await store.write { store in
            var removed = 0
            // Children first.
            for folder in Self.fromTheTop(try store.folders(of: account)).reversed() where !kept.contains(folder.id) && folder.role == nil {
                try store.removeFolder(folder.id)
                removed += 1
            }
            return removed
        }
    }

    // MARK: Folders

    private static func fromTheTop(_ folders: [FolderRow]) -> [FolderRow] {
        var ordered: [FolderRow] = [], level: Set<FolderID?> = [nil], rest = folders
        while !rest.isEmpty {
            let next = rest.filter { level.contains($0.parent) }
            if next.isEmpty { return ordered + rest }
            ordered += next
            level = Set(next.map { $0.id })
            rest.removeAll { folder in next.contains { $0.id == folder.id } }
        }
        return ordered
    }
    /// Where each folder of the backup is today: by its id, by its role, by its name; or made anew.
    private static func place(_ folders: [FolderRow], _ account: AccountID, _ store: WriteTransaction) throws -> [FolderID: FolderID] {
        var places: [FolderID: FolderID] = [:]
        for old in fromTheTop(folders) {
            let parent = old.parent.flatMap { places[$0] }
            if let known = try store.folder(old.id), known.account == account {
                places[old.id] = known.id
                guard known.name != old.name || known.parent != parent else { continue }
                if let other = try store.folder(of: account, under: parent, named: old.name), other.id != known.id {
                    try store.setFolder(other.id, parent: parent, name: try free(old.name, account, parent, store))
                }
                try store.setFolder(known.id, parent: parent, name: old.name)
            } else if let role = old.role, let known = try store.folder(of: account, role: role) {
                places[old.id] = known.id
            } else if let known = try store.folder(of: account, under: parent, named: old.name), known.itemClass == old.itemClass {
                places[old.id] = known.id
            } else {
                places[old.id] = try store.addFolder(
                    account: account, parent: parent, name: try free(old.name, account, parent, store), itemClass: old.itemClass, role: old.role,
                    isSubscribed: old.isSubscribed
                ).id
            }
        }
        return places
    }
    private static func free(_ name: String, _ account: AccountID, _ parent: FolderID?, _ store: ReadTransaction) throws -> String {
        var candidate = name, number = 1
        while try store.folder(of: account, under: parent, named: candidate) != nil {
            number += 1
            candidate = "\(name) \(number)"
        }
        return candidate
    }

    // MARK: Items

    /// What came after the backup was made.
    private func removeNew(_ folder: FolderID, account: AccountID) async throws -> Int {
        var after: UID?, removed = 0
        while true {
            let page = try await store.read { [after] in try $0.states(in: folder, UIDSet([1...UInt32.max]), after: after, limit: Limits.slice) }
            guard let last = page.last else { return removed }
            after = last.uid
            let ids = page.map(\.id)
            let new = try await backup.read { backup in
                try ids.filter { try backup.item($0, of: account) == nil }
            }
            if !new.isEmpty { try await store.write { store in for id in new where try store.item(id) != nil { try store.remove(id) } } }
            removed += new.count
            if page.count < Limits.slice { return removed }
        }
    }
    private struct Missing: Sendable { let row: ItemRow, content: [UInt8] }
    private func bringBack(_ folder: FolderID, to place: FolderID, _ account: AccountID, _ report: inout Report) async throws {
        var after: UID?
        while true {
            let page = try await backup.read { [after] in try $0.items(in: folder, UIDSet([1...UInt32.max]), after: after, limit: Limits.slice) }
            guard let last = page.last else { return }
            after = last.state.uid
            let missing = try await store.read { store in
                try page.filter { try store.item($0.state.id, of: account) == nil }
            }
            var start = 0
            while start < missing.count {
                var end = start, octets: Int64 = 0
                while end < missing.count, end == start || octets + missing[end].state.size <= Limits.octets {
                    octets += missing[end].state.size
                    end += 1
                }
                let part = Array(missing[start..<end])
                let read = try await backup.read { backup in try part.map { Missing(row: $0, content: try backup.content($0.state.content)) } }
                try await store.write { store in for each in read { try Self.append(each, to: place, store) } }
                start = end
            }
            report.broughtBack += missing.count
            let absent = Set(missing.map { $0.state.id })
            let known = page.filter { !absent.contains($0.state.id) }
            report.movedOrMarked += try await store.write { store in try known.count { try Self.setBack($0, in: place, store) } }
            if page.count < Limits.slice { return }
        }
    }
    private static func append(_ missing: Missing, to folder: FolderID, _ store: WriteTransaction) throws {
        let row = missing.row
        var item = NewItem(content: .bytes(missing.content), summary: row.summary, date: row.state.date)
        item.flags = row.state.flags
        item.keywords = row.state.keywords
        item.threadKeys = (try? SummaryView(row.summary)?.threadKeys()) ?? []
        let made = try store.append(item, to: folder)
        if !row.properties.isEmpty { _ = try store.setProperties(made.id, row.properties, flag: true) }
    }
    /// True where anything had to be done.
    private static func setBack(_ old: ItemRow, in folder: FolderID, _ store: WriteTransaction) throws -> Bool {
        guard let now = try store.item(old.state.id) else { return false }
        var isChanged = false
        if now.folder != folder {
            _ = try store.move(now.state.id, to: folder)
            isChanged = true
        }
        if now.state.flags != old.state.flags || now.state.keywords != old.state.keywords {
            _ = try store.setFlags(now.state.id, FlagChange(.replace, old.state.flags, keywords: old.state.keywords))
            isChanged = true
        }
        if now.properties != old.properties {
            _ = try store.setProperties(now.state.id, old.properties, flag: true)
            isChanged = true
        }
        return isChanged
    }
}
