import CSQLite

/// Reads part of one row's octets without the rest of them: the pages of a large value that come after the part stay untouched.
/// Opened once for a transaction and moved from row to row; open, it holds the snapshot, so it must be closed before the transaction ends.
@safe final class PartialBlob {
    private let connection: OpaquePointer
    private var handle: OpaquePointer?

    init(_ connection: OpaquePointer) { unsafe self.connection = connection }

    /// Appends a part of `body.data` of a row; false where there is no such row or the part goes beyond its end.
    func append(piece: Int64, _ part: Range<Int>, to bytes: inout [UInt8]) throws(StoreError) -> Bool {
        guard let count = Int32(exactly: part.count), let offset = Int32(exactly: part.lowerBound) else { return false }
        var code = SQLITE_OK
        if let open = unsafe handle {
            code = unsafe sqlite3_blob_reopen(open, piece)
        } else {
            var opened: OpaquePointer?
            code = unsafe sqlite3_blob_open(connection, "main", "body", "data", piece, 0, &opened)
            unsafe handle = opened
        }
        // A handle that could not be moved is of no more use. A row that is not there is SQLITE_ERROR.
        guard code == SQLITE_OK, let open = unsafe handle else {
            let failure = unsafe StoreError(code: code, connection)
            close()
            if code == SQLITE_ERROR { return false }
            throw failure
        }
        guard part.upperBound <= Int(unsafe sqlite3_blob_bytes(open)) else { return false }
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: part.count))
        code = unsafe bytes.withUnsafeMutableBytes { unsafe sqlite3_blob_read(open, $0.baseAddress.map { unsafe $0 + start }, count, offset) }
        guard code == SQLITE_OK else { throw unsafe StoreError(code: code, connection) }
        return true
    }
    func close() {
        unsafe sqlite3_blob_close(handle)
        unsafe handle = nil
    }
}
