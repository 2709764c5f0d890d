package import Directory
package import MailStore
package import Model
import Synchronization

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
    private let memory = RouteMemory()

    package init(store: MailStore, directory: Directory, hostname: String, now: @escaping @Sendable () -> Timestamp = WallClock.now) {
        self.store = store
        self.directory = directory
        self.hostname = hostname
        self.now = now
    }

    /// `size` is what the client said it would be; room is checked again when it is stored. One snapshot answers all.
    /// `user`: who sends; users alone may send to other domains. `isBounce`: the sender is null.
    package func route(_ address: MailAddress, size: Int = 0, user: LogIn? = nil, isBounce: Bool = false) async throws(StoreError) -> Route {
        if let known = known(address) { return known }
        let hostname = hostname, now = now, isUser = user != nil
        // Asked for before the snapshot is taken: what changes meanwhile makes the memory void.
        let version = store.directoryVersion
        do {
            let found = try await store.read { transaction in
                try Self.find(address, size, hostname: hostname, isUser: isUser, isBounce: isBounce, at: now(), in: transaction)
            }
            if found.lasts { memory.remember(found.route, of: address, version: version) }
            return found.route
        } catch {
            throw StoreError(error)
        }
    }
    /// The same without waiting, where the way was found before and nothing has changed since: the same for every sender, and nobody on it has a quota.
    package func known(_ address: MailAddress) -> Route? { memory.route(of: address, version: store.directoryVersion) }
    /// The same inside a transaction.
    static func route(
        _ address: MailAddress, size: Int = 0, hostname: String, isUser: Bool, isBounce: Bool, at time: Timestamp, in transaction: ReadTransaction
    ) throws -> Route {
        try find(address, size, hostname: hostname, isUser: isUser, isBounce: isBounce, at: time, in: transaction).route
    }

    private struct Found {
        var route: Route
        /// The directory alone decides it: neither the time nor a mailbox that fills nor who asks.
        var lasts = false
    }
    private static func find(
        _ address: MailAddress, _ size: Int, hostname: String, isUser: Bool, isBounce: Bool, at time: Timestamp, in transaction: ReadTransaction
    ) throws -> Found {
        var resolution = try Recipients.resolve(address, in: transaction)
        // RFC 5321 §4.5.1: postmaster of the host itself, too, though only the domain above it has users.
        if resolution == .elsewhere, address.domain == hostname, let dot = hostname.firstIndex(of: ".") {
            let above = String(hostname[hostname.index(after: dot)...])
            resolution = try Recipients.resolve(MailAddress(localPart: address.localPart, domain: above), in: transaction)
        }
        if case .deliver = resolution { return try found(address, resolution, size, transaction) }
        if resolution == .unknownUser, isBounce, let original = try forwardedSender(address, time, transaction) {
            resolution = try Recipients.resolve(original, in: transaction)
            if resolution == .elsewhere { return Found(route: .onward([Onward(address: original, via: nil)], accounts: [])) }
        }
        if resolution == .elsewhere, isUser { return Found(route: .onward([Onward(address: address, via: nil)], accounts: [])) }
        return Found(route: try found(address, resolution, size, transaction).route)
    }

    private static func found(_ address: MailAddress, _ resolution: Resolution, _ size: Int, _ transaction: ReadTransaction) throws -> Found {
        switch resolution {
        case .unknownUser: return Found(route: .unknownUser)
        case .elsewhere: return Found(route: .elsewhere)
        case .deliver(let accounts, let forwards):
            if accounts.isEmpty, forwards.isEmpty { return Found(route: .unknownUser) }
            var lasts = true
            for account in accounts {
                guard let row = try transaction.account(account), let quota = row.quota else { continue }
                lasts = false
                let (total, overflow) = row.used.addingReportingOverflow(Int64(clamping: size))
                guard !overflow, total <= quota, row.used < quota else { return Found(route: .overQuota) }
            }
            let route = forwards.isEmpty ? Route.accounts(accounts) : .onward(forwards.map { Onward(address: $0, via: address) }, accounts: accounts)
            return Found(route: route, lasts: lasts)
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
}

/// Ways of addresses that the directory alone decides, for as long as it stays the same. Noes are not kept: strangers would choose what fills it.
private final class RouteMemory: Sendable {
    private struct State {
        var version = 0
        var routes: [MailAddress: Route] = [:]
        /// Mailboxes and recipients in all of them.
        var targets = 0
    }
    private enum Limits {
        /// Spellings of addresses, and targets of all of them: a few MiB.
        static let routes = 10_000
        static let targets = 50_000
    }
    private let state = Mutex(State())

    func route(of address: MailAddress, version: Int) -> Route? {
        state.withLock { $0.version == version ? $0.routes[address] : nil }
    }
    func remember(_ route: Route, of address: MailAddress, version: Int) {
        state.withLock { state in
            guard version >= state.version else { return }
            if version > state.version || state.routes.count >= Limits.routes || state.targets >= Limits.targets { state = State(version: version) }
            guard state.routes.updateValue(route, forKey: address) == nil else { return }
            switch route {
            case .accounts(let accounts): state.targets += accounts.count
            case .onward(let onward, let accounts): state.targets += onward.count + accounts.count
            case .unknownUser, .elsewhere, .overQuota: break
            }
        }
    }
}

extension StoreError {
    /// What a transaction threw: the store's own failure, or one that is ours.
    init(_ error: any Error) { self = (error as? StoreError) ?? .failed(code: -1, message: "\(error)") }
}
