import CSQLite
import Dispatch
import Glibc
import Model

/// A copy of a store that nothing writes to: `martlet.db` in a directory of its own. (threat C9)
package final class StoreBackup: Sendable {
    private let readers: StoreReaders

    /// `.notFound` where there is none, `.newer` and `.failed` where it is of another version than ours.
    package init(_ directory: String) throws(StoreError) {
        let file = directory + "/martlet.db"
        guard unsafe access(file, F_OK) == 0 else { throw .notFound }
        let connection = try Connection(file, .read)
        defer { connection.close() }
        guard try connection.number("PRAGMA application_id") == Schema.applicationID else { throw .notFound }
        let version = try connection.number("PRAGMA user_version")
        if version > Schema.version { throw .newer(found: Int(version), known: Int(Schema.version)) }
        guard version == Schema.version else {
            throw .failed(code: SQLITE_SCHEMA, message: "the backup is of version \(version) and this program of \(Schema.version): serve a copy of it once")
        }
        readers = try StoreReaders(file, count: 1)
    }
    package func read<R: Sendable>(_ job: @escaping @Sendable (ReadTransaction) throws -> R) async throws -> R {
        try await unsafe withUnsafeThrowingContinuation { continuation in
            readers.add { transaction in unsafe continuation.resume(with: Result { try job(transaction.get()) }) }
        }
    }
    package func close() async { await readers.close() }

    /// What a life that begins from a backup jumps over, so that no number of the life that was lost is given out again to something else: items, UIDs of a
    /// folder, counters of an account. Clients that bring a number from in between are told so.
    private enum Jump { static let numbers: Int64 = 1 << 32, uids: Int64 = 65_536, counter: Int64 = 1 << 20 }

    /// Makes a store out of a backup where there is none: another life, with an epoch of its own. Returns when all of it is synced.
    package static func install(_ backup: String, as directory: String) throws(StoreError) {
        let file = backup + "/martlet.db"
        _ = try StoreBackup(backup)
        guard unsafe access(directory + "/martlet.db", F_OK) != 0 else { throw .exists }
        let place = try StoreDirectory(directory, create: true)
        defer { place.release() }
        let source = try Connection(file, .read)
        // The lock's maker left an empty file there; SQLite wants none.
        unsafe unlink(place.database)
        defer { source.close() }
        try copy(source, to: place.database)
        let made = try Connection(place.database, .write)
        defer { made.close() }
        try made.execute("""
            BEGIN IMMEDIATE;
            UPDATE store SET epoch = \(Int64.random(in: 1...Int64.max)), next_id = next_id + \(Jump.numbers);
            UPDATE account SET modseq = modseq + \(Jump.counter);
            UPDATE folder SET uid_next = min(uid_next + \(Jump.uids), 4294967295);
            COMMIT
            """)
        try Self.sync(place.database)
        try Self.sync(directory)
    }

    /// All that is committed as one file, packed. It appears under its name when it is whole and synced.
    fileprivate static func copy(_ source: Connection, to file: String) throws(StoreError) {
        let part = file + ".part"
        unsafe unlink(part)
        try source.execute("VACUUM INTO '\(part.replacing("'", with: "''"))'")
        unsafe chmod(part, 0o600)
        try sync(part)
        guard unsafe rename(part, file) == 0 else {
            throw .failed(code: SQLITE_CANTOPEN, message: "cannot rename \(part): \(unsafe String(cString: strerror(errno)))")
        }
    }
    fileprivate static func sync(_ path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            let words = unsafe String(cString: strerror(errno))
            if descriptor >= 0 { Glibc.close(descriptor) }
            throw .failed(code: SQLITE_CANTOPEN, message: "cannot sync \(path): \(words)")
        }
        Glibc.close(descriptor)
    }
}

extension MailStore {
    /// Copies all that is committed into a directory that is made or has no backup yet; returns its octets. One snapshot, beside all other work.
    package func backUp(to path: String) async throws -> Int64 {
        let database = directory.database
        return try await unsafe withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Int64, any Error>) in
            DispatchQueue(label: "store.backup").async {
                unsafe continuation.resume(with: Result { try Self.copy(database, into: path) })
            }
        }
    }
    private static func copy(_ database: String, into path: String) throws(StoreError) -> Int64 {
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .failed(code: SQLITE_CANTOPEN, message: "cannot make \(path): \(unsafe String(cString: strerror(errno)))")
        }
        let file = path + "/martlet.db"
        guard unsafe access(file, F_OK) != 0 else { throw .exists }
        let connection = try Connection(database, .read)
        defer { connection.close() }
        try StoreBackup.copy(connection, to: file)
        try StoreBackup.sync(path)
        var status = stat()
        return unsafe stat(file, &status) == 0 ? Int64(status.st_size) : 0
    }
}
