import Bytes
import Directory
import MailStore
import MIMECodec
import Model
import SMTPCodec

/// Answers mail while its recipient is away, in the transaction that delivers it. (RFC 3834)
///
/// 1. Who is answered is the envelope's sender, once in seven days for each user; never a robot, a list, a null sender, nor the user.
/// 2. Only mail to the user: one of the user's own addresses stands in To or Cc. What came by a list or a catch-all is not.
/// 3. Strangers are answered where SPF or DMARC spoke for them: a forged sender hears nothing. (threat T19)
/// 4. An answer has the null sender and says what it is, so that nothing answers it. (threat T20)
struct AutomaticReplies {
    enum Limits {
        /// Milliseconds until a sender is answered again. (RFC 3834 §2, RFC 5230 §4.2)
        static let period: Int64 = 7 * 86_400_000
        /// Octets of a header that is looked at.
        static let header = 65_536
        /// Characters of a subject that is repeated, and octets of References.
        static let subject = 256
        static let references = 2_000
    }
    let hostname: String
    let queue: QueueEntrance

    /// Destinations that have something now, for `QueueEntrance.hint`. `accounts`: those whose mailbox has the message, and not as junk.
    func answer(
        _ sender: MailAddress?, for accounts: [AccountID], _ content: ContentID, trace: String, at date: Timestamp, in transaction: WriteTransaction
    ) throws -> [String] {
        guard let sender, !Self.isRobot(sender) else { return [] }
        let away = try accounts.compactMap { account in
            try transaction.absence(of: account).flatMap { $0.isActive(at: date) ? (account: account, absence: $0) : nil }
        }
        guard !away.isEmpty else { return [] }
        let header = try transaction.content(content, 0..<Limits.header)
        guard !Self.isByProgram(header), let audience = try audience(of: sender, header, transaction) else { return [] }
        let only = Array(header[..<HeaderReader.end(of: header.span)])
        let question = MessageSummary(parsing: only.span)
        var destinations: [String] = []
        for (account, absence) in away {
            guard let message = absence.messages[audience], message.isEnabled, !Self.isBlank(message),
                let own = try ownAddress(account, question, not: sender, transaction),
                try transaction.takeAnswer(of: account, to: sender.key, every: Limits.period)
            else { continue }
            let name = try transaction.account(account)?.displayName ?? ""
            let octets = compose(message, from: DisplayAddress(name: name, address: own.description), to: sender, question, header, at: date)
            destinations += try deliver(octets, to: sender, by: account, about: trace, at: date, in: transaction)
        }
        return destinations
    }

    // MARK: Whom

