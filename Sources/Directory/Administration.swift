// What an administrator may do to domains, users and addresses. One action is one transaction. Asks nobody and prints nothing.
internal import Crypto
package import MailStore
package import Model

/// What an administrator can do about it: each case says which name, in words for people.
package enum AdministrationFailure: Error, Equatable {
    case notFound(String), exists(String), invalid(String), inUse(String), tryLater(String), failed(String)
}

package struct Administration: Sendable {
    package enum Limits {
        /// Users made in one transaction by `addUsers`.
        static let batch = 200
        /// Targets of one address.
        package static let targets = 1_000
    }
    /// Folders that every new user finds, with their roles. (RFC 6154)
    package static let defaultFolders: [(name: String, role: FolderRole)] = [
        ("INBOX", .inbox), ("Drafts", .drafts), ("Sent", .sent), ("Archive", .archive), ("Junk", .junk), ("Trash", .trash),
    ]
    package let store: MailStore
    let settings: Directory.Settings
    let desk: HashingDesk
    let credentials: Credentials

    // MARK: domains

    package func domains() async throws(AdministrationFailure) -> [String] { try await read("domains") { try $0.domains().sorted() } }

    package func addDomain(_ text: String) async throws(AdministrationFailure) {
        let name = try Names.domain(text)
        try await write("domain \(name)") { try $0.addDomain(name) }
    }
    package func removeDomain(_ text: String) async throws(AdministrationFailure) {
        let name = try Names.domain(text)
        do {
            try await write("domain \(name)") { transaction in
                // The postmaster's address goes with the domain when nothing else is left.
                let rows = try transaction.addresses().filter { $0.address.hasSuffix("@\(name)") }
                if rows.allSatisfy({ $0.address == "postmaster@\(name)" }) { for row in rows { try transaction.removeAddress(row) } }
                try transaction.removeDomain(name)
            }
        } catch .exists {
            throw .inUse("domain \(name) still has users or addresses: remove them first")
        }
    }

    // MARK: users

    package func users() async throws(AdministrationFailure) -> [AccountRow] {
        try await read("users") { try $0.accounts().sorted { $0.name < $1.name } }
    }
    package func user(_ text: String) async throws(AdministrationFailure) -> AccountRow {
        let name = try Names.address(text).key
        return try await read("user \(name)") { try Self.account(name, $0) }
    }

    @discardableResult
    package func addUser(_ text: String, displayName: String = "", password: String, quota: Int64? = nil) async throws(AdministrationFailure) -> AccountID {
        let name = try Names.address(text).key
        try Names.displayName(displayName)
        let secrets = try await secrets(password)
        let account = try await write("user \(name)") { try Self.add(name, displayName, secrets, quota, $0) }
        await credentials.learn()
        return account
    }
    /// Many users with one password and one hash: for demonstrations and load. Those that are there stay as they are.
    package func addUsers(_ names: [String], password: String) async throws(AdministrationFailure) {
        var names = try names.map { text throws(AdministrationFailure) in try Names.address(text).key }[...]
        let secrets = try await secrets(password)
        while !names.isEmpty {
            let batch = Array(names.prefix(Limits.batch))
            names = names.dropFirst(Limits.batch)
            try await write("users") { transaction in
                for name in batch where try transaction.account(named: name) == nil { _ = try Self.add(name, "", secrets, nil, transaction) }
            }
        }
        await credentials.learn()
    }
    package func removeUser(_ text: String) async throws(AdministrationFailure) {
        try await change(text) { account, transaction in
            for row in try transaction.addresses(of: account.id) { try transaction.removeAddress(row) }
            try transaction.removeAccount(account.id)
        }
        await credentials.learn()
    }
    /// Replaces the password; every remembered log-in ends.
    package func setPassword(_ text: String, _ password: String) async throws(AdministrationFailure) {
        let secrets = try await secrets(password)
        try await change(text) { account, transaction in
            for row in try transaction.credentials(of: account.id) where row.label.isEmpty { try transaction.removeCredential(row.id) }
            for row in secrets { _ = try transaction.addCredential(account: account.id, kind: row.kind, secret: row.secret, label: "") }
        }
        await credentials.learn()
    }
    package func setEnabled(_ text: String, _ isEnabled: Bool) async throws(AdministrationFailure) {
        try await change(text) { try $1.setAccount($0.id, state: isEnabled ? .enabled : .disabled) }
    }
    /// Bytes; nil for none.
    package func setQuota(_ text: String, _ quota: Int64?) async throws(AdministrationFailure) {
        if let quota, quota < 0 { throw .invalid("a quota is not negative") }
        try await change(text) { try $1.setAccount($0.id, quota: quota) }
    }
    package func setDisplayName(_ text: String, _ displayName: String) async throws(AdministrationFailure) {
        try Names.displayName(displayName)
        try await change(text) { try $1.setAccount($0.id, displayName: displayName) }
    }

    // MARK: addresses

    package func addresses() async throws(AdministrationFailure) -> [(address: String, target: String)] {
        try await read("addresses") { transaction in
            let names = Dictionary(try transaction.accounts().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
            return try transaction.addresses().map { row in
                switch row.target {
                case .account(let id): (row.address, names[id] ?? "account \(id)")
                case .forward(let address): (row.address, address)
                }
            }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        }
    }
    /// An alias (one target), a list (several) or a catch-all ("@domain"). A target that is a user is bound to the account, not to its name.
    package func addAddress(_ text: String, to targets: [String]) async throws(AdministrationFailure) {
        let address = try Names.addressOrCatchAll(text)
        guard !targets.isEmpty, targets.count <= Limits.targets else { throw .invalid("an address needs 1 to \(Limits.targets) targets (--to)") }
        let keys = try targets.map { target throws(AdministrationFailure) in try Names.address(target) }
        try await write("address \(address)") { transaction in
            let domain = String(address[address.index(after: address.lastIndex(of: "@") ?? address.startIndex)...])
            guard try transaction.isLocal(domain: domain) else {
                throw AdministrationFailure.notFound("domain \(domain) is not ours: martlet domain add \(domain)")
            }
            for target in keys {
                if let account = try transaction.account(named: target.key) {
                    try transaction.addAddress(AddressRow(address: address, target: .account(account.id)))
                } else {
                    try transaction.addAddress(AddressRow(address: address, target: .forward(target.key)))
                }
            }
        }
    }
    /// All targets, or those given. A user's own address stays as long as the user.
    package func removeAddress(_ text: String, to targets: [String] = []) async throws(AdministrationFailure) {
        let address = try Names.addressOrCatchAll(text)
        let keys = try targets.map { target throws(AdministrationFailure) in try Names.address(target).key }
        try await write("address \(address)") { transaction in
            let owner = try transaction.account(named: address)?.id
            var rows = try transaction.targets(of: address)
            if !keys.isEmpty {
                rows = try rows.filter { row in
                    switch row.target {
                    case .account(let id): keys.contains(try transaction.account(id)?.name ?? "")
                    case .forward(let target): keys.contains(target)
                    }
                }
            }
            guard !rows.isEmpty else { throw AdministrationFailure.notFound("address \(address) has no such target") }
            for row in rows {
                if case .account(owner) = row.target {
                    throw AdministrationFailure.inUse("\(address) is the user's own address: martlet user remove \(address)")
                }
                try transaction.removeAddress(row)
            }
        }
    }
}

extension Administration {
    private static func add(
        _ name: String, _ displayName: String, _ secrets: [(kind: String, secret: String)], _ quota: Int64?, _ transaction: WriteTransaction
    ) throws -> AccountID {
        let domain = String(name[name.index(after: name.lastIndex(of: "@") ?? name.startIndex)...])
        guard try transaction.isLocal(domain: domain) else {
            throw AdministrationFailure.notFound("domain \(domain) is not ours: martlet domain add \(domain)")
        }
        guard try transaction.targets(of: name).isEmpty else {
            throw AdministrationFailure.exists("\(name) is an address already: martlet address remove \(name)")
        }
        let account = try transaction.addAccount(name: name, displayName: displayName, quota: quota)
        try transaction.addAddress(AddressRow(address: name, target: .account(account)))
        for row in secrets { _ = try transaction.addCredential(account: account, kind: row.kind, secret: row.secret, label: "") }
        for folder in defaultFolders {
            _ = try transaction.addFolder(account: account, parent: nil, name: folder.name, itemClass: .mail, role: folder.role, isSubscribed: true)
        }
        // RFC 5321 §4.5.1: every domain takes mail for its postmaster. The first user is, until the administrator says otherwise.
        let postmaster = "postmaster@\(domain)"
        if try transaction.targets(of: postmaster).isEmpty { try transaction.addAddress(AddressRow(address: postmaster, target: .account(account))) }
        return account
    }
    private static func account(_ name: String, _ transaction: ReadTransaction) throws -> AccountRow {
        guard let account = try transaction.account(named: name) else { throw AdministrationFailure.notFound("there is no user \(name)") }
        return account
    }
    /// The slow hash, and the keys of SCRAM where they are wanted.
    private func secrets(_ password: String) async throws(AdministrationFailure) -> [(kind: String, secret: String)] {
        try Names.password(password)
        let cost = settings.passwordCost, iterations = settings.scramIterations
        let made = await desk.run { () -> [(kind: String, secret: String)]? in
            guard let hash = PasswordHash.make(password, cost: cost) else { return nil }
            return [("scrypt", hash.encoded)] + (iterations > 0 ? SCRAMKeys.rows(password, iterations: iterations) : [])
        }
        guard let made, let secrets = made else { throw .tryLater("too many log-ins are waiting") }
        return secrets
    }
    private func change(_ text: String, _ job: @escaping @Sendable (AccountRow, WriteTransaction) throws -> Void) async throws(AdministrationFailure) {
        let name = try Names.address(text).key
        try await write("user \(name)") { try job(try Self.account(name, $0), $0) }
    }
    func read<R: Sendable>(_ subject: String, _ job: @escaping @Sendable (ReadTransaction) throws -> R) async throws(AdministrationFailure) -> R {
        do { return try await store.read(job) } catch { throw Self.failure(error, subject) }
    }
    func write<R: Sendable>(_ subject: String, _ job: @escaping @Sendable (WriteTransaction) throws -> R) async throws(AdministrationFailure) -> R {
        do { return try await store.write(job) } catch { throw Self.failure(error, subject) }
    }
    private static func failure(_ error: any Error, _ subject: String) -> AdministrationFailure {
        if let failure = error as? AdministrationFailure { return failure }
        guard let error = error as? StoreError else { return .failed("\(subject): \(error)") }
        return switch error {
        case .notFound: .notFound("there is no \(subject)")
        case .exists: .exists("\(subject) is there already")
        case .tooMany: .inUse("\(subject) has too many folders")
        case .overQuota: .inUse("\(subject) is over its quota")
        case .full: .tryLater("the disk is full")
        case .closed: .tryLater("the store is closing")
        case .locked: .tryLater("another process holds the store")
        case .newer(let found, let known): .failed("the store has version \(found), this program knows \(known)")
        case .failed(let code, let message): .failed("\(subject): SQLite \(code): \(message)")
        }
    }
}
