import Synchronization

/// What the writer has done since the store was opened.
final class CommitCounts: Sendable {
    private let commits = Atomic<Int>(0)
    private let jobs = Atomic<Int>(0)
    private let nanoseconds = Atomic<Int>(0)
    private let slowest = Atomic<Int>(0)
    private let largest = Atomic<Int>(0)
    private let directoryChanges = Atomic<Int>(0)

    /// Called by the writer alone.
    func count(jobs number: Int, took time: Duration) {
        let taken = Int(time / .nanoseconds(1))
        commits.wrappingAdd(1, ordering: .sequentiallyConsistent)
        jobs.wrappingAdd(number, ordering: .relaxed)
        nanoseconds.wrappingAdd(taken, ordering: .relaxed)
        if taken > slowest.load(ordering: .relaxed) { slowest.store(taken, ordering: .relaxed) }
        if number > largest.load(ordering: .relaxed) { largest.store(number, ordering: .relaxed) }
    }
    /// Called by the writer alone, after a commit that changed who has which address, and before its answers.
    func countDirectoryChange() { directoryChanges.wrappingAdd(1, ordering: .sequentiallyConsistent) }
    var directory: Int { directoryChanges.load(ordering: .sequentiallyConsistent) }
    var synced: Int { commits.load(ordering: .sequentiallyConsistent) }
    var finishedJobs: Int { jobs.load(ordering: .relaxed) }
    var total: Duration { .nanoseconds(nanoseconds.load(ordering: .relaxed)) }
    var longest: Duration { .nanoseconds(slowest.load(ordering: .relaxed)) }
    var mostJobs: Int { largest.load(ordering: .relaxed) }
}
