// Who may log in, and who an address belongs to. Shared by every protocol; knows none of their words.
package import Crypto
package import Logging
package import MailStore
package import Model
internal import Synchronization

/// The front of the room: a handle that costs nothing to copy.
package struct Directory: Sendable {
    package struct Settings: Sendable {
        /// What one guess at a new password costs.
        package var passwordCost = PasswordHash.Cost.standard
        /// How many slow hashes may run at once, and how many log-ins may wait behind them.
        package var hashWidth = 1
        package var hashQueue = 2_000
        /// How long a verified password is remembered, and how many.
        package var rememberFor = Duration.seconds(300)
        package var rememberCount = 50_000
        /// What one guess at stolen keys of SCRAM costs, and what each log-in costs the client; 0: no keys are made and SCRAM is not offered.
        package var scramIterations = 0
        package var throttle = Throttle.Settings()
        package init() {}
    }
    package let store: MailStore
    package let settings: Settings
    let credentials: Credentials
    let books: AddressBooks

    package init(store: MailStore, settings: Settings = Settings(), log: Logger = Logger(label: "directory")) {
        self.store = store
        self.settings = settings
        books = AddressBooks(store: store)
        credentials = Credentials(store: store, settings: settings, log: log)
    }

    /// Checks a password. The slow hash runs off the loop and at most once in a while: a verified password is remembered as a keyed hash
    /// for minutes and forgotten when the account changes. Wrong name and wrong password cost the same and read the same. (threat T22)
    package func logIn(_ name: String, password: String, service: String, address: String) async throws(LogInFailure) -> LogIn {
        try await credentials.logIn(name, password: password, service: service, address: address)
    }
    /// The same for a device. An app password that another device used first is wrong; the user of a departing account is let in as far as
    /// that: what the device may still do is the caller's to judge. (threat T35)
    package func logIn(
        _ name: String, password: String, device: String, service: String, address: String
    ) async throws(LogInFailure) -> DeviceLogIn {
        let proof = try await credentials.prove(name, password, service, address, admitsDeparting: true)
        if !device.isEmpty, !proof.isDeparting { try await credentials.bind(proof, name, password, to: device, service, address) }
        return DeviceLogIn(logIn: proof.logIn, credential: proof.credential.id, isDeparting: proof.isDeparting)
    }
    /// A user whom somebody else has let in: a proxy that is believed. nil: nobody who may log in. (Postfix's XCLIENT_README, LOGIN)
    package func user(named name: String) async throws(StoreError) -> LogIn? {
        do {
            guard let found = try await credentials.read(name), found.account.state == .enabled else { return nil }
            return LogIn(account: found.account.id, name: found.account.name)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .failed(code: 0, message: "\(error)")
        }
    }
    /// What becomes of mail for an address.
    package func resolve(_ address: MailAddress) async throws(StoreError) -> Resolution {
        do {
            return try await store.read { try Recipients.resolve(address, in: $0) }
        } catch let error as StoreError {
            throw error
        } catch {
            throw .failed(code: 0, message: "\(error)")
        }
    }

    /// SASL mechanisms to advertise on a line that is (not) fit for passwords; those of SCRAM where every account with a password has keys.
    package func mechanisms(plaintextAllowed: Bool, binding: ChannelBinding? = nil) -> [String] {
        guard plaintextAllowed else { return [] }
        guard credentials.offersSCRAM.withLock({ $0 }) else { return SASLLibrary.plaintextMechanisms }
        return (binding == nil ? [] : ["SCRAM-SHA-256-PLUS"]) + ["SCRAM-SHA-256", "SCRAM-SHA-1"] + SASLLibrary.plaintextMechanisms
    }
    /// Begins an exchange; nil for a mechanism that is not offered.
    package func exchange(mechanism: String, service: String, address: String, plaintextAllowed: Bool, binding: ChannelBinding? = nil) -> SASLExchange? {
        let mechanism = mechanism.uppercased()
        guard mechanisms(plaintextAllowed: plaintextAllowed, binding: binding).contains(mechanism) else { return nil }
        return SASLExchange(mechanism: mechanism, service: service, address: address, credentials: credentials, binding: binding)
    }
    /// Looks which mechanisms the store can serve: once at the start; changes made through `administration` are seen by themselves.
    package func learnMechanisms() async { await credentials.learn() }
    /// Names and secrets of accounts and domains, for the command line.
    package var administration: Administration { Administration(store: store, settings: settings, desk: credentials.desk, credentials: credentials) }
    /// How often what happened at the door since the start: for status and metrics.
    package var counts: LogInCounts { credentials.counts }
}

/// A user who has proved who they are.
package struct LogIn: Sendable, Equatable {
    package let account: AccountID
    /// The log-in name, an address in lower case.
    package let name: String
    package init(account: AccountID, name: String) { self.account = account; self.name = name }
}

/// A user who has proved who they are from a device.
package struct DeviceLogIn: Sendable, Equatable {
    package let logIn: LogIn
    /// The number of the secret that was proved.
    package let credential: Int64
    /// The account is disabled for everything but fetching a wipe.
    package let isDeparting: Bool
}

package enum LogInFailure: Error, Equatable {
    case wrong, disabled
    /// Too many failures from there: slow down.
    case throttled
    case tryLater
    /// The exchange itself is malformed (RFC 4954 §4: 501); the client gave up ("*").
    case malformed, cancelled
}

package enum Resolution: Sendable, Equatable {
    /// Local accounts and addresses elsewhere, after aliases and lists (no duplicates).
    case deliver(accounts: [AccountID], forwards: [MailAddress])
    /// One of our domains, but nobody of that name.
    case unknownUser
    /// Not one of our domains.
    case elsewhere
}
