// Passwords for one device or program each. The first that uses one keeps it.
internal import Crypto
internal import MailStore
package import Model

package struct AppPassword: Sendable, Equatable {
    package let id: Int64
    package let label: String
    package let created: Timestamp
    /// Who used it first; "" for nobody yet.
    package let device: String
}

extension Administration {
    package enum AppPasswordLimits {
        /// Each costs a wrong guess one hash more.
        package static let perUser = 50
        /// Octets of a name.
        package static let label = 64
    }
    /// Makes one and tells it: nobody can read it again later.
    package func createAppPassword(_ text: String, label: String) async throws(AdministrationFailure) -> String {
        let name = try Names.address(text).key
        guard !label.isEmpty, label.utf8.count <= AppPasswordLimits.label, !label.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            throw .invalid("a name of an app password has 1 to \(AppPasswordLimits.label) octets and no control characters")
        }
        // Nobody guesses 79 bits: a slow hash would protect nothing.
        let password = Random.password(groups: 4)
        let made = await desk.run { PasswordHash.make(password, cost: .cheap)?.encoded }
        guard let made, let secret = made else { throw .tryLater("too many log-ins are waiting") }
        try await write("user \(name)") { transaction in
            guard let account = try transaction.account(named: name) else { throw AdministrationFailure.notFound("there is no user \(name)") }
            let known = try transaction.credentials(of: account.id).filter { !$0.label.isEmpty }
            guard known.count < AppPasswordLimits.perUser else { throw AdministrationFailure.inUse("\(name) has \(known.count) app passwords: revoke some") }
            guard !known.contains(where: { $0.label == label }) else { throw AdministrationFailure.exists("\(name) has an app password \(label) already") }
            _ = try transaction.addCredential(account: account.id, kind: "scrypt", secret: secret, label: label)
        }
        return password
    }
    package func appPasswords(_ text: String) async throws(AdministrationFailure) -> [AppPassword] {
        let name = try Names.address(text).key
        return try await read("user \(name)") { transaction in
            guard let account = try transaction.account(named: name) else { throw AdministrationFailure.notFound("there is no user \(name)") }
            return try transaction.credentials(of: account.id).filter { !$0.label.isEmpty }.map {
                AppPassword(id: $0.id, label: $0.label, created: $0.created, device: $0.device)
            }
        }
    }
    package func revokeAppPassword(_ text: String, label: String) async throws(AdministrationFailure) {
        let name = try Names.address(text).key
        try await write("user \(name)") { transaction in
            guard let account = try transaction.account(named: name) else { throw AdministrationFailure.notFound("there is no user \(name)") }
            let rows = try transaction.credentials(of: account.id).filter { !$0.label.isEmpty && $0.label == label }
            guard !rows.isEmpty else { throw AdministrationFailure.notFound("\(name) has no app password \(label)") }
            for row in rows { try transaction.removeCredential(row.id) }
        }
    }
    /// The user can log in no more; devices may still fetch the wipes that are ordered for them.
    package func depart(_ text: String) async throws(AdministrationFailure) {
        let name = try Names.address(text).key
        try await write("user \(name)") { transaction in
            guard let account = try transaction.account(named: name) else { throw AdministrationFailure.notFound("there is no user \(name)") }
            try transaction.setAccount(account.id, state: .departing)
        }
    }
}
