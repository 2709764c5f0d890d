package import Model

/// What happened in a folder after a position: the one source of IMAP's CHANGEDSINCE and VANISHED and of a phone's Sync.
extension ReadTransaction {
    /// States changed after a position (created or changed), ascending by modseq then id; beginning after `from` when a page went before.
    package func changes(in folder: FolderID, after position: ModSeq, from: (ModSeq, ItemID)? = nil, limit: Int) throws -> [ItemState] {
        let (modseq, id) = start(position, from)
        return try sql("""
            SELECT place, id, flags, keywords, created, modseq, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size, content, thread
            FROM item WHERE folder = :folder AND (modseq, id) > (:modseq, :id) ORDER BY modseq, id LIMIT :limit
            """).rows(folder, modseq, id, limit, make: ItemState.init)
    }
    /// What left the folder after a position, ascending by modseq then item.
    package func gone(in folder: FolderID, after position: ModSeq, from: (ModSeq, ItemID)? = nil, limit: Int) throws -> [GoneRow] {
        let (modseq, id) = start(position, from)
        return try sql("""
            SELECT item, uid, modseq, created, date, moved_to FROM gone WHERE folder = :folder AND (modseq, item) > (:modseq, :item)
            ORDER BY modseq, item LIMIT :limit
            """).rows(folder, modseq, id, limit) {
            GoneRow(
                item: ItemID($0.int64(0)), uid: UID(UInt32(truncatingIfNeeded: $0.int64(1))), modseq: ModSeq($0.int64(2)), created: ModSeq($0.int64(3)),
                date: Timestamp(rawValue: $0.int64(4)), movedTo: $0.optionalInt64(5).map { FolderID($0) })
        }
    }
    private func start(_ position: ModSeq, _ from: (ModSeq, ItemID)?) -> (ModSeq, ItemID) {
        guard let from, from.0 > position else { return (position, ItemID(.max)) }
        return from
    }
}

extension WriteTransaction {
    /// Remembers that an item has left a folder. An item that leaves the same folder twice in one commit is known by its first UID: nobody saw the others.
    func rememberGone(_ state: ItemState, from folder: FolderID, modseq: ModSeq, movedTo: FolderID?) throws(StoreError) {
        try sql("""
            INSERT OR IGNORE INTO gone(folder, modseq, item, uid, created, date, moved_to, time)
            VALUES (:folder, :modseq, :item, :uid, :created, :date, :moved, :now)
            """).run(folder, modseq, state.id, state.uid.rawValue, state.created, state.date, movedTo, now)
    }
}
