import Glibc

/// What is in a store, what it takes on disk, and what its writer has done since it was opened.
package struct StoreStatistics: Sendable, Equatable {
    package var accounts = 0
    package var folders = 0
    package var items = 0
    package var contents = 0
    /// Octets of all items as their owners count them, and of all contents, each once.
    package var itemBytes: Int64 = 0
    package var contentBytes: Int64 = 0
    package var devices = 0
    package var goneRows = 0
    package var pageSize = 0
    package var pages = 0
    package var freePages = 0
    package var databaseBytes: Int64 = 0
    package var logBytes: Int64 = 0
    package var readers = 0
    /// Since the store was opened: synced commits, the jobs in them, and how long a commit took from its first job to its sync.
    package var commits = 0
    package var jobs = 0
    package var mostJobs = 0
    package var meanCommit = Duration.zero
    package var longestCommit = Duration.zero
    package init() {}
}

extension MailStore {
    package func stats() async throws -> StoreStatistics {
        var stats = try await read { transaction in
            var stats = StoreStatistics()
            func number(_ sql: StaticString) throws -> Int64 { try transaction.sql(sql).first { $0.int64(0) } ?? 0 }
            stats.accounts = Int(try number("SELECT count(*) FROM account"))
            stats.folders = Int(try number("SELECT count(*) FROM folder"))
            stats.items = Int(try number("SELECT ifnull(sum(total), 0) FROM folder"))
            stats.contents = Int(try number("SELECT count(*) FROM content"))
            stats.itemBytes = try number("SELECT ifnull(sum(used), 0) FROM account")
            stats.contentBytes = try number("SELECT ifnull(sum(size), 0) FROM content")
            stats.devices = Int(try number("SELECT count(*) FROM device"))
            stats.goneRows = Int(try number("SELECT count(*) FROM gone"))
            stats.pageSize = Int(try number("PRAGMA page_size"))
            stats.pages = Int(try number("PRAGMA page_count"))
            stats.freePages = Int(try number("PRAGMA freelist_count"))
            return stats
        }
        stats.databaseBytes = size(of: directory.database)
        stats.logBytes = size(of: directory.database + "-wal")
        stats.readers = readers.count
        stats.commits = writer.commits.synced
        stats.jobs = writer.commits.finishedJobs
        stats.mostJobs = writer.commits.mostJobs
        stats.meanCommit = writer.commits.total / max(1, stats.commits)
        stats.longestCommit = writer.commits.longest
        return stats
    }
    private func size(of file: String) -> Int64 {
        var status = stat()
        return unsafe stat(file, &status) == 0 ? Int64(status.st_size) : 0
    }
}
