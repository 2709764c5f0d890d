import CSQLite

/// One open database with its prepared statements. Not thread-safe: its owner keeps it on one thread at a time.
@safe final class Connection {
    enum Mode { case write, read }
    private let handle: OpaquePointer
    /// By the address of the literal: a literal is its own name for as long as the process lives.
    private var statements: [UInt: Statement] = [:]
    private var isClosed = false
    /// Pages in the log after the last commit; only a writer counts them.
    private let logPages: UnsafeMutablePointer<Int32>
    /// For parts of large values; only readers have it, whose transactions close it.
    let partial: PartialBlob?

    init(_ path: String, _ mode: Mode, vfs: String? = nil) throws(StoreError) {
        var opened: OpaquePointer?
        let flags = (mode == .write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        // Without the memory for it the log is written piece by piece.
        let gathering = mode == .write ? unsafe martlet_sqlite_gather(vfs) : nil
        let code = if let gathering = unsafe gathering { unsafe sqlite3_open_v2(path, &opened, flags, gathering) } else {
            unsafe sqlite3_open_v2(path, &opened, flags, vfs)
        }
        guard code == SQLITE_OK, let opened = unsafe opened else {
            let failure = unsafe StoreError(code: code, opened)
            unsafe sqlite3_close_v2(opened)
            throw failure
        }
        unsafe handle = opened
        unsafe logPages = .allocate(capacity: 1)
        unsafe logPages.initialize(to: 0)
        partial = mode == .read ? unsafe PartialBlob(opened) : nil
        unsafe martlet_sqlite_no_checkpoint_on_close(opened)
    }
    deinit {
        close()
        unsafe logPages.deallocate()
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        partial?.close()
        for statement in statements.values { statement.finalize() }
        statements = [:]
        unsafe sqlite3_close_v2(handle)
    }
    /// The statement of a literal, prepared when it is first asked for. (measured.md §3: 8.4 µs to prepare)
    func statement(_ sql: StaticString) throws(StoreError) -> Statement {
        let key = unsafe UInt(bitPattern: sql.utf8Start)
        if let known = statements[key] { return known }
        let made = try unsafe prepare(UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self), sql.utf8CodeUnitCount)
        statements[key] = made
        return made
    }
    /// Runs statements that bind nothing: migrations, pragmas.
    func execute(_ sql: String) throws(StoreError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe StoreError(code: code, handle) }
    }
    /// Rows of a query that is asked once: pragmas, checks, plans.
    func query<Made>(_ sql: String, make: (Statement) -> Made) throws(StoreError) -> [Made] {
        let statement = try unsafe prepare(sql, sql.utf8.count)
        defer { statement.finalize() }
        return try statement.rows(make: make)
    }
    func number(_ sql: String) throws(StoreError) -> Int64 { try query(sql) { $0.int64(0) }.first ?? 0 }

    private func prepare(_ sql: UnsafePointer<CChar>, _ length: Int) throws(StoreError) -> Statement {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(handle, sql, Int32(length), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else { throw unsafe StoreError(code: code, handle) }
        return unsafe Statement(prepared, of: handle)
    }

    /// The text of every statement prepared so far.
    var statementTexts: [String] { statements.values.map(\.text).sorted() }
    /// Rows that the last statement changed.
    var changes: Int { Int(unsafe sqlite3_changes64(handle)) }
    /// No transaction is open, perhaps because SQLite undid it by itself after an error.
    var isIdle: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }
    /// From now on the log is copied into the database only by `checkpoint` and `checkpointIfDue`.
    func checkpointByHand() { unsafe martlet_sqlite_count_log(handle, logPages) }
    /// Copies what readers allow once the log has grown enough; nobody is waited for. Fails only where the disk does: without room the log just stays.
    func checkpointIfDue(_ pages: Int32) throws(StoreError) {
        guard unsafe logPages.pointee >= pages else { return }
        unsafe logPages.pointee = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        if code & 0xFF == SQLITE_IOERR { throw unsafe StoreError(code: code, handle) }
    }
    /// Commits. `isSynced` false: on its way to the disk only, until `syncLog` or a later commit.
    func commit(isSynced: Bool) throws(StoreError) {
        if !isSynced { unsafe martlet_sqlite_spare_sync(handle, 1) }
        defer { if !isSynced { unsafe martlet_sqlite_spare_sync(handle, 0) } }
        try statement("COMMIT").run()
    }
    func syncLog() throws(StoreError) {
        let code = unsafe martlet_sqlite_sync_log(handle)
        guard code == SQLITE_OK else { throw unsafe StoreError(code: code, handle) }
    }
    /// Copies the log into the database and empties it, as far as readers allow.
    func checkpoint() { if !isClosed { unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) } }
}
