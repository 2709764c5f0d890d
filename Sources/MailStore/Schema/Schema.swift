import CSQLite
import Dispatch

/// The shape of the store, its version, and what must hold in it at every commit. `check` verifies each of these by its number.
///
///  1. The file is sound (SQLite's integrity check), carries our application id and a version this program knows.
///  2. Every folder, device, address target, credential, absence and subscription belongs to an account that is there.
///  3. A folder's parent is a folder of the same account, and parents end at the top: no circles.
///  4. Names are unique under one parent; an account has at most one folder of each role; no name is empty or has "/" or controls.
///  5. item.place = folder * 2^32 + uid, with the folder there and 0 < uid < folder.uid_next.
///  6. `home` and `item` are one to one: home(id).place = item.place and item.id = home.id.
///  7. folder.total, unseen and size are those of its items.
///  8. account.used is the size of all its items.
///  9. No modseq of a folder, item or gone row is above its account's; none of an item or gone row is above its folder's.
/// 10. An item's created, content, seen, flagged and marks modseqs are at most its modseq; created is at most each of the others that is set.
/// 11. content.refs is the number of items and queued messages that have it, and above zero; item.size = content.size, queued.size = content.size.
/// 12. Every content has one summary and the pieces of a body that make up its size, in order; neither is there without its content.
/// 13. content.digest is the SHA-256 of the body (asked for separately: it reads everything).
/// 14. gone rows belong to folders that are there, lie above the folder's gone_floor, were created no later than they went, and their uid is
///     below uid_next and not in the folder.
/// 15. Every number given out (item, content, folder, uid_validity) is below the store's next; uid_validity is unique.
/// 16. A sync state's device is there, its folder is a folder of the device's account, its modseq is at most the account's.
/// 17. Keywords are sorted, unique ignoring case, and never an empty text.
/// 18. gone_folder rows lie above the account's folder_floor, and their folders are not there.
/// 19. Every queued message has a content and at least one recipient; every queued recipient belongs to a message, and waits or is held.
enum Schema {
    /// "Mrlt", in the file's header.
    static let applicationID: Int64 = 0x4D72_6C74
    static let version = Int64(migrations.count)
    /// In order; the index + 1 is the version that each leads to. Released ones are never edited.
    static let migrations: [[String]] = [Migration0001.statements, Migration0002.statements, Migration0003.statements, Migration0004.statements]

    /// Refuses what is not ours or newer; brings an older store up to date in one transaction.
    static func migrate(_ connection: Connection, create: Bool) throws(StoreError) {
        let found = try connection.number("PRAGMA user_version")
        let owner = try connection.number("PRAGMA application_id")
        if found > version { throw .newer(found: Int(found), known: Int(version)) }
        if found == 0 {
            guard try connection.number("SELECT count(*) FROM sqlite_schema") == 0 else {
                throw .failed(code: SQLITE_NOTADB, message: "martlet.db holds tables of another program")
            }
            guard create else { throw .notFound }
            try connection.execute("PRAGMA page_size = \(Limits.pageSize)")
        } else if owner != applicationID {
            throw .failed(code: SQLITE_NOTADB, message: "martlet.db was made by another program")
        }
        // The journal mode cannot change inside a transaction; it is written into the file once.
        try connection.execute("PRAGMA journal_mode = WAL")
        if found == version { return }
        try connection.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            for step in migrations[Int(found)...] { for sql in step { try connection.execute(sql) } }
            try connection.execute("PRAGMA application_id = \(applicationID)")
            try connection.execute("PRAGMA user_version = \(version)")
            if found == 0 {
                let epoch = Int64.random(in: 1...Int64.max)
                try connection.execute("INSERT INTO store(id, epoch, uid_validity, next_id) VALUES (1, \(epoch), 0, 1)")
            }
            try connection.execute("COMMIT")
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
    }
}

enum Limits {
    static let pageSize = 4096
    /// Octets of one row of a body. Its rows are found by number, so a part in the middle of a large message is read without its front.
    static let pieceSize = 131_072
    /// Octets of a piece from which on a part of it is read without the rest: about three pages.
    static let partialFrom = 12_288
    /// Jobs and octets of bodies in one commit, and how long jobs are taken up before it: what bounds everybody's latency.
    static let jobsPerCommit = 512
    /// A commit that was answered before it was synced is synced so much later, by another one or for its own sake.
    static let unsynced = DispatchTimeInterval.milliseconds(50)
    static let bytesPerCommit = 32 << 20
    static let timePerCommit = Duration.milliseconds(50)
    /// Pages in the log from which on it is copied into the database: a page that each commit writes is copied once for all of them. (decision 0121)
    static let logPages: Int32 = 4000
    /// Keywords of one item, and octets of one keyword.
    static let keywords = 128
    static let keywordLength = 255
    /// Hashes of one message that are looked up and remembered for threads.
    static let threadKeys = 64
    /// Octets of an item's properties.
    static let properties = 65_536
    /// Folder ids share 63 bits with a UID of 32.
    static let folders = Int64(Int32.max)
    /// Folders of one account.
    static let foldersOfAccount = 10_000
    /// What was done to devices: so many lines are kept.
    static let deviceEvents: Int64 = 100_000
    /// Octets of a folder's name.
    static let folderName = 1024
    /// How far a chain of parents is followed.
    static let folderDepth = 64
    /// Threads that read, at the most.
    static let readers = 16
}
