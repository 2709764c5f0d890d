package import Model

/// Reads inside one snapshot. Valid only during the closure that was given it.
package class ReadTransaction {
    let connection: Connection
    init(_ connection: Connection) { self.connection = connection }

    func sql(_ text: StaticString) throws(StoreError) -> Statement { try connection.statement(text) }

    /// Names this life of the store: another number after a restore, so that positions of clients can be told from those of its past.
    package func epoch() throws -> Int64 {
        try sql("SELECT epoch FROM store").first { $0.int64(0) } ?? 0
    }
}

/// Reads and writes inside one savepoint. Valid only during the closure that was given it.
package final class WriteTransaction: ReadTransaction {
    /// What the job did, for the feed.
    private(set) var changes: [AccountID: (modseq: ModSeq, folders: [FolderID?: Change.Kind])] = [:]
    /// Who has which address has changed: what was remembered of it is void. (`MailStore.directoryVersion`)
    var changesDirectory = false
    /// Octets of bodies written.
    var bytes = 0
    /// The wall clock's time of the job, in milliseconds.
    let now: Int64
    package var time: Timestamp { Timestamp(milliseconds: now) }
    private var modseqs: [AccountID: ModSeq] = [:]
    private let numbers: Numbers

    init(_ connection: Connection, numbers: Numbers, now: Int64) {
        self.now = now
        self.numbers = numbers
        super.init(connection)
    }

    /// The modseq that this job's changes to `account` bear: the account's next, taken once per job.
    package func modseq(of account: AccountID) throws -> ModSeq {
        if let known = modseqs[account] { return known }
        // Two statements, because RETURNING opens a temporary table each time: three times the cost of both.
        guard let last = try sql("SELECT modseq FROM account WHERE id = :id").first(account, make: { $0.int64(0) }) else { throw StoreError.notFound }
        let next = ModSeq(last + 1)
        try sql("UPDATE account SET modseq = :modseq WHERE id = :id").run(next, account)
        modseqs[account] = next
        return next
    }
    func note(_ account: AccountID, _ folder: FolderID?, _ kinds: Change.Kind) {
        changes[account, default: (.zero, [:])].folders[folder, default: []].formUnion(kinds)
    }
    /// A number that no item, content or thread has had.
    func newNumber() throws(StoreError) -> Int64 { try numbers.take(connection) }
    /// Ends the job's own bookkeeping, inside its savepoint.
    func settle() throws(StoreError) {
        for account in changes.keys {
            let modseq: ModSeq
            if let known = modseqs[account] { modseq = known } else { modseq = try currentModseq(of: account) }
            let before = changes[account]?.modseq ?? .zero
            changes[account]?.modseq = max(modseq, before)  // the account itself may be gone since
        }
    }
    /// The account's counter, without taking the next.
    func currentModseq(of account: AccountID) throws(StoreError) -> ModSeq {
        try sql("SELECT modseq FROM account WHERE id = :id").first(account) { ModSeq($0.int64(0)) } ?? .zero
    }
}
