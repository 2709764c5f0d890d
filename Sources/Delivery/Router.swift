package import Directory
package import MailStore
package import Model

/// Where mail for an address goes.
package enum Route: Sendable, Equatable {
    /// These mailboxes have room for it.
    case accounts([AccountID])
    /// It goes (also) to other servers: by the queue.
    case onward([Onward], accounts: [AccountID])
    /// One of our domains, but nobody of that name.
    case unknownUser
    /// Not one of our domains, and not for this client to send to: relaying is for users. (threat T18)
    case elsewhere
    case overQuota
}

/// Asks the directory and the store where mail may go and come from. Stores nothing.
package struct Router: Sendable {
    private let store: MailStore
    private let directory: Directory
    private let hostname: String
    private let now: @Sendable () -> Timestamp

    package init(store: MailStore, directory: Directory, hostname: String, now: @escaping @Sendable () -> Timestamp = WallClock.now) {
        self.store = store
        self.directory = directory
        self.hostname = hostname
        self.now = now
    }

    /// `size` is what the client said it would be; room is checked again when it is stored. One snapshot answers all.
    /// `user`: who sends; users alone may send to other domains. `isBounce`: the sender is null.
    package func route(_ address: MailAddress, size: Int = 0, user: LogIn? = nil, isBounce: Bool = false) async throws(StoreError) -> Route {
        let hostname = hostname, now = now, isUser = user != nil
        do {
            return try await store.read { transaction in
                try Self.route(address, size: size, hostname: hostname, isUser: isUser, isBounce: isBounce, at: now(), in: transaction)
            }
        } catch {
            throw StoreError(error)
        }
    }
    /// The same inside a transaction.
    static func route(
        _ address: MailAddress, size: Int = 0, hostname: String, isUser: Bool, isBounce: Bool, at time: Timestamp, in transaction: ReadTransaction
    ) throws -> Route {
        var resolution = try Recipients.resolve(address, in: transaction)
        // RFC 5321 §4.5.1: postmaster of the host itself, too, though only the domain above it has users.
        if resolution == .elsewhere, address.domain == hostname, let dot = hostname.firstIndex(of: ".") {
            let above = String(hostname[hostname.index(after: dot)...])
            resolution = try Recipients.resolve(MailAddress(localPart: address.localPart, domain: above), in: transaction)
        }
        if resolution == .unknownUser, isBounce, let original = try forwardedSender(address, time, transaction) {
            resolution = try Recipients.resolve(original, in: transaction)
            if resolution == .elsewhere { return .onward([Onward(address: original, via: nil)], accounts: []) }
        }
        if resolution == .elsewhere, isUser { return .onward([Onward(address: address, via: nil)], accounts: []) }
        return try route(address, resolution, size, transaction)
    }

    private static func route(_ address: MailAddress, _ resolution: Resolution, _ size: Int, _ transaction: ReadTransaction) throws -> Route {
        switch resolution {
        case .unknownUser: return .unknownUser
        case .elsewhere: return .elsewhere
        case .deliver(let accounts, let forwards):
            if accounts.isEmpty, forwards.isEmpty { return .unknownUser }
            guard try accounts.allSatisfy({ try hasRoom($0, size, transaction) }) else { return .overQuota }
            return forwards.isEmpty ? .accounts(accounts) : .onward(forwards.map { Onward(address: $0, via: address) }, accounts: accounts)
        }
    }
    /// Whom a bounce of forwarded mail is for.
    private static func forwardedSender(_ address: MailAddress, _ time: Timestamp, _ transaction: ReadTransaction) throws -> MailAddress? {
        guard SRS.looksLikeOne(address), let key = try transaction.secret(SRS.secretName) else { return nil }
        return SRS(key: key).original(of: address, at: time)
    }

    /// Whether a user may send under an address: it must lead to the user, perhaps among others (a team's address).
    package func mayUse(_ address: MailAddress, _ user: LogIn) async throws(StoreError) -> Bool {
        guard case .deliver(let accounts, _) = try await directory.resolve(address) else { return false }
        return accounts.contains(user.account)
    }

    private static func hasRoom(_ id: AccountID, _ size: Int, _ transaction: ReadTransaction) throws -> Bool {
        guard let account = try transaction.account(id), let quota = account.quota else { return true }
        let (total, overflow) = account.used.addingReportingOverflow(Int64(clamping: size))
        return !overflow && total <= quota && account.used < quota
    }
}

extension StoreError {
    /// What a transaction threw: the store's own failure, or one that is ours.
    init(_ error: any Error) { self = (error as? StoreError) ?? .failed(code: -1, message: "\(error)") }
}
