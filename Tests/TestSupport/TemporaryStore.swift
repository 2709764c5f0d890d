import Glibc
package import MailStore

/// A store in a directory of its own, which goes with it.
package final class TemporaryStore: Sendable {
    package let path: String
    package let store: MailStore

    package init() throws {
        path = Self.makeDirectory()
        store = try MailStore.open(path)
    }
    private static func makeDirectory() -> String {
        let path = "/tmp/martlet-store.\(UInt64.random(in: 0...UInt64.max))"
        unsafe mkdir(path, 0o700)
        return path
    }
    deinit {
        for name in ["martlet.db", "martlet.db-wal", "martlet.db-shm", "martlet.lock"] { unsafe unlink(path + "/" + name) }
        unsafe rmdir(path)
    }
}
