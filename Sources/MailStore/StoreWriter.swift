import CSQLite
import Dispatch
import Logging
import Model
import Synchronization

/// The only connection that writes and checkpoints: one thread, one order of commits. (threats.md §2)
/// 1. Jobs that come while a commit syncs ride in the next one together; each is undone alone when it fails.
/// 2. A job is answered only after the commit that holds it has been synced. The one exception is a commit of urgent jobs alone that changed nothing a client
///    can see (marks in the queue): it is answered when it is written, which outlives a kill, and synced within `Limits.unsynced`. (decision 0123)
/// 3. When the disk fails under a commit, nothing more is written and the process is told to end: what a failed sync left in the
///    kernel's cache cannot be known. (threat C5)
final class StoreWriter: @unchecked Sendable {
    private struct State {
        var waiting: [any WriteJob] = []
        var isRunning = false
        var isClosed = false
    }
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "store.writer", qos: .userInitiated)
    private let feed: ChangeFeed
    private let log: Logger
    private let onFatal: @Sendable (StoreError) -> Void
    let commits = CommitCounts()
    /// Touched on `queue` alone.
    private let connection: Connection
    private let numbers = Numbers()
    /// A commit has been answered that is not synced yet.
    private var owesSync = false

    init(_ connection: Connection, feed: ChangeFeed, log: Logger, onFatal: @escaping @Sendable (StoreError) -> Void) throws(StoreError) {
        self.connection = connection
        self.feed = feed
        self.log = log
        self.onFatal = onFatal
        for pragma in [
            "synchronous = FULL", "secure_delete = OFF", "cache_size = -8192",
            "journal_size_limit = 67108864", "temp_store = MEMORY",
        ] {
            try connection.execute("PRAGMA \(pragma)")
        }
        connection.checkpointByHand()
    }

    func add(_ job: any WriteJob) {
        let (refused, starts) = state.withLock { state in
            if state.isClosed { return (true, false) }
            if job.isUrgent { state.waiting.insert(job, at: 0) } else { state.waiting.append(job) }
            defer { state.isRunning = true }
            return (false, !state.isRunning)
        }
        if refused { job.finish(.closed) }
        if starts { queue.async { self.work() } }
    }
    /// Finishes what waits, then empties the log and closes.
    func close() async {
        state.withLock { $0.isClosed = true }
        await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            queue.async {
                self.work()
                self.paySync()
                self.connection.checkpoint()
                self.connection.close()
                unsafe continuation.resume()
            }
        }
    }

    private func takeWaiting(_ limit: Int) -> [any WriteJob] {
        state.withLock { state in
            if state.waiting.count <= limit {
                defer { state.waiting = [] }
                return state.waiting
            }
            defer { state.waiting.removeFirst(limit) }
            return Array(state.waiting[..<limit])
        }
    }
    private func work() {
        while true {
            let batch = takeWaiting(Limits.jobsPerCommit)
            if batch.isEmpty {
                let ended = state.withLock { state in
                    if state.waiting.isEmpty { state.isRunning = false }
                    return state.waiting.isEmpty
                }
                if ended { return }
            } else {
                commit(batch)
            }
        }
    }

    // MARK: one commit

    /// Jobs that ran in the transaction, and what is to be told when it is on disk.
    private struct Batch {
        var done: [(job: any WriteJob, failure: (any Error)?)] = []
        /// Jobs that did not fail.
        var kept = 0
        /// Somebody cannot wait for more to come.
        var isUrgent = false
        /// Somebody was not urgent, or changed what a client may see.
        var mustSync = false
        var changes = ChangeCollector()
        var changesDirectory = false
        /// Set once the transaction as a whole is lost.
        var lost: StoreError?
    }

    private func commit(_ first: [any WriteJob]) {
        let began = ContinuousClock.now
        var batch = Batch()
        var waiting = first
        var bytes = 0
        do throws(StoreError) { try connection.statement("BEGIN IMMEDIATE").run() } catch { batch.lost = error }
        while true {
            for job in waiting { run(job, &batch, &bytes) }
            let room = Limits.jobsPerCommit - batch.done.count
            guard batch.lost == nil, !batch.isUrgent, room > 0, bytes < Limits.bytesPerCommit, ContinuousClock.now - began < Limits.timePerCommit else { break }
            waiting = takeWaiting(room)
            if waiting.isEmpty { break }
        }
        if batch.lost == nil {
            do throws(StoreError) { try connection.commit(isSynced: batch.mustSync) } catch { lose(&batch, error) }
        }
        if batch.lost == nil { noteSync(batch.mustSync) }
        if batch.lost == nil, batch.changesDirectory { commits.countDirectoryChange() }
        if batch.lost == nil { commits.count(jobs: batch.done.count, took: ContinuousClock.now - began) }
        // Before the answers: when `write` returns, everybody has been told. A password that was changed is forgotten, an idling client knows.
        if batch.lost == nil { batch.changes.publish(to: feed) }
        for (job, failure) in batch.done {
            if let failure { job.fail(failure) } else { job.finish(batch.lost) }
        }
        // After the answers: whoever got one works on while the log is copied.
        do throws(StoreError) { try connection.checkpointIfDue(Limits.logPages) } catch { die(error) }
    }

    /// After a commit: a synced one has taken all before it along; one that was not is synced a little later, if none comes in between.
    private func noteSync(_ isSynced: Bool) {
        if !isSynced, !owesSync { queue.asyncAfter(deadline: .now() + Limits.unsynced) { self.paySync() } }
        owesSync = !isSynced
    }
    private func paySync() {
        guard owesSync else { return }
        owesSync = false
        do throws(StoreError) { try connection.syncLog() } catch { die(error) }
    }

    private func run(_ job: any WriteJob, _ batch: inout Batch, _ bytes: inout Int) {
        if batch.lost != nil {
            batch.done.append((job, nil))
            return
        }
        if job.isUrgent { batch.isUrgent = true }
        // The first job of a transaction needs no savepoint: undoing it is undoing all there is.
        let isFirst = batch.kept == 0
        do {
            if !isFirst { try connection.statement("SAVEPOINT job").run() }
            let transaction = WriteTransaction(connection, numbers: numbers, now: wallClock())
            try job.run(transaction)
            try transaction.settle()
            if !job.isUrgent || !transaction.changes.isEmpty || transaction.changesDirectory { batch.mustSync = true }
            if !isFirst { try connection.statement("RELEASE job").run() }
            bytes += transaction.bytes
            batch.changes.add(transaction.changes, trace: job.trace)
            batch.changesDirectory = batch.changesDirectory || transaction.changesDirectory
            batch.done.append((job, nil))
            batch.kept += 1
        } catch {
            batch.done.append((job, error))
            undo(isFirst, &batch, error)
        }
    }
    /// Undoes the job that failed. SQLite may have undone the whole transaction by itself (disk full, I/O error): then all its jobs are lost.
    private func undo(_ isFirst: Bool, _ batch: inout Batch, _ error: any Error) {
        let cause = error as? StoreError
        numbers.forget()
        if let cause, cause.isInputOutput || cause.isCorruption { log.error("store.failed", metadata: ["error": "\(cause)"]) }
        do throws(StoreError) {
            if connection.isIdle, !isFirst { return lose(&batch, cause ?? .full) }
            if isFirst {
                if !connection.isIdle { try connection.statement("ROLLBACK").run() }
                try connection.statement("BEGIN IMMEDIATE").run()
            } else {
                try connection.statement("ROLLBACK TO job").run()
                try connection.statement("RELEASE job").run()
            }
        } catch {
            lose(&batch, error)
        }
    }
    private func lose(_ batch: inout Batch, _ error: StoreError) {
        batch.lost = error
        numbers.forget()
        if !connection.isIdle { try? connection.statement("ROLLBACK").run() }
        if error.isInputOutput { die(error) }
    }
    private func die(_ error: StoreError) {
        state.withLock { $0.isClosed = true }
        owesSync = false
        log.critical("store.dead", metadata: ["error": "\(error)", "action": "no more writes; the process ends"])
        onFatal(error)
    }
}

