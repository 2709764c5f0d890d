import Glibc
import CSQLite
package import Logging
import Model

/// The handle that everybody holds: one file, one writer with group commit, a pool of readers, and the feed of changes.
package final class MailStore: Sendable {
    package let feed = ChangeFeed()
    let directory: StoreDirectory
    let writer: StoreWriter
    let readers: StoreReaders

    /// Opens (making it first when `create`), takes the lock, migrates. `directory` holds martlet.db, its log, the lock and spool files.
    /// `onFatal` is told when the disk has failed under a commit and must not return to business: unless told otherwise it ends the process.
    package static func open(
        _ directory: String, create: Bool = true, log: Logger = Logger(label: "store"),
        onFatal: @escaping @Sendable (StoreError) -> Void = { _ in _exit(74) }  // EX_IOERR
    ) throws(StoreError) -> MailStore {
        try open(directory, create: create, log: log, vfs: nil, onFatal: onFatal)
    }
    /// The same on a disk of the caller's choice: tests have one that fails.
    static func open(
        _ directory: String, create: Bool, log: Logger, vfs: String?, onFatal: @escaping @Sendable (StoreError) -> Void
    ) throws(StoreError) -> MailStore {
        let place = try StoreDirectory(directory, create: create)
        let connection = try Connection(place.database, .write, vfs: vfs)
        try Schema.migrate(connection, create: create)
        let store = try MailStore(place, connection, log, onFatal)
        log.info("store.open", metadata: ["path": "\(directory)", "sqlite": "\(unsafe String(cString: sqlite3_libversion()))", "schema": "\(Schema.version)"])
        return store
    }
    private init(_ place: StoreDirectory, _ connection: Connection, _ log: Logger, _ onFatal: @escaping @Sendable (StoreError) -> Void) throws(StoreError) {
        directory = place
        writer = try StoreWriter(connection, feed: feed, log: log, onFatal: onFatal)
        readers = try StoreReaders(place.database, count: min(Limits.readers, max(3, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    }

    /// Runs `job` in its own savepoint of the next commit; returns after that commit is synced and told to the feed. An error undoes this job alone.
    /// `trace` goes to the change feed. All changes of a job to one account bear one modseq.
    package func write<R: Sendable>(trace: String? = nil, _ job: @escaping @Sendable (WriteTransaction) throws -> R) async throws -> R {
        try await unsafe withUnsafeThrowingContinuation { continuation in
            writer.add(unsafe WaitingJob(trace, job, continuation))
        }
    }
    /// The same for whoever does not wait: `written` is called on the writer's thread once the commit is done or the job has failed, and returns at
    /// once. The job goes before others, and its commit takes none in that come later. Where it changed nothing that a client can see, the commit outlives
    /// the process at that time, and the machine a little later; else it is synced. (docs/decisions/0123)
    package func writeAtOnce<R: Sendable>(
        trace: String? = nil, _ job: @escaping @Sendable (WriteTransaction) throws -> R, written: @escaping @Sendable (Result<R, any Error>) -> Void
    ) {
        writer.add(UrgentJob(trace, job, written))
    }
    /// Runs `job` in one snapshot on a reader. One page at a time: never keep it open for a client.
    package func read<R: Sendable>(_ job: @escaping @Sendable (ReadTransaction) throws -> R) async throws -> R {
        try await unsafe withUnsafeThrowingContinuation { continuation in
            readers.add { transaction in
                unsafe continuation.resume(with: Result { try job(transaction.get()) })
            }
        }
    }
    /// Finishes what is queued, checkpoints, closes.
    package func close() async {
        await readers.close()
        await writer.close()
        directory.release()
    }
    /// An empty spool that keeps `memory` bytes in memory and the rest in an unlinked file of the store.
    package func spool(memory: Int = 262_144) -> Spool { Spool(memory: memory, directory: directory.path) }
    /// Commits whose sync has returned: what has been answered is in one of them.
    package var commitsSynced: Int { writer.commits.synced }
    /// Another number after each commit that changed domains, addresses or accounts (but for what their mail counts), before the commit is answered.
    /// What was read after asking for it holds as long as it stays the same.
    package var directoryVersion: Int { writer.commits.directory }
}
