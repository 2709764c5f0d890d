import CSQLite

extension StoreError {
    /// Translates a result code of SQLite; `handle` has the words to it. Extended codes are on.
    init(code: Int32, _ handle: OpaquePointer?) {
        switch code {
        case SQLITE_FULL, SQLITE_NOMEM, SQLITE_IOERR_NOMEM_EXTENDED: self = .full
        case SQLITE_CONSTRAINT_UNIQUE_EXTENDED, SQLITE_CONSTRAINT_PRIMARYKEY_EXTENDED: self = .exists
        default:
            let words = unsafe handle.flatMap { unsafe sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
            self = .failed(code: code, message: unsafe words.map { unsafe String(cString: $0) } ?? "unknown")
        }
    }
    /// Whether the file itself could not be read or written: nothing that follows can be believed. (threat C5)
    var isInputOutput: Bool {
        if case .failed(let code, _) = self { return code & 0xFF == SQLITE_IOERR }
        return false
    }
    var isCorruption: Bool {
        if case .failed(let code, _) = self { return code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB }
        return false
    }
}

// Macros with arithmetic in them are invisible to Swift.
let SQLITE_IOERR_NOMEM_EXTENDED: Int32 = SQLITE_IOERR | 12 << 8
let SQLITE_CONSTRAINT_UNIQUE_EXTENDED: Int32 = SQLITE_CONSTRAINT | 8 << 8
let SQLITE_CONSTRAINT_PRIMARYKEY_EXTENDED: Int32 = SQLITE_CONSTRAINT | 6 << 8
