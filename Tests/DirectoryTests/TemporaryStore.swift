import Crypto
import Directory
import Glibc
import Logging
import MailStore
import Model

/// A store in a folder of its own that goes with it, and a directory with cheap passwords.
final class TemporaryStore {
    let path: String
    let store: MailStore
    let directory: Directory

    init(remember: Duration = .seconds(300), cost: PasswordHash.Cost = .cheap, throttle: Throttle.Settings = Throttle.Settings(), scram: Int = 0) throws {
        var template = Array("/tmp/martlet-directory.XXXXXX\0".utf8).map { CChar(bitPattern: $0) }
        guard unsafe mkdtemp(&template) != nil else { throw StoreError.notFound }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        store = try MailStore.open(path, log: quiet)
        var settings = Directory.Settings()
        settings.passwordCost = cost
        settings.rememberFor = remember
        settings.throttle = throttle
        settings.scramIterations = scram
        directory = Directory(store: store, settings: settings, log: quiet)
    }
    func close() async {
        await store.close()
        for name in ["martlet.db", "martlet.db-wal", "martlet.db-shm", "martlet.lock"] { unsafe unlink("\(path)/\(name)") }
        unsafe rmdir(path)
    }
    var administration: Administration { directory.administration }
    /// example.org with ann and bob.
    func furnish() async throws {
        try await administration.addDomain("example.org")
        try await administration.addUser("ann@example.org", displayName: "Ann", password: "apple")
        try await administration.addUser("bob@example.org", password: "pear")
    }
}

func withStore(
    remember: Duration = .seconds(300), cost: PasswordHash.Cost = .cheap, throttle: Throttle.Settings = Throttle.Settings(), scram: Int = 0,
    _ body: (TemporaryStore) async throws -> Void
) async throws {
    let store = try TemporaryStore(remember: remember, cost: cost, throttle: throttle, scram: scram)
    do {
        try await store.furnish()
        try await body(store)
    } catch {
        await store.close()
        throw error
    }
    await store.close()
}
