package import Model
import Bytes

extension ReadTransaction {
    package func domains() throws -> [String] {
        try sql("SELECT name FROM domain ORDER BY name").rows { $0.text(0) }
    }
    package func isLocal(domain: String) throws -> Bool {
        try sql("SELECT 1 FROM domain WHERE name = :name").first(ASCII.lowercased(domain)) { _ in true } ?? false
    }
    package func accounts() throws -> [AccountRow] {
        try sql("SELECT id, name, display_name, state, quota, used, modseq FROM account ORDER BY name").rows(make: AccountRow.init)
    }
    package func account(_ id: AccountID) throws -> AccountRow? {
        try sql("SELECT id, name, display_name, state, quota, used, modseq FROM account WHERE id = :id").first(id, make: AccountRow.init)
    }
    /// By log-in name, ASCII case ignored.
    package func account(named name: String) throws -> AccountRow? {
        try sql("SELECT id, name, display_name, state, quota, used, modseq FROM account WHERE name = :name")
            .first(ASCII.lowercased(name), make: AccountRow.init)
    }
    /// Rows of exactly this address (`MailAddress.key` or "@domain").
    package func targets(of address: String) throws -> [AddressRow] {
        try sql("SELECT address, account, forward FROM address WHERE address = :address").rows(address, make: AddressRow.init)
    }
    package func addresses() throws -> [AddressRow] {
        try sql("SELECT address, account, forward FROM address ORDER BY address").rows(make: AddressRow.init)
    }
    package func addresses(of account: AccountID) throws -> [AddressRow] {
        try sql("SELECT address, account, forward FROM address WHERE account = :account ORDER BY address").rows(account, make: AddressRow.init)
    }
    package func credentials(of account: AccountID) throws -> [CredentialRow] {
        try sql("SELECT id, account, kind, secret, label, created, device FROM credential WHERE account = :account ORDER BY id").rows(account) {
            CredentialRow(
                id: $0.int64(0), account: AccountID($0.int64(1)), kind: $0.text(2), secret: $0.text(3), label: $0.text(4),
                created: Timestamp(rawValue: $0.int64(5)), device: $0.text(6))
        }
    }
}

extension ReadTransaction {
    /// Whether each account with a password of its own has a secret of this kind too; false where nobody has a password.
    package func haveAllKeys(_ kind: String) throws -> Bool {
        let some = try sql("SELECT 1 FROM credential WHERE kind = 'scrypt' AND label = '' LIMIT 1").first { _ in true }
        let lacking = try sql("""
            SELECT 1 FROM credential AS password WHERE kind = 'scrypt' AND label = '' AND NOT EXISTS
            (SELECT 1 FROM credential AS key WHERE key.account = password.account AND key.kind = :kind) LIMIT 1
            """).first(kind) { _ in true }
        return some != nil && lacking == nil
    }
}

