package import Model
import CSQLite

/// Items that come into a folder. Counters of folder and account change in the same transaction.
extension WriteTransaction {
    /// Checks the quota, stores the content once, gives UID and modseq.
    package func append(_ item: NewItem, to folder: FolderID) throws -> ItemState {
        try Keywords.check(item.keywords)
        let target = try target(folder)
        let (content, size) = try take(item, class: target.itemClass)
        try charge(target.account, size)
        let id = ItemID(try newNumber())
        let modseq = try modseq(of: target.account)
        let state = ItemState(
            id: id, uid: UID(target.uidNext), flags: item.flags, keywords: Keywords.adding(item.keywords, to: []), created: modseq, modseq: modseq,
            contentModseq: modseq, seenModseq: .zero, flaggedModseq: .zero, marksModseq: .zero, date: item.date, size: size, content: content,
            thread: try thread(of: id, keys: item.threadKeys, in: target.account))
        try insert(state, in: folder, properties: [])
        try sql("INSERT INTO home(id, place) VALUES (:id, :place)").run(id, Place(folder, target.uidNext))
        var counted = Counted()
        counted.add(state)
        try count(counted, in: folder, uidNext: Int64(target.uidNext) + 1, modseq)
        note(target.account, folder, .itemsAdded)
        return state
    }

    /// A folder that takes items in.
    struct Target {
        let account: AccountID
        let itemClass: Int
        let uidNext: UInt32
    }
    func target(_ folder: FolderID, items: Int = 1) throws(StoreError) -> Target {
        let found = try sql("SELECT account, class, uid_next FROM folder WHERE id = :id").first(folder) { ($0.int64(0), $0.int(1), $0.int64(2)) }
        guard let found else { throw .notFound }
        guard let uidNext = UInt32(exactly: found.2), Int64(uidNext) + Int64(items) <= Int64(UInt32.max) else {
            throw .failed(code: SQLITE_FULL, message: "folder \(folder) has no UID left")
        }
        return Target(account: AccountID(found.0), itemClass: found.1, uidNext: uidNext)
    }
    /// Takes octets off the quota, or gives them back (below zero).
    func charge(_ account: AccountID, _ size: Int64) throws(StoreError) {
        try sql("UPDATE account SET used = used + :size WHERE id = :id AND (:size <= 0 OR quota IS NULL OR used + :size <= quota)").run(size, account)
        guard connection.changes > 0 else { throw .overQuota }
    }
    func insert(_ state: ItemState, in folder: FolderID, properties: [UInt8]) throws(StoreError) {
        try sql("""
            INSERT INTO item(place, folder, id, flags, keywords, modseq, created, content_modseq, seen_modseq, flagged_modseq, marks_modseq, date, size,
              content, thread, properties)
            VALUES (:place, :folder, :id, :flags, :keywords, :modseq, :created, :content_modseq, :seen, :flagged, :marks, :date, :size, :content, :thread,
              :properties)
            """).run(
            Place(folder, state.uid.rawValue), folder, state.id, state.flags.rawValue, Keywords.join(state.keywords), state.modseq, state.created,
            state.contentModseq, state.seenModseq, state.flaggedModseq, state.marksModseq, state.date, state.size, state.content, state.thread,
            properties.isEmpty ? nil : properties)
    }

    /// What comes into a folder or (negated) leaves it.
    struct Counted {
        var total = 0
        var unseen = 0
        var size: Int64 = 0
        mutating func add(_ state: ItemState) {
            total += 1
            unseen += state.flags.contains(.seen) ? 0 : 1
            size += state.size
        }
        var negated: Counted { Counted(total: -total, unseen: -unseen, size: -size) }
    }
    func count(_ counted: Counted, in folder: FolderID, uidNext: Int64? = nil, _ modseq: ModSeq) throws(StoreError) {
        try sql("""
            UPDATE folder SET total = total + :total, unseen = unseen + :unseen, size = size + :size, uid_next = ifnull(:next, uid_next), modseq = :modseq
            WHERE id = :id
            """).run(counted.total, counted.unseen, counted.size, uidNext, modseq, folder)
    }
}
