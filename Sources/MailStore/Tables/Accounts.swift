package import Model

extension ReadTransaction {
    package func domains() throws -> [String] { throw StoreError.closed }
    package func isLocal(domain: String) throws -> Bool { throw StoreError.closed }
    package func accounts() throws -> [AccountRow] { throw StoreError.closed }
    package func account(_ id: AccountID) throws -> AccountRow? { throw StoreError.closed }
    /// By log-in name, ASCII case ignored.
    package func account(named name: String) throws -> AccountRow? { throw StoreError.closed }
    /// Rows of exactly this address (`MailAddress.key` or "@domain").
    package func targets(of address: String) throws -> [AddressRow] { throw StoreError.closed }
    package func addresses() throws -> [AddressRow] { throw StoreError.closed }
    package func addresses(of account: AccountID) throws -> [AddressRow] { throw StoreError.closed }
    package func credentials(of account: AccountID) throws -> [CredentialRow] { throw StoreError.closed }
}

extension WriteTransaction {
    package func addDomain(_ name: String) throws { throw StoreError.closed }
    /// `.exists` while addresses use it.
    package func removeDomain(_ name: String) throws { throw StoreError.closed }
    /// The account alone: folders and addresses are the caller's.
    package func addAccount(name: String, displayName: String, quota: Int64?) throws -> AccountID { throw StoreError.closed }
    package func setAccount(_ id: AccountID, state: AccountRow.State) throws { throw StoreError.closed }
    package func setAccount(_ id: AccountID, quota: Int64?) throws { throw StoreError.closed }
    package func setAccount(_ id: AccountID, displayName: String) throws { throw StoreError.closed }
    /// With all its items, folders, devices, addresses and credentials.
    package func removeAccount(_ id: AccountID) throws { throw StoreError.closed }
    package func addAddress(_ row: AddressRow) throws { throw StoreError.closed }
    package func removeAddress(_ row: AddressRow) throws { throw StoreError.closed }
    package func addCredential(account: AccountID, kind: String, secret: String, label: String) throws -> Int64 { throw StoreError.closed }
    package func removeCredential(_ id: Int64) throws { throw StoreError.closed }
}