extension WriteTransaction {
    package func addDomain(_ name: String) throws {
        changesDirectory = true
        try sql("INSERT INTO domain(name) VALUES (:name)").run(ASCII.lowercased(name))
    }
    /// `.exists` while addresses use it.
    package func removeDomain(_ name: String) throws {
        changesDirectory = true
        let domain = ASCII.lowercased(name)
        guard try isLocal(domain: domain) else { throw StoreError.notFound }
        let suffix = "@" + domain
        let used = try sql("SELECT 1 FROM address WHERE substr(address, -length(:suffix)) = :suffix LIMIT 1").first(suffix) { _ in true }
        if used != nil { throw StoreError.exists }
        try sql("DELETE FROM signing_key WHERE domain = :domain").run(domain)
        try sql("DELETE FROM domain WHERE name = :name").run(domain)
    }
    /// The account alone: folders and addresses are the caller's.
    package func addAccount(name: String, displayName: String, quota: Int64?) throws -> AccountID {
        changesDirectory = true
        let made = try sql("""
            INSERT INTO account(name, display_name, state, quota) VALUES (:name, :display, 1, :quota) RETURNING id
            """).first(ASCII.lowercased(name), displayName, quota) { AccountID($0.int64(0)) }
        guard let made else { throw StoreError.exists }
        note(made, nil, .account)
        return made
    }
    package func setAccount(_ id: AccountID, state: AccountRow.State) throws {
        changesDirectory = true
        try sql("UPDATE account SET state = :state WHERE id = :id").run(state.rawValue, id)
        try changed(id)
    }
    package func setAccount(_ id: AccountID, quota: Int64?) throws {
        changesDirectory = true
        try sql("UPDATE account SET quota = :quota WHERE id = :id").run(quota, id)
        try changed(id)
    }
    package func setAccount(_ id: AccountID, displayName: String) throws {
        changesDirectory = true
        try sql("UPDATE account SET display_name = :name WHERE id = :id").run(displayName, id)
        try changed(id)
    }
    private func changed(_ id: AccountID) throws {
        guard connection.changes > 0 else { throw StoreError.notFound }
        note(id, nil, .account)
    }
    /// With all its items, folders, devices, addresses and credentials.
    package func removeAccount(_ id: AccountID) throws {
        changesDirectory = true
        guard try account(id) != nil else { throw StoreError.notFound }
        for folder in try sql("SELECT id FROM folder WHERE account = :account").rows(id, make: { FolderID($0.int64(0)) }) { try removeItems(of: folder) }
        for device in try devices(of: id) { try remove(device.id) }
        note(id, nil, .account)
        try settle()
        try sql("DELETE FROM folder WHERE account = :account").run(id)
        try sql("DELETE FROM gone_folder WHERE account = :account").run(id)
        try sql("DELETE FROM subscription WHERE account = :account").run(id)
        try sql("DELETE FROM thread_key WHERE account = :account").run(id)
        try sql("DELETE FROM address WHERE account = :account").run(id)
        try sql("DELETE FROM credential WHERE account = :account").run(id)
        try removeAbsence(of: id)
        try sql("DELETE FROM account WHERE id = :id").run(id)
    }
    package func addAddress(_ row: AddressRow) throws {
        changesDirectory = true
        let (account, forward) = row.target.columns
        if account.rawValue != 0, try self.account(account) == nil { throw StoreError.notFound }
        try sql("INSERT INTO address(address, account, forward) VALUES (:address, :account, :forward)")
            .run(ASCII.lowercased(row.address), account, forward)
        if account.rawValue != 0 { note(account, nil, .account) }
    }
    package func removeAddress(_ row: AddressRow) throws {
        changesDirectory = true
        let (account, forward) = row.target.columns
        try sql("DELETE FROM address WHERE address = :address AND account = :account AND forward = :forward")
            .run(ASCII.lowercased(row.address), account, forward)
        guard connection.changes > 0 else { throw StoreError.notFound }
        if account.rawValue != 0 { note(account, nil, .account) }
    }
    package func addCredential(account: AccountID, kind: String, secret: String, label: String) throws -> Int64 {
        guard try self.account(account) != nil else { throw StoreError.notFound }
        let made = try sql("""
            INSERT INTO credential(account, kind, secret, label, created) VALUES (:account, :kind, :secret, :label, :now) RETURNING id
            """).first(account, kind, secret, label, now) { $0.int64(0) }
        note(account, nil, .account)
        return made ?? 0
    }
    /// The first device that uses an app password keeps it. False where another one was first.
    package func bindCredential(_ id: Int64, to device: String) throws -> Bool {
        guard let found = try sql("SELECT account, device FROM credential WHERE id = :id").first(id, make: { (AccountID($0.int64(0)), $0.text(1)) }) else {
            throw StoreError.notFound
        }
        if !found.1.isEmpty { return found.1 == device }
        try sql("UPDATE credential SET device = :device WHERE id = :id").run(device, id)
        note(found.0, nil, .account)
        return true
    }
    package func removeCredential(_ id: Int64) throws {
        let account = try sql("DELETE FROM credential WHERE id = :id RETURNING account").first(id) { AccountID($0.int64(0)) }
        guard let account else { throw StoreError.notFound }
        note(account, nil, .account)
    }
}

extension AccountRow {
    fileprivate init(_ row: Statement) {
        self.init(
            id: AccountID(row.int64(0)), name: row.text(1), displayName: row.text(2), state: State(rawValue: row.int(3)) ?? .disabled,
            quota: row.optionalInt64(4), used: row.int64(5), modseq: ModSeq(row.int64(6)))
    }
}

extension AddressRow {
    fileprivate init(_ row: Statement) {
        self.init(address: row.text(0), target: row.int64(1) == 0 ? .forward(row.text(2)) : .account(AccountID(row.int64(1))))
    }
}
extension AddressRow.Target {
    fileprivate var columns: (account: AccountID, forward: String) {
        switch self {
        case .account(let id): (id, "")
        case .forward(let address): (AccountID(0), address)
        }
    }
}
