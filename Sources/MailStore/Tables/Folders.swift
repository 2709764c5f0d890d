package import Model
import CSQLite

extension ReadTransaction {
    /// All folders of an account, any order.
    package func folders(of account: AccountID) throws -> [FolderRow] {
        try sql("""
            SELECT id, account, parent, name, class, role, subscribed, uid_validity, uid_next, created, changed, modseq, gone_floor, total, unseen, size
            FROM folder WHERE account = :account
            """).rows(account, make: FolderRow.init)
    }
    package func folder(_ id: FolderID) throws -> FolderRow? {
        try sql("""
            SELECT id, account, parent, name, class, role, subscribed, uid_validity, uid_next, created, changed, modseq, gone_floor, total, unseen, size
            FROM folder WHERE id = :id
            """).first(id, make: FolderRow.init)
    }
    package func folder(of account: AccountID, under parent: FolderID?, named name: String) throws -> FolderRow? {
        try sql("""
            SELECT id, account, parent, name, class, role, subscribed, uid_validity, uid_next, created, changed, modseq, gone_floor, total, unseen, size
            FROM folder WHERE account = :account AND parent = :parent AND name = :name
            """).first(account, parent ?? FolderID(0), name, make: FolderRow.init)
    }
    package func folder(of account: AccountID, role: FolderRole) throws -> FolderRow? {
        try sql("""
            SELECT id, account, parent, name, class, role, subscribed, uid_validity, uid_next, created, changed, modseq, gone_floor, total, unseen, size
            FROM folder WHERE account = :account AND role = :role AND role IS NOT NULL
            """).first(account, role.rawValue, make: FolderRow.init)
    }
    /// Folders removed after a position, for FolderSync; nil when the position is below what is remembered.
    package func goneFolders(of account: AccountID, after position: ModSeq) throws -> [FolderID]? {
        let floor = try sql("SELECT folder_floor FROM account WHERE id = :id").first(account) { ModSeq($0.int64(0)) }
        guard let floor, position >= floor else { return nil }
        return try sql("SELECT folder FROM gone_folder WHERE account = :account AND modseq > :position ORDER BY modseq, folder")
            .rows(account, position) { FolderID($0.int64(0)) }
    }
    /// Names subscribed to that have no folder (RFC 3501 §6.3.6 lets a subscription outlive its mailbox). Full paths.
    package func danglingSubscriptions(of account: AccountID) throws -> [String] {
        try sql("SELECT path FROM subscription WHERE account = :account ORDER BY path").rows(account) { $0.text(0) }
    }
}