/// One closure on its way through the writer, with whoever waits for it.
protocol WriteJob: Sendable {
    var trace: String? { get }
    /// It goes before others, and its commit waits for none.
    var isUrgent: Bool { get }
    func run(_ transaction: WriteTransaction) throws
    /// Answers: nil for what the job returned.
    func finish(_ failure: StoreError?)
    func fail(_ error: any Error)
}

@safe final class WaitingJob<R: Sendable>: WriteJob, @unchecked Sendable {
    let trace: String?
    let isUrgent = false
    private let job: @Sendable (WriteTransaction) throws -> R
    private let continuation: UnsafeContinuation<R, any Error>
    /// Set and taken on the writer's queue alone.
    private var result: R?

    init(_ trace: String?, _ job: @escaping @Sendable (WriteTransaction) throws -> R, _ continuation: UnsafeContinuation<R, any Error>) {
        self.trace = trace
        self.job = job
        unsafe self.continuation = unsafe continuation
    }
    func run(_ transaction: WriteTransaction) throws { result = try job(transaction) }
    func finish(_ failure: StoreError?) {
        if failure == nil, let result { unsafe continuation.resume(returning: result) } else { fail(failure ?? .closed) }
    }
    func fail(_ error: any Error) { unsafe continuation.resume(throwing: error) }
}

