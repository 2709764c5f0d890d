// The check of a password: throttle, memory, slow hash, in this order. The only place that sees one.
internal import Crypto
internal import Logging
internal import MailStore
internal import Model
internal import Synchronization

/// What happened at the door.
package struct LogInCounts: Sendable {
    package var succeeded = 0
    /// Of those, without a slow hash.
    package var remembered = 0
    package var failed = 0
    package var throttled = 0
}

final class Credentials: Sendable {
    private enum Limits {
        /// RFC 5321 §4.5.3.1: 64 + 1 + 255 octets, and a Windows domain before it.
        static let name = 512
        static let password = 1_024
        /// Owner of an app password that was first used without ActiveSync: no DeviceId has a blank.
        static let mailPrograms = "mail programs"
    }
    private struct State {
        var throttle: Throttle
        var counts = LogInCounts()
    }
    let desk: HashingDesk
    let store: MailStore
    let settings: Directory.Settings
    let log: Logger
    let offersSCRAM = Mutex(false)
    let scramSecret = Mutex<[UInt8]?>(nil)
    private let memory: LogInMemory
    private let state: Mutex<State>
    /// What an unknown name is compared with: as slow as the real thing. (threat T22)
    private let nobody: Mutex<PasswordHash?>

    init(store: MailStore, settings: Directory.Settings, log: Logger) {
        self.store = store
        self.settings = settings
        self.log = log
        desk = HashingDesk(width: settings.hashWidth, waiting: settings.hashQueue)
        memory = LogInMemory(lifetime: settings.rememberFor, capacity: settings.rememberCount)
        state = Mutex(State(throttle: Throttle(settings.throttle)))
        nobody = Mutex(nil)
    }
    var counts: LogInCounts { state.withLock { $0.counts } }

    /// Who has proved what: the account, the very secret, and whether the account is on its way out.
    struct Proof: Sendable {
        let logIn: LogIn
        let credential: CredentialRow
        var isDeparting = false
    }
    /// `device` nil: a program for mail, on whatever machine.
    func logIn(_ given: String, password: String, service: String, address: String) async throws(LogInFailure) -> LogIn {
        let proof = try await prove(given, password, service, address, admitsDeparting: false)
        try await bind(proof, given, password, to: Limits.mailPrograms, service, address)
        return proof.logIn
    }
    /// An app password belongs to whoever uses it first, and is wrong for everybody else.
    func bind(_ proof: Proof, _ given: String, _ password: String, to device: String, _ service: String, _ address: String) async throws(LogInFailure) {
        guard !proof.credential.label.isEmpty, proof.credential.device != device else { return }
        let isFirst: Bool
        do {
            isFirst = try await store.write { try $0.bindCredential(proof.credential.id, to: device) }
        } catch {
            log.error("login.store", metadata: ["error": "\(error)"])
            throw .tryLater
        }
        guard isFirst else { throw refuse(.wrong, LogInName.key(of: given), service, address) }
        memory.bound(LogInName.key(of: given), password, to: device)
    }
    func prove(
        _ given: String, _ password: String, _ service: String, _ address: String, admitsDeparting: Bool
    ) async throws(LogInFailure) -> Proof {
        guard !given.isEmpty, given.utf8.count <= Limits.name, !password.isEmpty, password.utf8.count <= Limits.password, !password.contains("\0") else {
            throw refuse(.wrong, "", service, address)
        }
        let name = LogInName.key(of: given)
        if let known = await remembered(name, password) {
            state.withLock {
                $0.counts.succeeded += 1; $0.counts.remembered += 1
            }
            return known
        }
        try await admit(name, service, address)
        return try await verified(name, password, service, address, admitsDeparting)
    }
    /// The throttle's word, waited for.
    func admit(_ name: String, _ service: String, _ address: String) async throws(LogInFailure) {
        switch state.withLock({ $0.throttle.verdict(address: address, name: name, now: .now) }) {
        case .go: break
        case .refuse: throw refuse(.throttled, name, service, address)
        case .wait(let delay):
            // A suspended task, not a thread: ten thousand of them cost nothing.
            try? await Task.sleep(for: delay)
            state.withLock { $0.throttle.waited(address: address) }
        }
    }
    func failed(_ name: String, _ address: String) { state.withLock { $0.throttle.failed(address: address, name: name, now: .now) } }
    func succeeded(_ name: String, _ address: String) {
        state.withLock { state in
            state.throttle.succeeded(address: address, name: name, now: .now)
            state.counts.succeeded += 1
        }
    }