    /// Addresses behind which nobody reads. (RFC 3834 §2)
    static func isRobot(_ sender: MailAddress) -> Bool {
        let name = ASCII.lowercased(sender.localPart)
        let whole: Set = ["mailer-daemon", "listserv", "majordomo", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces", "postmaster"]
        return whole.contains(name) || name.hasPrefix("owner-") || name.hasSuffix("-request") || name.hasSuffix("-owner") || name.hasSuffix("-bounces")
            || name.hasPrefix("bounce-") || name.hasPrefix("bounces+") || name.hasPrefix("noreply") || name.hasPrefix("no-reply") || name.hasPrefix("srs0=")
    }
    /// The header says that a program sent it, or that a program is not to answer it. (RFC 3834 §2, RFC 2369, RFC 2919; MS-OXCMAIL §2.2.3.2.14)
    static func isByProgram(_ header: [UInt8]) -> Bool {
        for field in HeaderReader.fields(header.span).fields {
            let name = ASCII.lowercased(String(decoding: header[field.name.range], as: UTF8.self))
            if name.hasPrefix("list-") || name == "feedback-id" { return true }
            let value = ASCII.lowercased(String(decoding: header[field.value.range], as: UTF8.self))
            let words = value.split { !$0.isLetter && $0 != "-" }
            switch name {
            case "auto-submitted": if words.first != "no" { return true }
            case "precedence": if words.contains(where: { $0 == "bulk" || $0 == "list" || $0 == "junk" }) { return true }
            case "x-auto-response-suppress": if words.contains(where: { $0 == "oof" || $0 == "all" || $0 == "autoreply" }) { return true }
            case "content-type": if value.contains("multipart/report") { return true }
            default: continue
            }
        }
        return false
    }
    /// nil: nobody who is to be answered.
    private func audience(of sender: MailAddress, _ header: [UInt8], _ transaction: ReadTransaction) throws -> AbsenceRow.Audience? {
        // An answer to one of ours stays here, whoever has written in their name.
        if try transaction.isLocal(domain: sender.domain) { return .internal }
        // Whom the user knows is told by contacts, which there are none of yet.
        return SenderProof.isProved(header, hostname: hostname) ? .unknown : nil
    }
    /// The address of the user that the message names; nil where it names none, or where the user wrote it.
    private func ownAddress(
        _ account: AccountID, _ question: MessageSummary, not sender: MailAddress, _ transaction: ReadTransaction
    ) throws -> MailAddress? {
        // An address with several targets is a list.
        let own = try transaction.addresses(of: account).map(\.address).filter { try !$0.hasPrefix("@") && transaction.targets(of: $0).count == 1 }
        guard !own.contains(Self.plain(sender).key) else { return nil }
        for case .mailbox(let mailbox) in question.envelope.to + question.envelope.cc {
            guard let address = AddressSyntax.address(localPart: mailbox.local, domain: String(decoding: mailbox.domain, as: UTF8.self)) else { continue }
            if own.contains(address.key) { return address }
            if own.contains(Self.plain(address).key) { return Self.plain(address) }
        }
        return nil
    }
    /// Without its tag. (RFC 5233 §1)
    private static func plain(_ address: MailAddress) -> MailAddress {
        guard let plus = address.localPart.firstIndex(of: "+"), plus != address.localPart.startIndex else { return address }
        return MailAddress(localPart: String(address.localPart[..<plus]), domain: address.domain)
    }
    private static func isBlank(_ message: AbsenceRow.Message) -> Bool {
        let text = message.isHTML ? String(decoding: HTMLText.plain(fromHTML: Array(message.text.utf8)), as: UTF8.self) : message.text
        return text.allSatisfy(\.isWhitespace)
    }

    // MARK: What

    private func compose(
        _ message: AbsenceRow.Message, from own: DisplayAddress, to sender: MailAddress, _ question: MessageSummary, _ header: [UInt8], at date: Timestamp
    ) -> [UInt8] {
        var writer = MessageWriter()
        writer.addresses("From", [own])
        writer.addresses("To", [DisplayAddress(name: "", address: sender.description)])
        // (RFC 3834 §3.1.5)
        writer.text("Subject", "Auto: \(question.display.subject.prefix(Limits.subject))")
        writer.field("Date", MessageDate.text(date))
        writer.field("Message-ID", "<\(Trace.unforeseen())\(Trace.unforeseen())@\(hostname)>")
        if !question.messageID.isEmpty {
            writer.field("In-Reply-To", question.messageID)
            let before = HeaderReader.values("References", in: header.span).first.map { String(decoding: $0, as: UTF8.self) } ?? ""
            let isGood = before.utf8.count <= Limits.references && before.utf8.allSatisfy { $0 >= 32 && $0 < 127 }
            writer.field("References", isGood && !before.isEmpty ? "\(before) \(question.messageID)" : question.messageID)
        }
        // (RFC 3834 §5)
        writer.field("Auto-Submitted", "auto-replied")
        writer.field("X-Auto-Response-Suppress", "All")
        return writer.finish(.text(subtype: message.isHTML ? "html" : "plain", message.text), boundary: Trace.unforeseen())
    }
    private func deliver(
        _ octets: [UInt8], to sender: MailAddress, by account: AccountID, about: String, at date: Timestamp, in transaction: WriteTransaction
    ) throws -> [String] {
        let accounts: [AccountID], onward: [Onward]
        switch try Router.route(sender, hostname: hostname, isUser: true, isBounce: true, at: date, in: transaction) {
        case .accounts(let found): (accounts, onward) = (found, [])
        case .onward(let others, let found): (accounts, onward) = (found, others)
        case .unknownUser, .elsewhere, .overQuota: return []
        }
        let mail = OwnMail(hostname: hostname, queue: queue)
        // The mail that is answered is not lost for the sake of an answer.
        guard let sent = try mail.send(octets, to: accounts, onward, for: sender, user: account, at: date, in: transaction) else { return [] }
        try transaction.remember(about, .reported, "automatic answer \(sent.trace) to <\(sender)>")
        return sent.destinations
    }
}
