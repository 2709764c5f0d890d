import MailStore
import MIMECodec
import Model

/// A message that the server itself writes, with the null sender: into mailboxes here and into the queue, in somebody's transaction. (RFC 5321 §4.5.5)
struct OwnMail {
    let hostname: String
    let queue: QueueEntrance
    struct Sent {
        let trace: String
        /// That have something now, for `QueueEntrance.hint`.
        let destinations: [String]
    }

    /// nil where a mailbox here has no room for it: nothing is written then, and what it is about goes on.
    func send(
        _ octets: [UInt8], to accounts: [AccountID], _ onward: [Onward], for recipient: MailAddress, user: AccountID?, at date: Timestamp,
        in transaction: WriteTransaction
    ) throws -> Sent? {
        let trace = Trace.make()
        let whole = TraceFields.text(ofSubmissionBy: nil, hostname: hostname, trace: trace, at: date) + octets
        let summary = MessageSummary(parsing: whole.span)
        var item = NewItem(content: .bytes(whole), summary: summary.encode(), date: date)
        item.threadKeys = summary.threadKeys
        var made = LocalDelivery.Made()
        do { made = try LocalDelivery.deliver(item, to: accounts, in: transaction) } catch StoreError.overQuota { return nil }
        if let content = made.content { item.content = .existing(content) }
        let destinations = try queue.enqueue(
            onward, of: Envelope(sender: nil, recipients: [recipient]), item, trace: trace, user: user, at: date, in: transaction)
        return Sent(trace: trace, destinations: destinations)
    }
}
