import Bytes
package import Model

/// A key that signs a domain's mail. (RFC 6376 §3.1)
package struct SigningKeyRow: Sendable, Hashable {
    package var domain: String
    package var selector: String
    /// "rsa-sha256" or "ed25519-sha256".
    package var algorithm: String
    /// PEM. Never shown, never logged.
    package var privateKey: String
    package var created: Timestamp
    /// It signs; one that does not is published a while longer, so that mail under way still verifies.
    package var isActive: Bool
    package init(domain: String, selector: String, algorithm: String, privateKey: String, created: Timestamp, isActive: Bool = true) {
        self.domain = domain; self.selector = selector; self.algorithm = algorithm; self.privateKey = privateKey; self.created = created
        self.isActive = isActive
    }
}

extension ReadTransaction {
    /// Of one domain, by selector; empty for a domain that is not ours.
    package func signingKeys(of domain: String) throws -> [SigningKeyRow] {
        try sql("SELECT domain, selector, algorithm, private_key, created, active FROM signing_key WHERE domain = :domain ORDER BY selector")
            .rows(ASCII.lowercased(domain), make: SigningKeyRow.init)
    }
    /// Nobody's mail is signed.
    package func hasNoSigningKeys() throws -> Bool { try sql("SELECT 1 FROM signing_key LIMIT 1").first { _ in false } ?? true }
}

extension WriteTransaction {
    /// `.exists` where the selector is taken, `.notFound` where the domain is not ours.
    package func addSigningKey(_ key: SigningKeyRow) throws {
        guard try isLocal(domain: key.domain) else { throw StoreError.notFound }
        try sql("""
            INSERT INTO signing_key(domain, selector, algorithm, private_key, created, active)
            VALUES (:domain, :selector, :algorithm, :key, :created, :active)
            """).run(ASCII.lowercased(key.domain), ASCII.lowercased(key.selector), key.algorithm, key.privateKey, key.created, key.isActive)
    }
    package func setSigningKey(domain: String, selector: String, isActive: Bool) throws {
        try sql("UPDATE signing_key SET active = :active WHERE domain = :domain AND selector = :selector")
            .run(isActive, ASCII.lowercased(domain), ASCII.lowercased(selector))
        guard connection.changes > 0 else { throw StoreError.notFound }
    }
    package func removeSigningKey(domain: String, selector: String) throws {
        try sql("DELETE FROM signing_key WHERE domain = :domain AND selector = :selector").run(ASCII.lowercased(domain), ASCII.lowercased(selector))
        guard connection.changes > 0 else { throw StoreError.notFound }
    }
}

extension SigningKeyRow {
    fileprivate init(_ row: Statement) {
        self.init(
            domain: row.text(0), selector: row.text(1), algorithm: row.text(2), privateKey: row.text(3), created: Timestamp(rawValue: row.int64(4)),
            isActive: row.int(5) != 0)
    }
}