    private func remembered(_ name: String, _ password: String) async -> Proof? {
        switch memory.recall(name, password) {
        case .nothing: return nil
        case .known(let entry): return Proof(logIn: entry.logIn, credential: entry.credential)
        case .doubtful(let entry, let change):
            // The account has changed since: one read tells whether this password is still one of its own.
            guard let found = try? await read(name), memory.confirm(entry, change, found.account, found.secrets) else { return nil }
            return Proof(logIn: entry.logIn, credential: entry.credential)
        }
    }

    private func verified(
        _ name: String, _ password: String, _ service: String, _ address: String, _ admitsDeparting: Bool
    ) async throws(LogInFailure) -> Proof {
        let subscribed = LogInMemory.Watch()
        let found: Found?
        do {
            found = try await read(name)
            if let found { subscribed.begin(store.feed, found.account.id) }
        } catch {
            log.error("login.store", metadata: ["error": "\(error)"])
            throw .tryLater
        }
        // Read again now that changes are heard: what changed in between must not be remembered.
        let current = found == nil ? nil : try? await read(name)
        let candidates = current?.secrets.filter { $0.kind == "scrypt" }.compactMap { row in PasswordHash(encoded: row.secret).map { (row, $0) } } ?? []
        let decoy = candidates.isEmpty ? try await decoyHash() : nil
        let answer = await desk.run { () -> CredentialRow? in
            if let decoy { _ = decoy.matches(password) }
            return candidates.first { $0.1.matches(password) }?.0
        }
        guard let answer else {
            log.warning("login.busy", metadata: ["service": "\(service)", "address": "\(address)"])
            throw .tryLater
        }
        guard let answer, let current else {
            failed(name, address)
            throw refuse(.wrong, name, service, address)
        }
        let logIn = LogIn(account: current.account.id, name: current.account.name)
        // Never remembered: what a departing account may still do is asked of the store each time.
        if admitsDeparting, current.account.state == .departing {
            succeeded(name, address)
            return Proof(logIn: logIn, credential: answer, isDeparting: true)
        }
        guard current.account.state == .enabled else { throw refuse(.disabled, name, service, address) }
        memory.remember(name, password, logIn, answer, subscribed)
        succeeded(name, address)
        log.debug("login.succeeded", metadata: ["account": "\(logIn.account)", "service": "\(service)", "address": "\(address)"])
        await completeKeys(logIn.account, password, answer, current.secrets)
        return Proof(logIn: logIn, credential: answer)
    }

    struct Found: Sendable {
        let account: AccountRow
        let secrets: [CredentialRow]
    }
    func read(_ name: String) async throws -> Found? {
        try await store.read { transaction in
            guard let account = try LogInName.account(name, in: transaction) else {
                // Nobody's secrets are looked for like somebody's. (threat T22)
                _ = try transaction.credentials(of: AccountID(1))
                return nil
            }
            return Found(account: account, secrets: try transaction.credentials(of: account.id))
        }
    }
    private func decoyHash() async throws(LogInFailure) -> PasswordHash {
        if let made = nobody.withLock({ $0 }) { return made }
        let cost = settings.passwordCost
        guard let made = await desk.run({ PasswordHash.make("nobody", cost: cost) }), let made else { throw .tryLater }
        nobody.withLock { $0 = made }
        return made
    }
    /// Counts and logs a failure once. The name is the client's own text: the log escapes it. (threat T41)
    func refuse(_ failure: LogInFailure, _ name: String, _ service: String, _ address: String) -> LogInFailure {
        state.withLock { state in
            if failure == .throttled { state.counts.throttled += 1 } else { state.counts.failed += 1 }
        }
        log.notice("login.failed", metadata: ["reason": "\(failure)", "name": "\(name)", "service": "\(service)", "address": "\(address)"])
        return failure
    }
}

/// What people type as their name.
enum LogInName {
    /// As addresses are found; `DOMAIN\user`, which phones send, is `user@domain`.
    static func key(of given: String) -> String {
        let lower = MailAddress.key(of: given)
        guard let slash = lower.firstIndex(of: "\\") else { return lower }
        let domain = lower[..<slash], user = lower[lower.index(after: slash)...]
        return user.contains("@") ? String(user) : "\(user)@\(domain)"
    }
    /// By its name; by an address that leads to it alone; and without a domain where only one domain has such a user.
    static func account(_ key: String, in transaction: ReadTransaction) throws -> AccountRow? {
        if let account = try transaction.account(named: key) { return account }
        if key.contains("@") {
            let targets = try transaction.targets(of: key)
            guard targets.count == 1, case .account(let id) = targets[0].target else { return nil }
            return try transaction.account(id)
        }
        var found: AccountRow?
        for domain in try transaction.domains().prefix(100) {
            guard let account = try transaction.account(named: "\(key)@\(domain)") else { continue }
            guard found == nil else { return nil }
            found = account
        }
        return found
    }
}
