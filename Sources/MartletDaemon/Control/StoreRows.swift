// store check|stats|backup|restore.
internal import Groupware
internal import MailStore

extension ControlTable {
    static let storeRows: [String: Row] = [
        "store.check": { request, context async throws(ControlFailure) in
            let depths: [String: CheckDepth] = ["quick": .quick, "normal": .normal, "everything": .everything]
            let wanted = request.arguments["depth"]?.string ?? "normal"
            guard let depth = depths[wanted] else { throw .usage("there is no depth \(VisibleText.of(wanted)): say quick, normal or everything") }
            let findings = try await storing(orElse: ExitStatus.inputOutput) { try await context.store.check(depth) }
            return .object(["findings": .strings(findings.map { "\($0)" })])
        },
        "store.backup": { request, context async throws(ControlFailure) in
            let path = try path(of: request)
            return try await storing(orElse: ExitStatus.inputOutput) {
                do {
                    return .object(["path": .string(path), "bytes": .int(try await context.store.backUp(to: path))])
                } catch StoreError.exists {
                    throw ControlFailure(code: ExitStatus.cannotCreate, "there is a backup in \(VisibleText.of(path)) already")
                }
            }
        },
        "store.restore": { request, context async throws(ControlFailure) in
            try await restore(try path(of: request), only: request.arguments["user"]?.string, context)
        },
        "store.stats": { _, context async throws(ControlFailure) in
            statistics(try await storing(orElse: ExitStatus.inputOutput) { try await context.store.stats() })
        },
    ]

    private static func path(of request: ControlRequest) throws(ControlFailure) -> String {
        let path = request.arguments["path"]?.string ?? ""
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw .usage("name the directory of the backup") }
        return path
    }
    private static func restore(_ path: String, only user: String?, _ context: ControlContext) async throws(ControlFailure) -> JSONValue {
        let report = try await storing(orElse: ExitStatus.inputOutput) {
            do {
                let backup = try StoreBackup(path)
                let report = try await Restoration(store: context.store, backup: backup).run(only: user)
                await backup.close()
                return report
            } catch StoreError.notFound {
                throw ControlFailure(code: ExitStatus.noInput, "there is no such backup in \(VisibleText.of(path)), or no such user in it")
            }
        }
        return .object([
            "users": .int(Int64(report.users)), "brought_back": .int(Int64(report.broughtBack)), "removed": .int(Int64(report.removed)),
            "moved_or_marked": .int(Int64(report.movedOrMarked)), "folders_removed": .int(Int64(report.folders)), "absent": .strings(report.absent),
        ])
    }

    private static func statistics(_ stats: StoreStatistics) -> JSONValue {
        func count(_ number: Int) -> JSONValue { .int(Int64(number)) }
        func microseconds(_ time: Duration) -> JSONValue { .int(time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000) }
        return .object([
            "accounts": count(stats.accounts), "folders": count(stats.folders), "items": count(stats.items), "contents": count(stats.contents),
            "devices": count(stats.devices), "gone_rows": count(stats.goneRows), "item_bytes": .int(stats.itemBytes), "content_bytes": .int(stats.contentBytes),
            "page_size": count(stats.pageSize), "pages": count(stats.pages), "free_pages": count(stats.freePages), "database_bytes": .int(stats.databaseBytes),
            "log_bytes": .int(stats.logBytes), "readers": count(stats.readers), "commits": count(stats.commits), "jobs": count(stats.jobs),
            "most_jobs_in_a_commit": count(stats.mostJobs), "mean_commit_microseconds": microseconds(stats.meanCommit),
            "longest_commit_microseconds": microseconds(stats.longestCommit),
        ])
    }
}
