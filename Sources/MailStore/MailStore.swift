import Model
package import Logging

/// The handle that everybody holds: one file, one writer with group commit, a pool of readers, and the feed of changes.
package final class MailStore: Sendable {
    package let feed = ChangeFeed()

    /// Opens (making it first when `create`), takes the lock, migrates. `directory` holds martlet.db, its log, the lock and spool files.
    package static func open(_ directory: String, create: Bool = true, log: Logger = Logger(label: "store")) throws(StoreError) -> MailStore { throw .closed }

    /// Runs `job` in its own savepoint of the next commit; returns after that commit is synced. An error undoes this job alone.
    /// `trace` goes to the change feed. All changes of a job to one account bear one modseq.
    package func write<R: Sendable>(trace: String? = nil, _ job: @escaping @Sendable (WriteTransaction) throws -> R) async throws -> R { throw StoreError.closed }
    /// Runs `job` in one snapshot on a reader. One page at a time: never keep it open for a client.
    package func read<R: Sendable>(_ job: @escaping @Sendable (ReadTransaction) throws -> R) async throws -> R { throw StoreError.closed }
    /// Finishes what is queued, checkpoints, closes.
    package func close() async {}
    /// An empty spool that keeps `memory` bytes in memory and the rest in an unlinked file of the store.
    package func spool(memory: Int = 262_144) -> Spool { Spool() }
}
