package import Model

/// One address of a domain and where it leads, with the account's name where it leads to one.
package struct ListedAddress: Sendable, Equatable {
    package let address: String
    /// nil: it goes elsewhere.
    package let account: AccountID?
    /// The account's log-in name and display name; empty where there is none.
    package let name: String
    package let displayName: String
}

extension ReadTransaction {
    /// Every address of a domain that leads elsewhere or to an enabled account; catch-alls are none.
    package func listedAddresses(of domain: String) throws -> [ListedAddress] {
        let suffix = "@" + domain
        return try sql("""
            SELECT address.address, account.id, account.name, account.display_name FROM address LEFT JOIN account ON account.id = address.account
            WHERE substr(address.address, -length(:suffix)) = :suffix AND address.address <> :suffix AND (address.account = 0 OR account.state = 1)
            ORDER BY address.address
            """).rows(suffix) { row in
            let hasAccount = !row.isNull(1)
            return ListedAddress(
                address: row.text(0), account: hasAccount ? AccountID(row.int64(1)) : nil, name: hasAccount ? row.text(2) : "",
                displayName: hasAccount ? row.text(3) : "")
        }
    }
}
