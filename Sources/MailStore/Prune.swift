package import Model

/// Forgets what nobody can ask for any more: `gone` rows and removed folders past the horizon, and keys of threads that have no items.
extension MailStore {
    package struct Pruned: Sendable, Equatable {
        package var gone = 0
        package var folders = 0
        package var threadKeys = 0
        package var history = 0
        package var greylist = 0
        package var answers = 0
        package init() {}
    }
    /// How long what has gone is remembered at least, and how long a device that does not call holds it back.
    package enum Horizon {
        package static let remembered: Int64 = 90 * 86_400_000
        package static let silentDevice: Int64 = 180 * 86_400_000
        /// Longer than any period between two automatic answers to one sender.
        static let answered: Int64 = 30 * 86_400_000
        /// Rows removed in one job, so that nobody waits long for the writer.
        static let slice = 2000
    }

    /// One round, in many small jobs. To be called now and then; `now` is the wall clock.
    package func prune(now: Timestamp) async throws -> Pruned {
        var pruned = Pruned()
        let old = Timestamp(milliseconds: now.rawValue - Horizon.remembered), silent = Timestamp(milliseconds: now.rawValue - Horizon.silentDevice)
        let folders = try await read { tx in
            try tx.sql("SELECT id FROM folder WHERE EXISTS (SELECT 1 FROM gone WHERE folder = folder.id)").rows { FolderID($0.int64(0)) }
        }
        for folder in folders {
            var removed = Horizon.slice
            while removed >= Horizon.slice {
                removed = try await write { try $0.pruneGone(in: folder, before: old, silent: silent) }
                pruned.gone += removed
            }
        }
        for account in try await read({ try $0.accounts().map(\.id) }) {
            pruned.folders += try await write { try $0.pruneGoneFolders(of: account, before: old, silent: silent) }
        }
        var from: (Int64, Int64)? = (0, .min)
        while let start = from {
            let step = try await write { try $0.pruneThreadKeys(from: start) }
            pruned.threadKeys += step.removed
            from = step.next
        }
        var forgotten = Horizon.slice
        while forgotten >= Horizon.slice {
            forgotten = try await write { try $0.pruneHistory(before: Timestamp(milliseconds: now.rawValue - QueueLimits.remembered)) }
            pruned.history += forgotten
        }
        forgotten = Horizon.slice
        while forgotten >= Horizon.slice {
            forgotten = try await write { try $0.pruneGreylist() }
            pruned.greylist += forgotten
        }
        forgotten = Horizon.slice
        while forgotten >= Horizon.slice {
            forgotten = try await write { try $0.pruneAnswers(before: Timestamp(milliseconds: now.rawValue - Horizon.answered)) }
            pruned.answers += forgotten
        }
        return pruned
    }
}

extension WriteTransaction {
    /// Removes at most a slice of rows, lowest modseqs first, whole modseqs only; the folder's floor tells what cannot be answered any more.
    func pruneGone(in folder: FolderID, before old: Timestamp, silent: Timestamp) throws -> Int {
        let needed = try sql("""
            SELECT min(sync_state.modseq) FROM sync_state JOIN device ON device.id = sync_state.device WHERE folder = :folder AND last_seen >= :silent
            """).first(folder, silent) { $0.optionalInt64(0) } ?? nil
        let young = try sql("SELECT min(modseq) FROM gone WHERE folder = :folder AND time >= :old").first(folder, old) { $0.optionalInt64(0) } ?? nil
        let limit = min(needed ?? .max, young.map { $0 - 1 } ?? .max)
        // The modseq of the slice's last row; all rows of that modseq go with it.
        let last = try sql("""
            SELECT max(modseq), count(*) FROM (SELECT modseq FROM gone WHERE folder = :folder AND modseq <= :limit ORDER BY modseq LIMIT :slice)
            """).first(folder, limit, MailStore.Horizon.slice) { $0.optionalInt64(0) } ?? nil
        guard let floor = last else { return 0 }
        try sql("DELETE FROM gone WHERE folder = :folder AND modseq <= :floor").run(folder, floor)
        let removed = connection.changes
        try sql("UPDATE folder SET gone_floor = max(gone_floor, :floor) WHERE id = :folder").run(floor, folder)
        return removed
    }
    func pruneGoneFolders(of account: AccountID, before old: Timestamp, silent: Timestamp) throws -> Int {
        let needed = try sql("""
            SELECT min(sync_state.modseq) FROM sync_state JOIN device ON device.id = sync_state.device
            WHERE folder = 0 AND device.account = :account AND last_seen >= :silent
            """).first(account, silent) { $0.optionalInt64(0) } ?? nil
        let floor = try sql("SELECT max(modseq) FROM gone_folder WHERE account = :account AND modseq <= :needed AND time < :old")
            .first(account, needed ?? .max, old) { $0.optionalInt64(0) } ?? nil
        guard let floor else { return 0 }
        try sql("DELETE FROM gone_folder WHERE account = :account AND modseq <= :floor").run(account, floor)
        let removed = connection.changes
        try sql("UPDATE account SET folder_floor = max(folder_floor, :floor) WHERE id = :account").run(floor, account)
        return removed
    }
    /// Looks at one slice of keys from a position on; nil as the next where they end.
    func pruneThreadKeys(from start: (Int64, Int64)) throws -> (removed: Int, next: (Int64, Int64)?) {
        let keys = try sql("SELECT account, key, thread FROM thread_key WHERE (account, key) >= (:account, :key) ORDER BY account, key LIMIT :limit")
            .rows(start.0, start.1, MailStore.Horizon.slice + 1) { (account: $0.int64(0), key: $0.int64(1), thread: $0.int64(2)) }
        var removed = 0
        for row in keys.prefix(MailStore.Horizon.slice) {
            if try sql("SELECT 1 FROM item WHERE thread = :thread LIMIT 1").first(row.thread, make: { _ in true }) != nil { continue }
            try sql("DELETE FROM thread_key WHERE account = :account AND key = :key").run(row.account, row.key)
            removed += 1
        }
        return (removed, keys.count > MailStore.Horizon.slice ? keys.last.map { ($0.account, $0.key) } : nil)
    }
}
