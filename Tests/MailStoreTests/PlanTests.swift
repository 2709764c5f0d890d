import CSQLite
import MailStore
import Testing
import TestSupport

/// Hot queries must be answered from an index or a range of keys, whatever the size of the folder. The plans are read back for every statement that the
/// store has prepared by using it, so none can be forgotten: a SCAN or a sort is allowed only where it is listed.
@Suite struct PlanTests {
    /// Administration and statistics: small tables, or asked for once a day.
    static let mayScan = [
        "FROM domain ORDER BY name", "FROM account ORDER BY name", "FROM address ORDER BY address", "FROM device ORDER BY account", "count(*) FROM account",
        "count(*) FROM folder", "sum(total)", "count(*) FROM content", "sum(used)", "sum(size)", "count(*) FROM device", "count(*) FROM gone",
        "FROM queued_recipient GROUP BY state", "FROM history ORDER BY id LIMIT", "FROM store", "UPDATE store", "FROM address WHERE substr", "WHERE substr(address.address, -length(:suffix))", "WHERE EXISTS (SELECT 1 FROM gone WHERE folder = folder.id)",
    ]
    static let maySort = ["WHERE thread = :thread AND folder.account", "FROM address WHERE account = :account ORDER BY address", "FROM queued_recipient GROUP BY state"]

    @Test func everyStatementUsesAnIndex() async throws {
        let place = TemporaryDirectory()
        try await CheckTests.fill(place.path)
        let store = try MailStore.open(place.path)
        try await useEverything(of: store)
        let statements = try await store.preparedStatements()
        await store.close()
        #expect(statements.count > 60)
        for sql in statements where !sql.hasPrefix("PRAGMA") {
            for line in try plan(of: sql, in: place.path) {
                // "SCAN CONSTANT ROW" and subqueries over what was found already are no scans of a table.
                let scans = line.hasPrefix("SCAN") && !line.hasPrefix("SCAN CONSTANT") && !line.hasPrefix("SCAN (")
                if scans { #expect(Self.mayScan.contains { sql.contains($0) }, "\(sql)\n\(line)") }
                if line.contains("USE TEMP B-TREE") { #expect(Self.maySort.contains { sql.contains($0) }, "\(sql)\n\(line)") }
            }
        }
    }
    /// A check that goes through one table for each row of another takes for ever on a grown store.
    @Test func checksJoinByAnIndex() async throws {
        let place = TemporaryDirectory()
        try await CheckTests.fill(place.path)
        for query in Rule.all.flatMap(\.queries) {
            let lines = try plan(of: query, in: place.path)
            #expect(!lines.isEmpty)
            #expect(!lines.contains { $0.hasPrefix("SCAN") && $0.hasSuffix("LEFT-JOIN") }, "\(query)\n\(lines.joined(separator: "\n"))")
        }
    }
    private func plan(of sql: String, in path: String) throws -> [String] {
        var database: OpaquePointer?, statement: OpaquePointer?
        try #require(unsafe sqlite3_open(path + "/martlet.db", &database) == SQLITE_OK)
        defer { unsafe sqlite3_close(database) }
        let code = unsafe sqlite3_prepare_v2(database, "EXPLAIN QUERY PLAN " + sql, -1, &statement, nil)
        guard code == SQLITE_OK else { return [] }
        defer { unsafe sqlite3_finalize(statement) }
        var lines: [String] = []
        while unsafe sqlite3_step(statement) == SQLITE_ROW { lines.append(unsafe String(cString: sqlite3_column_text(statement, 3))) }
        return lines
    }
}
