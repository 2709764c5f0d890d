package import Model

/// Reads inside one snapshot. Valid only during the closure that was given it.
package class ReadTransaction {
    init() {}
}

/// Reads and writes inside one savepoint. Valid only during the closure that was given it.
package final class WriteTransaction: ReadTransaction {
    /// The modseq that this job's changes to `account` bear: the account's next, taken once per job.
    package func modseq(of account: AccountID) throws -> ModSeq { throw StoreError.closed }
}
