import CSQLite
import Model

/// One prepared statement and, while it steps, its current row. Confined to the thread of its connection.
/// Parameters are bound in the order in which their names first appear in the SQL.
@safe final class Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ handle: OpaquePointer, of connection: OpaquePointer) {
        unsafe self.handle = handle
        unsafe self.connection = connection
    }
    func finalize() { unsafe sqlite3_finalize(handle) }

    var text: String { unsafe sqlite3_sql(handle).map { unsafe String(cString: $0) } ?? "" }

    // MARK: running

    /// For statements without rows, or whose rows do not matter.
    @inline(__always) func run<each Value: Bindable>(_ values: repeat each Value) throws(StoreError) {
        bind(repeat each values)
        defer { reset() }
        while try step() {}
    }
    /// The same with octets as its last parameter, bound in place.
    func run(_ first: some Bindable, borrowing bytes: UnsafeRawBufferPointer) throws(StoreError) {
        first.bind(to: self, at: 1)
        unsafe bind(2, borrowing: bytes)
        defer {
            reset()
            bindNull(2)
        }
        while try step() {}
    }
    /// The first row, made into something; nil where there is none.
    @inline(__always) func first<Made, each Value: Bindable>(
        _ values: repeat each Value, make: (Statement) -> Made
    ) throws(StoreError) -> Made? {
        bind(repeat each values)
        defer { reset() }
        return try step() ? make(self) : nil
    }
    /// Every row, made into something. `make` must not run this statement again.
    @inline(__always) func rows<Made, each Value: Bindable>(
        _ values: repeat each Value, make: (Statement) -> Made
    ) throws(StoreError) -> [Made] {
        var all: [Made] = []
        try rows(repeat each values, into: &all, make: make)
        return all
    }
    @inline(__always) func rows<Made, each Value: Bindable>(
        _ values: repeat each Value, into all: inout [Made], make: (Statement) -> Made
    ) throws(StoreError) {
        bind(repeat each values)
        defer { reset() }
        while try step() { all.append(make(self)) }
    }
    @inline(__always) private func bind<each Value: Bindable>(_ values: repeat each Value) {
        var index: Int32 = 1
        for value in repeat each values {
            value.bind(to: self, at: index)
            index += 1
        }
    }

    /// True while there is a row.
    func step() throws(StoreError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw unsafe StoreError(code: code, connection)
    }
    func reset() { unsafe sqlite3_reset(handle) }

    // MARK: parameters

    func bind(_ index: Int32, _ value: Int64) { unsafe sqlite3_bind_int64(handle, index, value) }
    func bindNull(_ index: Int32) { unsafe sqlite3_bind_null(handle, index) }
    func bind(_ index: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = unsafe sqlite3_bind_text64(
                handle, index, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self) ?? emptyText(), UInt64(bytes.count),
                martlet_sqlite_transient(), UInt8(SQLITE_UTF8))
        }
    }
    func bind(_ index: Int32, _ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe bind(index, copying: $0) }
    }
    func bind(_ index: Int32, copying bytes: UnsafeRawBufferPointer) {
        if unsafe bytes.isEmpty { unsafe sqlite3_bind_zeroblob(handle, index, 0); return }
        unsafe sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), martlet_sqlite_transient())
    }
    /// Binds octets in place; they must stay until the statement has been reset.
    func bind(_ index: Int32, borrowing bytes: UnsafeRawBufferPointer) {
        if unsafe bytes.isEmpty { unsafe sqlite3_bind_zeroblob(handle, index, 0); return }
        unsafe sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), nil)
    }
    private func emptyText() -> UnsafePointer<CChar> { unsafe sqlite3_errstr(SQLITE_OK) }

    // MARK: columns of the current row

    @inline(__always) func int64(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }
    @inline(__always) func int(_ column: Int32) -> Int { Int(unsafe sqlite3_column_int64(handle, column)) }
    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }
    func optionalInt64(_ column: Int32) -> Int64? { isNull(column) ? nil : int64(column) }
    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))), as: UTF8.self)
    }
    func blob(_ column: Int32) -> [UInt8] { unsafe withBlob(column) { unsafe Array($0) } }
    func append(blob column: Int32, to bytes: inout [UInt8]) {
        unsafe withBlob(column) { unsafe bytes.append(contentsOf: $0) }
    }
    /// Part of the octets, cut at their end.
    func append(blob column: Int32, _ part: Range<Int>, to bytes: inout [UInt8]) {
        unsafe withBlob(column) { all in
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: all[part.clamped(to: 0..<all.count)]))
        }
    }
    /// The octets in place, until the next step.
    private func withBlob<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return unsafe body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return unsafe body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}

/// What can stand for a parameter.
protocol Bindable {
    func bind(to statement: Statement, at index: Int32)
}
extension Int64: Bindable { func bind(to statement: Statement, at index: Int32) { statement.bind(index, self) } }
extension Int: Bindable { func bind(to statement: Statement, at index: Int32) { statement.bind(index, Int64(self)) } }
extension UInt32: Bindable { func bind(to statement: Statement, at index: Int32) { statement.bind(index, Int64(self)) } }
extension Bool: Bindable { func bind(to statement: Statement, at index: Int32) { statement.bind(index, self ? 1 : 0) } }
extension String: Bindable { func bind(to statement: Statement, at index: Int32) { statement.bind(index, self) } }
extension [UInt8]: Bindable { func bind(to statement: Statement, at index: Int32) { statement.bind(index, self) } }
extension Optional: Bindable where Wrapped: Bindable {
    func bind(to statement: Statement, at index: Int32) {
        if let self { self.bind(to: statement, at: index) } else { statement.bindNull(index) }
    }
}
extension StoredID {
    func bind(to statement: Statement, at index: Int32) { statement.bind(index, rawValue) }
}
extension AccountID: Bindable {}
extension FolderID: Bindable {}
extension ItemID: Bindable {}
extension ContentID: Bindable {}
extension ThreadID: Bindable {}
extension DeviceID: Bindable {}
extension ModSeq: Bindable {}
extension Timestamp: Bindable { func bind(to statement: Statement, at index: Int32) { statement.bind(index, rawValue) } }
