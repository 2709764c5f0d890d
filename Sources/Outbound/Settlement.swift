import Delivery
import MailStore
import Model
import SMTPCodec

/// Writes down what became of a job: one transaction, notices included. Rides with others in one commit. (store: group commit)
struct Settlement: Sendable {
    let schedule: Schedule
    let reports: Reports
    let hostname: String

    struct Outcome: Sendable {
        var delivered = 0
        var failed = 0
        var deferred = 0
        /// Destinations that have something to do now (notices), and when the postponed ones are due.
        var hints: [String] = []
        var later: [(destination: String, time: Timestamp)] = []
    }
    /// Who was asked, for the history: "mx.far.example[192.0.2.1]:25 TLSv1.3".
    struct Place: Sendable {
        var words: String
        var host: String?
        var transcript: String?
        init(words: String, host: String? = nil, transcript: String? = nil) { self.words = words; self.host = host; self.transcript = transcript }
    }

    func apply(
        _ job: ClientJob, _ results: [RecipientResult], _ place: Place, now: Timestamp, chance: Double, in transaction: WriteTransaction
    ) throws -> Outcome {
        var outcome = Outcome()
        var failures: [DeliveryReport.Entry] = [], successes: [DeliveryReport.Entry] = []
        let trace = job.message.trace
        for (recipient, result) in zip(job.recipients, results) {
            // Removed or settled meanwhile: nothing to write.
            guard try transaction.recipient(recipient.id) != nil else { continue }
            switch result {
            case .untried: continue
            case .delivered(let reply, let isRelayed):
                outcome.delivered += 1
                try transaction.remember(trace, .delivered, "to=<\(recipient.address)> by \(place.words): \(reply.description)")
                if let notify = recipient.notify, notify & 1 != 0, isRelayed {
                    successes.append(entry(recipient, .relayed, reply, place, status: "2.0.0"))
                }
            case .failed(let reply):
                outcome.failed += 1
                try transaction.remember(trace, .failed, "to=<\(recipient.address)> by \(place.words): \(reply.description)")
                if Self.wantsFailure(recipient) { failures.append(entry(recipient, .failed, reply, place, status: "5.0.0")) }
            case .deferred(let reply):
                try later(recipient, reply, job, place, now, chance, &outcome, transaction)
            }
        }
        if let transcript = place.transcript, outcome.failed + outcome.deferred > 0 { try transaction.remember(trace, .transcript, transcript) }
        // Notices first: they need the content, which goes with the last recipient.
        outcome.hints += try reports.file(failures, about: job.message, at: now, in: transaction)
        outcome.hints += try reports.file(successes, about: job.message, at: now, in: transaction)
        for (recipient, result) in zip(job.recipients, results) {
            switch result {
            case .delivered, .failed: try transaction.finish(recipient.id, of: job.message.id)
            case .deferred, .untried: break
            }
        }
        return outcome
    }

    private func later(
        _ recipient: QueuedRecipient, _ reply: ServerReply, _ job: ClientJob, _ place: Place, _ now: Timestamp, _ chance: Double, _ outcome: inout Outcome,
        _ transaction: WriteTransaction
    ) throws {
        outcome.deferred += 1
        // Never past the end: the last attempt is just before it.
        let next = min(schedule.next(after: recipient.attempts + 1, from: now, chance: chance), max(job.message.expires, now))
        try transaction.postpone(recipient.id, until: next, reply: reply.description)
        let words = "to=<\(recipient.address)> by \(place.words): \(reply.description); next \(MessageDate.text(next))"
        try transaction.remember(job.message.trace, .deferred, words)
        outcome.later.append((recipient.destination, next))
    }

    /// Messages whose time is over: the rest of their recipients have failed.
    func expire(_ message: QueuedMessage, except inFlight: Set<RecipientID>, now: Timestamp, in transaction: WriteTransaction) throws -> Outcome {
        var outcome = Outcome()
        var entries: [DeliveryReport.Entry] = []
        let recipients = try transaction.recipients(of: message.id).filter { !inFlight.contains($0.id) }
        for recipient in recipients {
            outcome.failed += 1
            let said = recipient.reply.isEmpty ? "it could not be tried" : recipient.reply
            try transaction.remember(message.trace, .expired, "to=<\(recipient.address)> after \(recipient.attempts) attempts: \(said)")
            if Self.wantsFailure(recipient) {
                // RFC 3463 §3.5: X.4.7, delivery time expired.
                entries.append(
                    DeliveryReport.Entry(
                        recipient: recipient.address, original: recipient.original, action: .failed, status: "4.4.7",
                        reply: "delivery time expired; the last answer was: \(said)"))
            }
        }
        outcome.hints = try reports.file(entries, about: message, at: now, in: transaction)
        for recipient in recipients { try transaction.finish(recipient.id, of: message.id) }
        return outcome
    }
    /// Tells the sender that it takes long, once.
    func warn(_ recipient: QueuedRecipient, now: Timestamp, in transaction: WriteTransaction) throws -> [String] {
        guard let message = try transaction.queued(recipient.message), try transaction.recipient(recipient.id)?.warn != nil else { return [] }
        var entry = DeliveryReport.Entry(
            recipient: recipient.address, original: recipient.original, action: .delayed, status: "4.4.1",
            reply: recipient.reply.isEmpty ? "451 4.4.1 the server could not be reached yet" : recipient.reply)
        entry.willRetryUntil = message.expires
        try transaction.setWarned(recipient.id)
        return try reports.file([entry], about: message, at: now, in: transaction)
    }

    private func entry(
        _ recipient: QueuedRecipient, _ action: DeliveryReport.Action, _ reply: ServerReply, _ place: Place, status: String
    ) -> DeliveryReport.Entry {
        var entry = DeliveryReport.Entry(
            recipient: recipient.address, original: recipient.original, action: action, status: reply.status ?? status, reply: reply.description)
        entry.remote = place.host
        return entry
    }
    /// NOTIFY, where nothing was said: failures are told. (RFC 3461 §4.1)
    private static func wantsFailure(_ recipient: QueuedRecipient) -> Bool { recipient.notify.map { $0 & 2 != 0 } ?? true }
}