final class UrgentJob<R: Sendable>: WriteJob, @unchecked Sendable {
    let trace: String?
    let isUrgent = true
    private let job: @Sendable (WriteTransaction) throws -> R
    private let written: @Sendable (Result<R, any Error>) -> Void
    /// Set and taken on the writer's queue alone.
    private var result: R?

    init(_ trace: String?, _ job: @escaping @Sendable (WriteTransaction) throws -> R, _ written: @escaping @Sendable (Result<R, any Error>) -> Void) {
        (self.trace, self.job, self.written) = (trace, job, written)
    }
    func run(_ transaction: WriteTransaction) throws { result = try job(transaction) }
    func finish(_ failure: StoreError?) {
        if failure == nil, let result { written(.success(result)) } else { fail(failure ?? .closed) }
    }
    func fail(_ error: any Error) { written(.failure(error)) }
}

/// Gathers what the jobs of a commit changed: one set for each account, in the order in which accounts were first touched.
struct ChangeCollector {
    private struct Gathered {
        var folders: [FolderID?: Change.Kind] = [:]
        var modseq = ModSeq.zero
        var traces: [String] = []
    }
    private var accounts: [AccountID: Gathered] = [:]
    private var order: [AccountID] = []
    /// Traces named in one set; the others are in the log of their own commit.
    private enum Limits { static let traces = 8 }

    mutating func add(_ changes: [AccountID: (modseq: ModSeq, folders: [FolderID?: Change.Kind])], trace: String?) {
        for (account, change) in changes {
            if accounts[account] == nil { order.append(account) }
            var gathered = accounts[account] ?? Gathered()
            gathered.folders.merge(change.folders) { $0.union($1) }
            gathered.modseq = max(gathered.modseq, change.modseq)
            if let trace, gathered.traces.count < Limits.traces { gathered.traces.append(trace) }
            accounts[account] = gathered
        }
    }
    func publish(to feed: ChangeFeed) {
        for account in order {
            guard let gathered = accounts[account] else { continue }
            let changes = gathered.folders.map { Change(folder: $0.key, kinds: $0.value) }
                .sorted { ($0.folder?.rawValue ?? 0) < ($1.folder?.rawValue ?? 0) }
            let trace = gathered.traces.isEmpty ? nil : gathered.traces.joined(separator: ",")
            feed.publish(ChangeSet(account: account, modseq: gathered.modseq, changes: changes, trace: trace))
        }
    }
}
