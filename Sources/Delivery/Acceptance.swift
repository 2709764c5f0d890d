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
    /// Judged, and not wanted.
    case rejected(Refusal)
    case tryLater
}

/// A message on its way in: its spool begins with our trace fields; the client's octets are appended to it.
package struct Incoming: Sendable {
    package let spool: Spool
    package let envelope: Envelope
    /// Where it goes, without doubles: mailboxes here, and recipients at other servers.
    package let accounts: [AccountID]
    package let onward: [Onward]
    package let origin: Origin
    /// How many octets our trace fields take: the client's begin behind them.
    package let traceOctets: Int
    package let date: Timestamp
}

/// The door for mail that arrives: begin, fill the spool, finish. `finish` returns after the commit is synced.
package struct Acceptance: Sendable {
    package let router: Router
    private let store: MailStore
    let hostname: String
    private let queue: QueueEntrance
    private let judge: Judge?
    private let log: Logger
    private let now: @Sendable () -> Timestamp

    package init(
        store: MailStore, directory: Directory, hostname: String, queue: QueueEntrance = QueueEntrance(), judge: Judge? = nil,
        log: Logger = Logger(label: "delivery"),
        now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) {
        self.store = store
        self.queue = queue
        self.judge = judge
        self.log = log
        self.hostname = hostname
        self.now = now
        router = Router(store: store, directory: directory, hostname: hostname, now: now)
    }

    /// A place for a message to known accounts and other servers (what `Router.route` answered for the envelope's recipients), its trace
    /// fields written.
    package func begin(
        _ envelope: Envelope, to accounts: [AccountID], onward: [Onward] = [], _ origin: Origin
    ) throws(AcceptanceFailure) -> Incoming {
        let date = now()
        let spool = store.spool()
        do throws(StoreError) { try spool.append(TraceFields.text(of: envelope, origin, hostname: hostname, at: date)) } catch {
            throw failure(error, origin.trace)
        }
        var seen: Set<AccountID> = []
        return Incoming(
            spool: spool, envelope: envelope, accounts: accounts.filter { seen.insert($0).inserted }, onward: onward, origin: origin,
            traceOctets: spool.count, date: date)
    }

    /// The message is complete: judge it, parse it, store it for all in one commit. Returns the items made, one for each account.
    package func finish(_ incoming: Incoming) async throws(AcceptanceFailure) -> [ItemID] {
        do {
            // Our own field is among them.
            let hops = try incoming.spool.withBytes { TraceFields.hops(in: $0) }
            guard hops <= TraceFields.Limits.hops + 1 else { throw AcceptanceFailure.looping }
            let incoming = try await completed(incoming)
            let judged = try await judged(incoming)
            if judged.isDiscarded {
                try await discarded(incoming, judged)
                return []
            }
            let item = try await Ingest.item(from: judged.spool, date: incoming.date)
            let queue = queue, hostname = hostname
            let (items, destinations) = try await store.write(trace: incoming.origin.trace) { transaction in
                try Self.store(incoming, judged, item, queue, hostname, transaction)
            }
            if !destinations.isEmpty { queue.hint(destinations) }
            return items
        } catch {
            throw failure(error, incoming.origin.trace)
        }
    }

    /// Taken and thrown away: nothing is left but the lines of its history, for who asks where it went.
    private func discarded(_ incoming: Incoming, _ judged: Judged) async throws {
        try await store.write(trace: incoming.origin.trace) { transaction in
            try transaction.remember(incoming.origin.trace, .received, Self.words(of: incoming))
            try transaction.remember(incoming.origin.trace, .discarded, judged.words ?? "")
        }
    }

    /// Mail from strangers is judged before it is anybody's.
    private func judged(_ incoming: Incoming) async throws -> Judged {
        guard let judge, judge.concerns(incoming.origin) else { return Judged(spool: incoming.spool) }
        let trace = incoming.origin.trace
        do {
            let judged = try await judge.judge(incoming)
            log.info("delivery.judged", metadata: ["trace": "\(trace)", "verdict": "\(judged.words ?? "")"])
            return judged
        } catch AcceptanceFailure.rejected(let refusal) {
            log.info("delivery.judged", metadata: ["trace": "\(trace)", "verdict": "refuse", "status": "\(refusal.status)", "reason": "\(refusal.words)"])
            throw AcceptanceFailure.rejected(refusal)
        }
    }

    /// The copies here and what is to be sent: one commit. Returns the items made and the destinations that have something now.
    private static func store(
        _ incoming: Incoming, _ judged: Judged, _ item: NewItem, _ queue: QueueEntrance, _ hostname: String, _ transaction: WriteTransaction
    ) throws -> ([ItemID], [String]) {
        let origin = incoming.origin
        let delivered = try LocalDelivery.deliver(item, to: incoming.accounts, isJunk: judged.isJunk, in: transaction)
        try transaction.remember(origin.trace, .received, words(of: incoming, delivered.places))
        if let words = judged.words { try transaction.remember(origin.trace, .judged, words) }
        var item = item
        if let content = delivered.content { item.content = .existing(content) }
        var destinations = try queue.enqueue(
            incoming.onward, of: incoming.envelope, item, trace: origin.trace, user: origin.logIn?.account, at: incoming.date, in: transaction)
        if let content = delivered.content {
            destinations += try reportSuccess(of: incoming, content, Reports(hostname: hostname, queue: queue), transaction)
            if !judged.isJunk {
                destinations += try AutomaticReplies(hostname: hostname, queue: queue).answer(
                    incoming.envelope.sender, for: incoming.accounts, content, trace: origin.trace, at: incoming.date, in: transaction)
            }
        }
        return (delivered.items, destinations)
    }
    /// NOTIFY=SUCCESS for mailboxes here. (RFC 3461 §5.2.3)
    private static func reportSuccess(
        of incoming: Incoming, _ content: ContentID, _ reports: Reports, _ transaction: WriteTransaction
    ) throws -> [String] {
        let envelope = incoming.envelope
        let entries = envelope.recipients.compactMap { recipient -> DeliveryReport.Entry? in
            guard let options = envelope.recipientOptions[recipient], options.notify?.contains(.success) == true else { return nil }
            guard !incoming.onward.contains(where: { $0.address == recipient || $0.via == recipient }) else { return nil }
            return DeliveryReport.Entry(
                recipient: recipient.description, original: options.original, action: .delivered, status: "2.0.0", reply: "250 2.0.0 delivered to the mailbox")
        }
        if entries.isEmpty { return [] }
        var message = QueuedMessage(
            trace: incoming.origin.trace, sender: envelope.sender?.description ?? "", account: incoming.origin.logIn?.account, created: incoming.date,
            expires: incoming.date)
        message.content = content
        message.identifier = envelope.options.identifier
        message.returnsAll = envelope.options.returned.map { $0 == .full }
        return try reports.file(entries, about: message, at: incoming.date, in: transaction)
    }
    /// For the history: who brought it, from whom, to whom, and where it was filed.
    private static func words(of incoming: Incoming, _ places: String = "") -> String {
        let origin = incoming.origin
        var words = "by \(origin.service) from \(origin.greeting) [\(origin.address)] with \(origin.transmission)"
        if let user = origin.logIn { words += " user=\(user.name)" }
        words += " sender=<\(incoming.envelope.sender?.description ?? "")> size=\(incoming.spool.count) mailboxes=\(incoming.accounts.count)"
        if !places.isEmpty { words += " filed=\(places)" }
        return words + incoming.envelope.recipients.prefix(20).map { " to=<\($0)>" }.joined()
    }

    /// All three steps for a message that is there already: routes the recipients, all of whom must be reachable.
    package func accept(_ envelope: Envelope, _ message: Spool, _ origin: Origin) async throws(AcceptanceFailure) -> [ItemID] {
        var accounts: [AccountID] = [], onward: [Onward] = []
        for recipient in envelope.recipients {
            do throws(StoreError) {
                switch try await router.route(recipient, size: message.count, user: origin.logIn, isBounce: envelope.sender == nil) {
                case .accounts(let found): accounts += found
                case .onward(let others, let found): accounts += found; onward += others
                case .overQuota: throw StoreError.overQuota
                case .unknownUser, .elsewhere: throw StoreError.notFound
                }
            } catch {
                throw failure(error, origin.trace)
            }
        }
        let incoming = try begin(envelope, to: accounts, onward: onward, origin)
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
