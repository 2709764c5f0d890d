import Glibc
import CSQLite
import Synchronization

/// The directory of a store: its file names, its modes, and the lock that keeps a second process out.
@safe final class StoreDirectory: Sendable {
    let path: String
    let database: String
    private let lock: Atomic<Int32>

    /// `.notFound` where there is nothing and nothing may be made; `.locked` where another holds it.
    init(_ path: String, create: Bool) throws(StoreError) {
        self.path = path
        database = path + "/martlet.db"
        if create { try Self.makeDirectories(path) }
        if !create, unsafe access(database, F_OK) != 0 { throw .notFound }
        let lock = try Self.open(path + "/martlet.lock")
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let failure: StoreError = errno == EWOULDBLOCK ? .locked : Self.failure("lock", path)
            _ = Glibc.close(lock)
            throw failure
        }
        // SQLite would make it readable by others; it then gives the log the mode of the database.
        do throws(StoreError) { _ = Glibc.close(try Self.open(database)) } catch {
            _ = Glibc.close(lock)
            throw error
        }
        self.lock = Atomic(lock)
    }
    deinit { release() }
    /// Lets the next one in.
    func release() {
        let held = lock.exchange(-1, ordering: .acquiringAndReleasing)
        if held >= 0 { _ = Glibc.close(held) }
    }

    private static func open(_ file: String) throws(StoreError) -> Int32 {
        let descriptor = unsafe Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("open", file) }
        return descriptor
    }
    private static func makeDirectories(_ path: String) throws(StoreError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part + "/"
            guard unsafe mkdir(made, 0o700) == 0 || errno == EEXIST else { throw failure("make", made) }
        }
    }
    private static func failure(_ verb: String, _ file: String) -> StoreError {
        let code = errno
        if code == ENOSPC || code == EDQUOT { return .full }
        return .failed(code: SQLITE_CANTOPEN, message: "cannot \(verb) \(file): \(unsafe String(cString: strerror(code)))")
    }
}

/// Milliseconds since 1970, by the wall clock.
func wallClock() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
