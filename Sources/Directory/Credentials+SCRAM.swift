// Stored keys of SCRAM: looked up, made, or made up for names that nobody has.
internal import Crypto
internal import Logging
internal import MailStore
internal import Model
internal import Synchronization

/// Whose proof is awaited, and the keys that it is held against. `account` is nil where the keys are made up.
struct SCRAMCandidate: Sendable {
    let name: String
    let account: AccountRow?
    let keys: SCRAMKeys
}

extension Credentials {
    /// Throttled like any other guess (threat T21). A name without keys gets some that look like keys: the same each time, and no proof fits (threat T22).
    func candidate(_ given: String, _ hash: SCRAMKeys.Hash, service: String, address: String) async throws(LogInFailure) -> SCRAMCandidate {
        let name = LogInName.key(of: given)
        try await admit(name, service, address)
        let found: Found?, secret: [UInt8]
        do {
            found = try await read(name)
            secret = try await decoySecret()
        } catch {
            log.error("login.store", metadata: ["error": "\(error)"])
            throw .tryLater
        }
        let decoy = decoyKeys(name, hash, secret)
        let stored = found?.secrets.first { $0.kind == hash.kind }.flatMap { SCRAMKeys(encoded: $0.secret) }
        return SCRAMCandidate(name: name, account: stored == nil ? nil : found?.account, keys: stored ?? decoy)
    }
    /// The proof has been looked at.
    func settle(_ candidate: SCRAMCandidate, isRight: Bool, service: String, address: String) throws(LogInFailure) -> LogIn {
        guard isRight, let account = candidate.account else {
            failed(candidate.name, address)
            throw refuse(.wrong, candidate.name, service, address)
        }
        guard account.state == .enabled else { throw refuse(.disabled, candidate.name, service, address) }
        succeeded(candidate.name, address)
        log.debug("login.succeeded", metadata: ["account": "\(account.id)", "service": "\(service)", "address": "\(address)"])
        return LogIn(account: account.id, name: account.name)
    }

    /// Keys for a password that has just been found right, where the account has none yet.
    func completeKeys(_ account: AccountID, _ password: String, _ verified: CredentialRow, _ secrets: [CredentialRow]) async {
        guard settings.scramIterations > 0, verified.label.isEmpty, !secrets.contains(where: { $0.kind == SCRAMKeys.Hash.sha256.kind }) else { return }
        let iterations = settings.scramIterations
        guard let made = await desk.run({ SCRAMKeys.rows(password, iterations: iterations) }) else { return }
        do {
            try await store.write { transaction in
                // The password may have been changed meanwhile: then these are not its keys.
                let current = try transaction.credentials(of: account)
                guard current.contains(where: { $0.id == verified.id && $0.secret == verified.secret }) else { return }
                guard !current.contains(where: { $0.kind == made.first?.kind }) else { return }
                for row in made { _ = try transaction.addCredential(account: account, kind: row.kind, secret: row.secret, label: "") }
            }
        } catch {
            log.error("login.store", metadata: ["error": "\(error)"])
        }
        await learn()
    }
    /// Whether SCRAM can be offered: every account with a password has keys, so nobody is turned away who took up the offer.
    func learn() async {
        guard settings.scramIterations > 0 else { return }
        let isComplete = try? await store.read { try $0.haveAllKeys(SCRAMKeys.Hash.sha256.kind) }
        offersSCRAM.withLock { $0 = isComplete ?? $0 }
    }

    private func decoySecret() async throws -> [UInt8] {
        if let known = scramSecret.withLock({ $0 }) { return known }
        let made = try await store.write { try $0.secret("scram-decoy", orMake: { Random.bytes(32) }) }
        scramSecret.withLock { $0 = made }
        return made
    }
    private func decoyKeys(_ name: String, _ hash: SCRAMKeys.Hash, _ secret: [UInt8]) -> SCRAMKeys {
        func octets(_ what: String, _ count: Int) -> [UInt8] {
            Array(HMAC.sha256(key: secret, Array("\(what)\0\(hash.rawValue)\0\(name)".utf8)).prefix(count))
        }
        return SCRAMKeys(
            hash: hash, iterations: settings.scramIterations, salt: octets("salt", SCRAMKeys.Limits.salt), storedKey: octets("stored", hash.length),
            serverKey: octets("server", hash.length))
    }
}

extension SCRAMKeys {
    /// The keys of one password as rows of the store. Milliseconds of work.
    static func rows(_ password: String, iterations: Int) -> [(kind: String, secret: String)] {
        Hash.allCases.compactMap { hash in make(password, hash, iterations: iterations).map { (hash.kind, $0.encoded) } }
    }
}
extension SCRAMKeys.Hash {
    /// `CredentialRow.kind`
    var kind: String { rawValue }
}
