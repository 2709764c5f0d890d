package import Logging
package import MailStore
package import Model

/// Who may log in, and who an address belongs to. Shared by every protocol; knows none of their words.
package struct Directory: Sendable {
    package let store: MailStore

    package init(store: MailStore, log: Logger = Logger(label: "directory")) { self.store = store }

    /// Checks a password. The slow hash runs off the loop and at most once in a while: a verified password is remembered as a keyed hash
    /// for minutes and forgotten when the account changes. Wrong name and wrong password cost the same and read the same. (threat T22)
    package func logIn(_ name: String, password: String, service: String, address: String) async throws(LogInFailure) -> LogIn { throw .tryLater }

    /// What becomes of mail for an address.
    package func resolve(_ address: MailAddress) async throws(StoreError) -> Resolution { throw .closed }

    /// SASL mechanisms to advertise on a line that is (not) fit for plaintext passwords.
    package func mechanisms(plaintextAllowed: Bool) -> [String] { [] }
    /// Begins an exchange; nil for a mechanism that is not offered.
    package func exchange(mechanism: String, service: String, address: String, plaintextAllowed: Bool) -> SASLExchange? { nil }
}

/// A user who has proved who they are.
package struct LogIn: Sendable, Equatable {
    package let account: AccountID
    /// The log-in name, an address in lower case.
    package let name: String
    package init(account: AccountID, name: String) { self.account = account; self.name = name }
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

/// One SASL exchange with one client. Confined to the caller. (RFC 4422 §3)
package final class SASLExchange {
    package enum Answer: Sendable, Equatable { case challenge([UInt8]), success(LogIn), failure(LogInFailure) }
    init() {}
    /// `response` is what the client sent, decoded; nil at the start when it sent no initial response.
    package func step(_ response: [UInt8]?) async -> Answer { .failure(.malformed) }
}