extension WriteTransaction {
    /// `.exists` when the parent already has that name, `.tooMany` when the account has all the folders it may have.
    package func addFolder(
        account: AccountID, parent: FolderID?, name: String, itemClass: ItemClass, role: FolderRole?, isSubscribed: Bool
    ) throws -> FolderRow {
        try checkName(name)
        if let parent, try folder(parent)?.account != account { throw StoreError.notFound }
        try checkAbove(parent, account, moving: nil)
        let count = try sql("SELECT count(*) FROM folder WHERE account = :account").first(account) { $0.int(0) } ?? 0
        guard count < Limits.foldersOfAccount else { throw StoreError.tooMany }
        let modseq = try modseq(of: account)
        // Ahead of the clock only while more than one is made each second; never twice, whatever the clock does. (RFC 3501 §2.3.1.1)
        let validity = try sql("UPDATE store SET uid_validity = max(uid_validity + 1, :now) RETURNING uid_validity").first(now / 1000) { $0.int64(0) } ?? 0
        guard validity > 0, validity <= Int64(UInt32.max) else { throw StoreError.failed(code: SQLITE_FULL, message: "no UIDVALIDITY is left") }
        let made = try sql("""
            INSERT INTO folder(account, parent, name, class, role, subscribed, uid_validity, created, changed, modseq)
            VALUES (:account, :parent, :name, :class, :role, :subscribed, :validity, :modseq, :modseq, :modseq) RETURNING id
            """).first(account, parent ?? FolderID(0), name, itemClass.rawValue, role?.rawValue, isSubscribed, validity, modseq) { FolderID($0.int64(0)) }
        guard let made, let row = try folder(made) else { throw StoreError.notFound }
        guard made.rawValue <= Limits.folders else { throw StoreError.failed(code: SQLITE_FULL, message: "no folder number is left") }
        note(account, made, .folders)
        return row
    }
    package func setFolder(_ id: FolderID, parent: FolderID?, name: String) throws {
        try checkName(name)
        guard let row = try folder(id) else { throw StoreError.notFound }
        try checkAbove(parent, row.account, moving: id)
        try sql("UPDATE folder SET parent = :parent, name = :name, changed = :modseq, modseq = :modseq WHERE id = :id")
            .run(parent ?? FolderID(0), name, try modseq(of: row.account), id)
        note(row.account, id, .folders)
    }
    package func setFolder(_ id: FolderID, role: FolderRole?) throws {
        guard let row = try folder(id) else { throw StoreError.notFound }
        try sql("UPDATE folder SET role = :role, changed = :modseq, modseq = :modseq WHERE id = :id")
            .run(role?.rawValue, try modseq(of: row.account), id)
        note(row.account, id, .folders)
    }
    package func setFolder(_ id: FolderID, isSubscribed: Bool) throws {
        guard let row = try folder(id) else { throw StoreError.notFound }
        guard row.isSubscribed != isSubscribed else { return }
        try sql("UPDATE folder SET subscribed = :subscribed WHERE id = :id").run(isSubscribed, id)
        note(row.account, id, .folders)
    }
    /// With its items; its children must be gone or moved first (`.exists`).
    package func removeFolder(_ id: FolderID) throws {
        guard let row = try folder(id) else { throw StoreError.notFound }
        if try sql("SELECT 1 FROM folder WHERE parent = :parent AND parent > 0 LIMIT 1").first(id, make: { _ in true }) != nil { throw StoreError.exists }
        let modseq = try modseq(of: row.account)
        let used = try removeItems(of: id)
        try sql("UPDATE account SET used = used - :used WHERE id = :id").run(used, row.account)
        try sql("DELETE FROM sync_state WHERE folder = :folder").run(id)
        try sql("DELETE FROM folder WHERE id = :id").run(id)
        try sql("INSERT INTO gone_folder(account, modseq, folder, time) VALUES (:account, :modseq, :folder, :now)").run(row.account, modseq, id, now)
        note(row.account, id, used > 0 || row.total > 0 ? [.folders, .itemsGone] : .folders)
    }
    package func setDanglingSubscription(of account: AccountID, path: String, isSubscribed: Bool) throws {
        guard try self.account(account) != nil else { throw StoreError.notFound }
        if isSubscribed {
            try sql("INSERT OR IGNORE INTO subscription(account, path) VALUES (:account, :path)").run(account, path)
        } else {
            try sql("DELETE FROM subscription WHERE account = :account AND path = :path").run(account, path)
        }
        note(account, nil, .folders)
    }

    /// The folders above a place end at the top, are of the account, and the one that is to lie there is not among them.
    private func checkAbove(_ parent: FolderID?, _ account: AccountID, moving id: FolderID?) throws {
        var above = parent
        for _ in 0..<Limits.folderDepth {
            guard let next = above else { return }
            guard next != id, let parent = try folder(next), parent.account == account else {
                throw StoreError.failed(code: SQLITE_CONSTRAINT, message: "a folder cannot lie inside itself or in another account")
            }
            above = parent.parent
        }
        throw StoreError.failed(code: SQLITE_CONSTRAINT, message: "folders lie too deep")
    }
    /// One level of a name: neither empty nor with "/" or controls (threat T24). Which names a protocol allows beyond that is its own to say.
    private func checkName(_ name: String) throws(StoreError) {
        let fits = !name.isEmpty && name.utf8.count <= Limits.folderName && name.utf8.allSatisfy { $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "/") }
        if !fits { throw .failed(code: SQLITE_CONSTRAINT, message: "not a name for a folder") }
    }
}

extension FolderRow {
    fileprivate init(_ row: Statement) {
        self.init(
            id: FolderID(row.int64(0)), account: AccountID(row.int64(1)), parent: row.int64(2) == 0 ? nil : FolderID(row.int64(2)), name: row.text(3),
            itemClass: ItemClass(rawValue: row.int(4)) ?? .mail, role: row.isNull(5) ? nil : FolderRole(rawValue: row.int(5)),
            isSubscribed: row.int64(6) != 0, uidValidity: UInt32(truncatingIfNeeded: row.int64(7)), uidNext: UID(UInt32(truncatingIfNeeded: row.int64(8))),
            created: ModSeq(row.int64(9)), changed: ModSeq(row.int64(10)), modseq: ModSeq(row.int64(11)), goneFloor: ModSeq(row.int64(12)),
            total: row.int(13), unseen: row.int(14), size: row.int64(15))
    }
}
