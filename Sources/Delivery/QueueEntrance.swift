import Crypto
import MailStore
package import Model

/// A recipient at another server.
package struct Onward: Sendable, Equatable {
    package let address: MailAddress
    /// The address here that leads there; nil where the sender wrote to that recipient.
    package let via: MailAddress?
    package init(address: MailAddress, via: MailAddress?) { self.address = address; self.via = via }
}

/// The way into the queue: in the transaction that stores the copies delivered here, and who is told once it is synced.
package struct QueueEntrance: Sendable {
    /// Milliseconds until the sender is warned of the delay, and until we give up. (RFC 5321 §4.5.4.1: 4-5 days)
    package var warnAfter: Int64 = 4 * 3_600_000
    package var expireAfter: Int64 = 5 * 86_400_000
    /// Told after the commit for which destinations there is something now.
    package var hint: @Sendable ([String]) -> Void = { _ in }
    package init() {}

    /// One queued message for each sender that results: forwarded mail leaves under an address of ours. `item` is what goes on the wire, with
    /// our trace fields. Returns the destinations, for `hint`.
    func enqueue(
        _ onward: [Onward], of envelope: Envelope, _ item: NewItem, trace: String, user: AccountID?, at date: Timestamp, in transaction: WriteTransaction
    ) throws -> [String] {
        if onward.isEmpty { return [] }
        var item = item
        var destinations: Set<String> = []
        for (domain, recipients) in Self.grouped(onward) {
            let sender = try self.sender(envelope.sender, domain, date, transaction)
            var message = QueuedMessage(
                trace: trace, sender: sender?.description ?? "", account: user, created: date, expires: Timestamp(milliseconds: date.rawValue + expireAfter))
            let options = envelope.options
            message.body = options.body == .binary ? .binary : options.body == .eightBit ? .eightBit : .sevenBit
            message.isUTF8 = options.isUTF8
            message.requiresTLS = options.requiresTLS
            message.identifier = options.identifier
            message.returnsAll = options.returned.map { $0 == .full }
            let rows = recipients.map { row($0, envelope, date) }
            let queued = try transaction.enqueue(message, item, to: rows)
            item.content = .existing(queued.content)
            destinations.formUnion(rows.map(\.destination))
            let words = "message=\(queued.id) sender=<\(message.sender)> " + recipients.prefix(50).map { "to=<\($0.address)>" }.joined(separator: " ")
            try transaction.remember(trace, .queued, words)
        }
        return destinations.sorted()
    }

    private func row(_ recipient: Onward, _ envelope: Envelope, _ date: Timestamp) -> QueuedRecipient {
        var row = QueuedRecipient(address: recipient.address.description, destination: recipient.address.domain, next: date)
        let options = envelope.recipientOptions[recipient.via ?? recipient.address]
        row.notify = options?.notify.map { Int($0.rawValue) }
        // RFC 3461 §5.2.7.3 (aliases): where the address changes, the report names the one that was written.
        row.original = options?.original ?? recipient.via.map { "rfc822;\($0)" }
        row.warn = row.notify.map { $0 & 4 != 0 } ?? true ? Timestamp(milliseconds: date.rawValue + warnAfter) : nil
        return row
    }
    private func sender(_ sender: MailAddress?, _ domain: String?, _ date: Timestamp, _ transaction: WriteTransaction) throws -> MailAddress? {
        guard let domain, let sender else { return sender }
        // Our own domains send from here anyway.
        if try transaction.isLocal(domain: sender.domain) { return sender }
        return SRS(key: try transaction.secret(SRS.secretName, orMake: SRS.makeKey)).rewritten(sender, domain: domain, at: date)
    }
    /// By the domain that forwards (nil: nobody does), without doubles.
    private static func grouped(_ onward: [Onward]) -> [(domain: String?, recipients: [Onward])] {
        var groups: [(domain: String?, recipients: [Onward])] = []
        var places: [String?: Int] = [:]
        var seen: Set<String> = []
        for recipient in onward where seen.insert(recipient.address.key).inserted {
            let domain = recipient.via?.domain
            if let place = places[domain] {
                groups[place].recipients.append(recipient)
            } else {
                places[domain] = groups.count
                groups.append((domain, [recipient]))
            }
        }
        return groups
    }
}
