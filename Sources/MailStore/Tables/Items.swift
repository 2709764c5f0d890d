package import Model

/// Reading items: by UID for IMAP, by id and date for phones. What changed is in Changes.swift.
extension ReadTransaction {
    /// All UIDs of a folder, ascending: what a client's sequence numbers are made from.
    package func uids(in folder: FolderID) throws -> [UID] {
        try sql("SELECT place FROM item WHERE place BETWEEN :low AND :high ORDER BY place")
            .rows(Place(folder, 0), Place(folder, .max)) { Place($0.int64(0)).uid }
    }
    /// The first item without \Seen, for SELECT's UNSEEN.
    package func firstUnseen(in folder: FolderID) throws -> UID? {
        guard let unseen = try sql("SELECT unseen FROM folder WHERE id = :id").first(folder, make: { $0.int(0) }), unseen > 0 else { return nil }
        return try sql("SELECT place FROM item WHERE place BETWEEN :low AND :high AND flags & 1 = 0 ORDER BY place LIMIT 1")
            .first(Place(folder, 0), Place(folder, .max)) { Place($0.int64(0)).uid }
    }
    /// States of a folder's items in a set, ascending by UID, beginning after `after`, at most `limit`.
    package func states(in folder: FolderID, _ set: UIDSet, after: UID? = nil, limit: Int) throws -> [ItemState] {
        let statement = try sql("""
            SELECT place, id, flags, keywords, created, modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size, content, thread
            FROM item WHERE place BETWEEN :low AND :high ORDER BY place LIMIT :limit
            """)
        return try page(folder, set, after, limit, statement, make: ItemState.init)
    }
    /// The same with summaries.
    package func items(in folder: FolderID, _ set: UIDSet, after: UID? = nil, limit: Int) throws -> [ItemRow] {
        let statement = try sql("""
            SELECT place, id, flags, keywords, created, modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size, item.content, thread,
              data, properties
            FROM item LEFT JOIN summary ON summary.content = item.content WHERE place BETWEEN :low AND :high ORDER BY place LIMIT :limit
            """)
        return try page(folder, set, after, limit, statement, make: ItemRow.init)
    }
    private func page<Made>(
        _ folder: FolderID, _ set: UIDSet, _ after: UID?, _ limit: Int, _ statement: Statement, make: (Statement) -> Made
    ) throws(StoreError) -> [Made] {
        var found: [Made] = []
        let first = after.map { $0.rawValue == .max ? UInt64.max : UInt64($0.rawValue) + 1 } ?? 0
        for run in set.runs where UInt64(run.upperBound) >= first && found.count < limit {
            let low = max(first, UInt64(run.lowerBound))
            try statement.rows(Place(folder, UInt32(low)), Place(folder, run.upperBound), limit - found.count, into: &found, make: make)
        }
        return found
    }

    package func item(_ id: ItemID) throws -> ItemRow? {
        try sql("""
            SELECT item.place, item.id, flags, keywords, created, modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size,
              item.content, thread, data, properties
            FROM home JOIN item ON item.place = home.place LEFT JOIN summary ON summary.content = item.content WHERE home.id = :id
            """).first(id, make: ItemRow.init)
    }
    /// The item with its folder, where it is one of the account's: what a client names is looked at no other way. (threat T25)
    package func item(_ id: ItemID, of account: AccountID) throws -> (item: ItemRow, folder: FolderRow)? {
        guard let item = try item(id), let folder = try folder(item.folder), folder.account == account else { return nil }
        return (item, folder)
    }
    /// Those that are there, in the order asked for.
    package func items(_ ids: [ItemID]) throws -> [ItemRow] {
        var rows: [ItemRow] = []
        for id in ids { if let row = try item(id) { rows.append(row) } }
        return rows
    }
    /// An item without its summary.
    func state(_ id: ItemID) throws(StoreError) -> (folder: FolderID, state: ItemState)? {
        try sql("""
            SELECT item.place, item.id, flags, keywords, created, modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size, content,
              thread
            FROM home JOIN item ON item.place = home.place WHERE home.id = :id
            """).first(id) { (Place($0.int64(0)).folder, ItemState($0)) }
    }

    /// Newest first by (date, id): items dated at or after `since` that were created at or before `createdUpTo`; beginning below `from`.
    package func newest(in folder: FolderID, since: Timestamp?, createdUpTo: ModSeq, from: (Timestamp, ItemID)?, limit: Int) throws -> [ItemState] {
        try sql("""
            SELECT place, id, flags, keywords, created, modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size, content, thread
            FROM item WHERE folder = :folder AND (date, id) < (:date, :id) AND date >= :since AND created <= :created
            ORDER BY date DESC, id DESC LIMIT :limit
            """).rows(
            folder, from?.0.rawValue ?? Int64.max, from?.1.rawValue ?? Int64.max, since?.rawValue ?? Int64.min, createdUpTo, limit, make: ItemState.init)
    }
    /// Items dated in lower..<upper, ascending by (date, id): what a moving FilterType window left behind or uncovered.
    package func items(in folder: FolderID, dated range: Range<Timestamp>, limit: Int) throws -> [ItemState] {
        try sql("""
            SELECT place, id, flags, keywords, created, modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size, content, thread
            FROM item WHERE folder = :folder AND date >= :lower AND date < :upper ORDER BY date, id LIMIT :limit
            """).rows(folder, range.lowerBound, range.upperBound, limit, make: ItemState.init)
    }
    package func count(in folder: FolderID, since: Timestamp?) throws -> Int {
        guard let since else { return try sql("SELECT total FROM folder WHERE id = :id").first(folder) { $0.int(0) } ?? 0 }
        return try sql("SELECT count(*) FROM item WHERE folder = :folder AND date >= :since").first(folder, since) { $0.int(0) } ?? 0
    }
    /// Items of an account (mail folders) whose content is that of `thread`.
    package func items(of account: AccountID, thread: ThreadID) throws -> [ItemRow] {
        try sql("""
            SELECT item.place, item.id, flags, keywords, item.created, item.modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, item.size,
              item.content, thread, data, properties
            FROM item JOIN folder ON folder.id = item.folder LEFT JOIN summary ON summary.content = item.content
            WHERE thread = :thread AND folder.account = :account AND folder.class = 1 ORDER BY date, item.id
            """).rows(thread, account, make: ItemRow.init)
    }
}

extension ItemState {
    /// From the columns place, id, flags, keywords, created, modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size, content, thread.
    init(_ row: Statement) {
        self.init(
            id: ItemID(row.int64(1)), uid: Place(row.int64(0)).uid, flags: Flags(rawValue: UInt32(truncatingIfNeeded: row.int64(2))),
            keywords: row.isNull(3) ? [] : Keywords.split(row.text(3)), created: ModSeq(row.int64(4)), modseq: ModSeq(row.int64(5)),
            contentModseq: ModSeq(row.int64(6)), seenModseq: ModSeq(row.int64(7)), flaggedModseq: ModSeq(row.int64(8)), marksModseq: ModSeq(row.int64(9)),
            date: Timestamp(rawValue: row.int64(10)), size: row.int64(11), content: ContentID(row.int64(12)), thread: ThreadID(row.int64(13)))
    }
}
extension ItemRow {
    /// The columns of a state, then summary and properties.
    init(_ row: Statement) {
        self.init(state: ItemState(row), folder: Place(row.int64(0)).folder, summary: row.blob(14), properties: row.blob(15))
    }
}
