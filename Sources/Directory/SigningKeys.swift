// The keys that sign a domain's mail: made with the domain, listed without their secrets. Signs nothing itself.
internal import Crypto
internal import Glibc
package import MailStore
package import Model
internal import SMTPCodec

extension Administration {
    /// One key as others may know it.
    package struct PublishedKey: Sendable, Equatable {
        package let selector: String
        package let algorithm: String
        package let isActive: Bool
        package let created: Timestamp
        /// What stands in p= of its record, before base 64. (RFC 6376 §3.6.1, RFC 8463 §4)
        package let publicOctets: [UInt8]
    }

    /// Takes mail for a domain that can sign from the start: RSA for everybody, Ed25519 for those who know it. (RFC 8463 §5)
    package func addDomainWithKeys(_ text: String) async throws(AdministrationFailure) {
        let name = try Names.domain(text)
        let keys = try await Self.makeKeys(for: name)
        try await write("domain \(name)") { transaction in
            try transaction.addDomain(name)
            for key in keys { try transaction.addSigningKey(key) }
        }
    }
    /// Gives a domain the kinds of key that it has not; returns the selectors made.
    @discardableResult
    package func completeKeys(of text: String) async throws(AdministrationFailure) -> [String] {
        let name = try Names.domain(text)
        let existing = try await signingKeys(of: name)
        let kinds = SignatureAlgorithm.allCases.filter { kind in !existing.contains { $0.algorithm == kind.rawValue && $0.isActive } }
        if kinds.isEmpty { return [] }
        let keys = try await Self.makeKeys(for: name, kinds, taken: Set(existing.map(\.selector)))
        try await write("keys of \(name)") { transaction in for key in keys { try transaction.addSigningKey(key) } }
        return keys.map(\.selector)
    }
    /// New keys that sign from now on; the old ones stay published and sign no more. Returns the selectors made.
    package func rotateKeys(of text: String) async throws(AdministrationFailure) -> [String] {
        let name = try Names.domain(text)
        let existing = try await signingKeys(of: name)
        let keys = try await Self.makeKeys(for: name, taken: Set(existing.map(\.selector)))
        try await write("keys of \(name)") { transaction in
            for key in existing where key.isActive { try transaction.setSigningKey(domain: name, selector: key.selector, isActive: false) }
            for key in keys { try transaction.addSigningKey(key) }
        }
        return keys.map(\.selector)
    }
    package func removeKey(of text: String, selector: String) async throws(AdministrationFailure) {
        let name = try Names.domain(text)
        try await write("key \(selector) of \(name)") { try $0.removeSigningKey(domain: name, selector: selector) }
    }
    /// With their secrets: for those who sign.
    package func signingKeys(of domain: String) async throws(AdministrationFailure) -> [SigningKeyRow] {
        try await read("keys of \(domain)") { transaction in
            guard try transaction.isLocal(domain: domain) else { throw AdministrationFailure.notFound("domain \(domain) is not ours") }
            return try transaction.signingKeys(of: domain)
        }
    }
    package func publishedKeys(of text: String) async throws(AdministrationFailure) -> [PublishedKey] {
        let name = try Names.domain(text)
        return try await signingKeys(of: name).compactMap { row in
            guard let key = try? PrivateKey(pem: row.privateKey) else { return nil }
            return PublishedKey(
                selector: row.selector, algorithm: row.algorithm, isActive: row.isActive, created: row.created, publicOctets: key.publicOctets)
        }
    }

    /// RSA takes a tenth of a second now and then: off the loop.
    @concurrent private static func makeKeys(
        for domain: String, _ kinds: [SignatureAlgorithm] = SignatureAlgorithm.allCases, taken: Set<String> = []
    ) async throws(AdministrationFailure) -> [SigningKeyRow] {
        let now = Timestamp(seconds: Int64(time(nil)))
        var keys: [SigningKeyRow] = []
        for kind in kinds {
            do throws(KeyError) {
                let key = try PrivateKey(making: kind)
                let selector = selector(kind, at: now, taken: taken)
                keys.append(SigningKeyRow(domain: domain, selector: selector, algorithm: kind.rawValue, privateKey: key.pem, created: now))
            } catch {
                throw .failed("no key could be made for \(domain): \(error)")
            }
        }
        return keys
    }
    /// "mr2026" and "me2026": the kind and the year; "mr2026b" where that is taken.
    private static func selector(_ kind: SignatureAlgorithm, at now: Timestamp, taken: Set<String>) -> String {
        let base = (kind == .rsaSHA256 ? "mr" : "me") + String(CivilDate.of(seconds: now.seconds).date.year)
        if !taken.contains(base) { return base }
        for letter in "bcdefghijklmnopqrstuvwxyz" where !taken.contains(base + String(letter)) { return base + String(letter) }
        return base + "-\(now.seconds)"
    }
}
