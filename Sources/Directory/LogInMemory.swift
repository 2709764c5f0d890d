// Passwords that were right a moment ago, as keyed hashes in memory. Holds no password and survives no restart.
internal import Crypto
internal import MailStore
internal import Model
internal import Synchronization

/// 1. An entry is found only by the very name and password that made it: its key is HMAC(secret of this process, name, password).
/// 2. An entry whose account changed since is doubtful: it counts for nothing until one read has shown that the account is enabled and
///    still has the credential that was verified.
/// 3. An entry ends with its lifetime, whether used or not.
final class LogInMemory: Sendable {
    /// Hears changes of one account. Begun before the credentials are read, so that no change falls between.
    final class Watch: Sendable {
        private let state = Mutex((changes: 0, seen: 0))
        private let subscription = Mutex<Subscription?>(nil)

        func begin(_ feed: ChangeFeed, _ account: AccountID) {
            let new = feed.subscribe(to: account) { [weak self] changes in
                if changes.contains(.account) { self?.state.withLock { $0.changes += 1 } }
            }
            subscription.withLock { $0 = new }
        }
        /// How many changes were heard, where the last ones have not been looked at; nil when all have.
        var unseen: Int? { state.withLock { $0.changes == $0.seen ? nil : $0.changes } }
        func look(upTo change: Int) { state.withLock { $0.seen = max($0.seen, change) } }
    }
    struct Entry: Sendable {
        let logIn: LogIn
        fileprivate let key: [UInt8]
        fileprivate(set) var credential: CredentialRow
        fileprivate let expires: ContinuousClock.Instant
        fileprivate let watch: Watch
    }
    /// `doubtful` says up to which change the entry has to be confirmed.
    enum Recollection { case nothing, known(Entry), doubtful(Entry, Int) }

    private let secret = Random.bytes(32)
    private let lifetime: Duration
    private let capacity: Int
    private let entries = Mutex<[[UInt8]: Entry]>([:])

    init(lifetime: Duration, capacity: Int) { self.lifetime = lifetime; self.capacity = capacity }

    func recall(_ name: String, _ password: String) -> Recollection {
        let key = key(name, password)
        guard let entry = entries.withLock({ $0[key] }) else { return .nothing }
        guard entry.expires > .now else {
            entries.withLock { $0[key] = nil }
            return .nothing
        }
        guard let change = entry.watch.unseen else { return .known(entry) }
        return .doubtful(entry, change)
    }
    func confirm(_ entry: Entry, _ change: Int, _ account: AccountRow, _ secrets: [CredentialRow]) -> Bool {
        let holds =
            account.id == entry.logIn.account && account.state == .enabled && account.name == entry.logIn.name
            && secrets.contains { $0.id == entry.credential.id && $0.secret == entry.credential.secret }
        if holds { entry.watch.look(upTo: change) } else { entries.withLock { $0[entry.key] = nil } }
        return holds
    }
    func remember(_ name: String, _ password: String, _ logIn: LogIn, _ credential: CredentialRow, _ watch: Watch) {
        guard capacity > 0, watch.unseen == nil else { return }
        let key = key(name, password)
        let now = ContinuousClock.now
        let entry = Entry(logIn: logIn, key: key, credential: credential, expires: now + lifetime, watch: watch)
        entries.withLock { entries in
            if entries.count >= capacity {
                entries = entries.filter { $0.value.expires > now }
                let goal = capacity / 4 * 3
                for key in Array(entries.keys) where entries.count > goal { entries[key] = nil }
            }
            entries[key] = entry
        }
    }
    /// The credential belongs to a device now; saves a look into the store at each log-in.
    func bound(_ name: String, _ password: String, to device: String) {
        let key = key(name, password)
        entries.withLock { entries in
            guard let old = entries[key]?.credential else { return }
            entries[key]?.credential = CredentialRow(
                id: old.id, account: old.account, kind: old.kind, secret: old.secret, label: old.label, created: old.created, device: device)
        }
    }
    private func key(_ name: String, _ password: String) -> [UInt8] { HMAC.sha256(key: secret, Array(name.utf8) + [0] + Array(password.utf8)) }
}
