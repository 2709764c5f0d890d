package import Directory
package import Logging
package import MailStore
package import Model

package enum AcceptanceFailure: Error, Equatable {
    /// Malformed: will never be taken. Words for the client.
    case refused(String)
    /// Too many hops.
    case looping
    /// A recipient's mailbox went away after it had been accepted.
    case noSuchMailbox
    case overQuota
    /// No room on the disk.
    case full
    case tryLater
}

/// A message on its way in: its spool begins with our trace fields; the client's octets are appended to it.
package struct Incoming: Sendable {
    package let spool: Spool
    package let envelope: Envelope
    /// Where it goes, without doubles.
    package let accounts: [AccountID]
    package let origin: Origin
    package let date: Timestamp
}

/// The door for mail that arrives: begin, fill the spool, finish. `finish` returns after the commit is synced.
package struct Acceptance: Sendable {
    package let router: Router
    private let store: MailStore
    private let hostname: String
    private let log: Logger
    private let now: @Sendable () -> Timestamp

    package init(
        store: MailStore, directory: Directory, hostname: String, log: Logger = Logger(label: "delivery"),
        now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) {
        self.store = store
        self.log = log
        self.hostname = hostname
        self.now = now
        router = Router(store: store, directory: directory, hostname: hostname)
    }

    /// A place for a message to known accounts (what `Router.route` answered for the envelope's recipients), its trace fields written.
    package func begin(_ envelope: Envelope, to accounts: [AccountID], _ origin: Origin) throws(AcceptanceFailure) -> Incoming {
        let date = now()
        let spool = store.spool()
        do throws(StoreError) { try spool.append(TraceFields.text(of: envelope, origin, hostname: hostname, at: date)) } catch {
            throw failure(error, origin.trace)
        }
        var seen: Set<AccountID> = []
        return Incoming(spool: spool, envelope: envelope, accounts: accounts.filter { seen.insert($0).inserted }, origin: origin, date: date)
    }

    /// The message is complete: judge it, parse it, store it for all in one commit. Returns the items made, one for each account.
    package func finish(_ incoming: Incoming) async throws(AcceptanceFailure) -> [ItemID] {
        do {
            // Our own field is among them.
            let hops = try incoming.spool.withBytes { TraceFields.hops(in: $0) }
            guard hops <= TraceFields.Limits.hops + 1 else { throw AcceptanceFailure.looping }
            let item = try await Ingest.item(from: incoming.spool, date: incoming.date)
            let accounts = incoming.accounts
            return try await store.write(trace: incoming.origin.trace) { transaction in
                try LocalDelivery.deliver(item, to: accounts, in: transaction)
            }
        } catch {
            throw failure(error, incoming.origin.trace)
        }
    }

    /// All three steps for a message that is there already: routes the recipients, all of whom must be local.
    package func accept(_ envelope: Envelope, _ message: Spool, _ origin: Origin) async throws(AcceptanceFailure) -> [ItemID] {
        var accounts: [AccountID] = []
        for recipient in envelope.recipients {
            do throws(StoreError) {
                switch try await router.route(recipient, size: message.count) {
                case .accounts(let found): accounts += found
                case .overQuota: throw StoreError.overQuota
                case .unknownUser, .elsewhere, .forwarded: throw StoreError.notFound
                }
            } catch {
                throw failure(error, origin.trace)
            }
        }
        let incoming = try begin(envelope, to: accounts, origin)
        do { try message.withBytes { bytes in try incoming.spool.append(bytes) } } catch { throw failure(error, origin.trace) }
        return try await finish(incoming)
    }

    private func failure(_ error: any Error, _ trace: String) -> AcceptanceFailure {
        switch error {
        case let failure as AcceptanceFailure: return failure
        case StoreError.overQuota: return .overQuota
        case StoreError.notFound: return .noSuchMailbox
        default:
            // Whoever called says what it told the client; the cause is known here alone.
            log.error("delivery.trouble", metadata: ["trace": "\(trace)", "error": "\(error)"])
            if case StoreError.full = error { return .full }
            return .tryLater
        }
    }
}
