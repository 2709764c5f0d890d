import Bytes
import Directory
import MIMECodec
package import MailStore
package import Model

/// Brings notices to the senders of messages: into a mailbox here, or by the queue. In the transaction that ends the recipients they are about.
///
/// 1. A notice has the null sender, so nothing answers it; mail with the null sender gets none. (RFC 5321 §4.5.5)
/// 2. Only who was proved to have sent a message is told of it elsewhere: our users, and senders for whom SPF or DMARC spoke when the message
///    came. Forged senders hear nothing. (threats T19, T40)
/// 3. What cannot be brought to a sender of ours goes to the postmaster. (RFC 5321 §6.1)
package struct Reports: Sendable {
    private let hostname: String
    private let queue: QueueEntrance

    package init(hostname: String, queue: QueueEntrance) {
        self.hostname = hostname
        self.queue = queue
    }

    /// Destinations that have something now, for `QueueEntrance.hint`.
    package func file(
        _ entries: [DeliveryReport.Entry], about message: QueuedMessage, at date: Timestamp, in transaction: WriteTransaction
    ) throws -> [String] {
        guard !entries.isEmpty else { return [] }
        let isBounce = message.sender.isEmpty
        // A notice that cannot be brought is the postmaster's. (RFC 5321 §6.1)
        if isBounce, !entries.contains(where: { $0.action == .failed }) { return [] }
        guard let sender = isBounce ? postmaster : MailAddress(message.sender) else { return [] }
        // A message that has gone meanwhile has nothing to be sent back.
        let stored = try transaction.content(message.content)
        let about = Self.withoutReturnPath(stored)
        var route = try Router.route(sender, hostname: hostname, isUser: true, isBounce: true, at: date, in: transaction)
        if case .onward(_, let accounts) = route, accounts.isEmpty, message.account == nil, !SenderProof.isProved(stored, hostname: hostname) {
            try transaction.remember(message.trace, .reported, "no notice: <\(sender)> is not known to have sent this")
            return []
        }
        var recipient = sender
        if !isBounce, route == .unknownUser || route == .overQuota {
            recipient = postmaster
            route = try Router.route(recipient, hostname: hostname, isUser: false, isBounce: true, at: date, in: transaction)
        }
        let accounts: [AccountID], onward: [Onward]
        switch route {
        case .accounts(let found): (accounts, onward) = (found, [])
        // The postmaster's mail stays here: sent on, it could fail again, and again.
        case .onward(let others, let found): (accounts, onward) = (found, recipient == postmaster ? [] : others)
        case .unknownUser, .elsewhere, .overQuota:
            try transaction.remember(message.trace, .reported, "no notice: nobody to bring it to (<\(recipient)>)")
            return []
        }
        var report = DeliveryReport(
            hostname: hostname, recipient: recipient.description, trace: message.trace, date: date, arrived: message.created, entries: entries)
        report.identifier = message.identifier
        report.returnsAll = message.returnsAll
        return try deliver(report.octets(about: about), to: accounts, onward, of: message, recipient, at: date, in: transaction)
    }

    private var postmaster: MailAddress { MailAddress(localPart: "postmaster", domain: hostname) }

    private func deliver(
        _ octets: [UInt8], to accounts: [AccountID], _ onward: [Onward], of message: QueuedMessage, _ recipient: MailAddress, at date: Timestamp,
        in transaction: WriteTransaction
    ) throws -> [String] {
        let mail = OwnMail(hostname: hostname, queue: queue)
        guard let sent = try mail.send(octets, to: accounts, onward, for: recipient, user: nil, at: date, in: transaction) else {
            // A mailbox that has no room for its owner's own bounces is no reason to lose the result of the attempt.
            try transaction.remember(message.trace, .reported, "no notice: the mailbox of <\(recipient)> is full")
            return []
        }
        try transaction.remember(message.trace, .reported, "notice \(sent.trace) to <\(recipient)>")
        return sent.destinations
    }

    private static func withoutReturnPath(_ stored: [UInt8]) -> [UInt8] {
        guard let first = HeaderReader.fields(stored.span).fields.first,
            ASCII.lowercased(String(decoding: stored[first.name.range], as: UTF8.self)) == "return-path"
        else { return stored }
        return Array(stored[first.whole.end...])
    }
}
