package import Directory
package import Logging
package import MailStore
import MIMECodec
package import Model

package enum SubmissionFailure: Error, Equatable {
    case noRecipients, malformed, messageTooLarge, senderNotAllowed, overQuota, tryLater
    /// The user has had enough for this hour.
    case limited
    /// These recipients cannot be delivered to: nobody of that name here.
    case undeliverable([MailAddress])
}

/// The door for mail written by users: ActiveSync and, later, Groupware use it; SMTP submission shares its parts.
package struct Submission: Sendable {
    package enum Limits {
        /// Recipients of one message.
        package static let recipients = 1_000
        /// Octets of one message.
        package static let messageSize = 50 * 1_048_576
    }
    private let store: MailStore
    private let router: Router
    private let hostname: String
    /// Octets of one message.
    package let sizeLimit: Int
    private let queue: QueueEntrance
    private let allowances: Allowances
    private let log: Logger
    private let now: @Sendable () -> Timestamp

    package init(
        store: MailStore, directory: Directory, hostname: String, sizeLimit: Int = Limits.messageSize, queue: QueueEntrance = QueueEntrance(),
        allowances: Allowances = Allowances(), log: Logger = Logger(label: "delivery"), now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) {
        self.store = store
        self.queue = queue
        self.allowances = allowances
        self.log = log
        self.hostname = hostname
        self.sizeLimit = sizeLimit
        self.now = now
        router = Router(store: store, directory: directory, hostname: hostname, now: now)
    }

    /// Recipients are those of To, Cc and Bcc; Bcc is removed on the way out and kept in the Sent copy. All in one commit:
    /// the copy in Sent and what is delivered. Returns after it is synced. One recipient who cannot be reached keeps the message from all.
    /// `alsoDo` runs in the same transaction (marks on the message answered, the device's record).
    package func submit(
        _ message: [UInt8], by user: LogIn, saveInSent: Bool, trace: String, alsoDo: (@Sendable (WriteTransaction) throws -> Void)? = nil
    ) async throws(SubmissionFailure) {
        guard message.count <= sizeLimit else { throw .messageTooLarge }
        let date = now()
        do {
            var draft = await Self.prepared(message)
            guard draft.hasHeader else { throw SubmissionFailure.malformed }
            let recipients = try Self.recipients(of: draft)
            guard allowances.hasRoom(user.account, recipients: recipients.count) else { throw SubmissionFailure.limited }
            try await judgeSender(&draft, user)
            let (accounts, onward) = try await route(recipients, size: message.count, user)
            draft.complete(date: date, hostname: hostname)

            let outgoing = store.spool(), copy = store.spool()
            try outgoing.append(TraceFields.text(ofSubmissionBy: draft.sender, hostname: hostname, trace: trace, at: date))
            try draft.write(withBcc: false, to: outgoing)
            let delivered = try await Ingest.item(from: outgoing, date: date)
            if saveInSent { try draft.write(withBcc: true, to: copy) }
            let saved = saveInSent ? try await Ingest.item(from: copy, date: date, flags: .seen) : nil
            let queue = queue, hostname = hostname, envelope = Envelope(sender: draft.sender, recipients: recipients)
            let destinations = try await store.write(trace: trace) { transaction in
                let words = "by submission user=\(user.name) sender=<\(envelope.sender?.description ?? "")> mailboxes=\(accounts.count)"
                let made = try LocalDelivery.deliver(delivered, to: accounts, in: transaction)
                let places = made.places.isEmpty ? "" : " filed=\(made.places)"
                try transaction.remember(trace, .received, words + places + recipients.prefix(20).map { " to=<\($0)>" }.joined())
                var sent = delivered
                if let content = made.content { sent.content = .existing(content) }
                let destinations = try queue.enqueue(onward, of: envelope, sent, trace: trace, user: user.account, at: date, in: transaction)
                let answers = try made.content.map {
                    try AutomaticReplies(hostname: hostname, queue: queue).answer(envelope.sender, for: accounts, $0, trace: trace, at: date, in: transaction)
                }
                if let saved { _ = try transaction.append(saved, to: Self.sentFolder(of: user.account, transaction)) }
                try alsoDo?(transaction)
                return destinations + (answers ?? [])
            }
            allowances.took(user.account, recipients: recipients.count)
            if !destinations.isEmpty { queue.hint(destinations) }
            log.info(
                "delivery.submitted",
                metadata: [
                    "trace": "\(trace)", "user": "\(user.name)", "size": "\(outgoing.count)", "recipients": "\(accounts.count + onward.count)",
                ])
        } catch {
            throw failure(error, trace)
        }
    }

    @concurrent private static func prepared(_ message: [UInt8]) async -> Draft { Draft(message) }

    private static func recipients(of draft: Draft) throws(SubmissionFailure) -> [MailAddress] {
        let (addresses, unreadable) = draft.recipients
        guard unreadable.isEmpty else { throw .undeliverable(unreadable) }
        guard !addresses.isEmpty else { throw .noRecipients }
        guard addresses.count <= Limits.recipients else { throw .undeliverable(Array(addresses[Limits.recipients...])) }
        return addresses
    }

    /// From stays where it is the user's own; else it becomes the account's address. (MS-ASCMD §3.2.5.4)
    private func judgeSender(_ draft: inout Draft, _ user: LogIn) async throws {
        guard let own = MailAddress(user.name) else { throw SubmissionFailure.senderNotAllowed }
        draft.sender = own
        if case .some(let from) = draft.onlyFrom, try await router.mayUse(from, user) {
            draft.sender = from
        } else {
            draft.replaceFrom(with: own)
        }
    }

    private func route(_ recipients: [MailAddress], size: Int, _ user: LogIn) async throws -> (accounts: [AccountID], onward: [Onward]) {
        var accounts: [AccountID] = [], onward: [Onward] = []
        var seen: Set<AccountID> = []
        var failed: [MailAddress] = []
        for recipient in recipients {
            switch try await router.route(recipient, size: size, user: user) {
            case .accounts(let found): accounts += found.filter { seen.insert($0).inserted }
            case .onward(let others, let found):
                accounts += found.filter { seen.insert($0).inserted }
                onward += others
            case .overQuota: throw SubmissionFailure.overQuota
            case .unknownUser, .elsewhere: failed.append(recipient)
            }
        }
        guard failed.isEmpty else { throw SubmissionFailure.undeliverable(failed) }
        return (accounts, onward)
    }

    /// The user may have removed it: then there is a new one.
    private static func sentFolder(of account: AccountID, _ transaction: WriteTransaction) throws -> FolderID {
        if let folder = try transaction.folder(of: account, role: .sent) { return folder.id }
        if let folder = try transaction.folders(of: account).first(where: { $0.parent == nil && $0.name == "Sent" && $0.role == nil }) {
            try transaction.setFolder(folder.id, role: .sent)
            return folder.id
        }
        return try transaction.addFolder(account: account, parent: nil, name: "Sent", itemClass: .mail, role: .sent, isSubscribed: true).id
    }

    private func failure(_ error: any Error, _ trace: String) -> SubmissionFailure {
        switch error {
        case let failure as SubmissionFailure: return failure
        case StoreError.overQuota: return .overQuota
        default:
            log.error("delivery.trouble", metadata: ["trace": "\(trace)", "error": "\(error)"])
            return .tryLater
        }
    }
}
