import Bytes
import MailStore
import MIMECodec
import Model
import SMTPCodec

/// A message as a user's program wrote it, on its way to be a message of the net: line ends made right, fields added, replaced and left
/// out. Octets of the body, and of fields that stay, are not touched.
struct Draft: Sendable {
    private let octets: [UInt8]
    private let fields: [HeaderField]
    private let summary: MessageSummary
    /// Whole lines that come before the rest of the header.
    private var added: [UInt8] = []
    private var replacesFrom = false
    /// Sender stays: whoever checks has held it against the user. Else it goes, as From is the user's own address.
    var keepsSender = false
    /// The envelope's sender.
    var sender: MailAddress?

    init(_ message: [UInt8]) {
        let octets = LineEnds.normalised(message)
        self.octets = octets
        fields = HeaderReader.fields(octets.span).fields
        summary = MessageSummary(parsing: octets.span)
    }

    var hasHeader: Bool { !fields.isEmpty }

    /// To, Cc and Bcc without doubles; and what stands there and is no address.
    var recipients: (addresses: [MailAddress], unreadable: [MailAddress]) {
        var addresses: [MailAddress] = [], unreadable: [MailAddress] = []
        var seen: Set<String> = []
        for case .mailbox(let mailbox) in summary.envelope.to + summary.envelope.cc + summary.envelope.bcc {
            guard let address = Self.address(mailbox) else {
                let text = MailAddress(localPart: String(decoding: mailbox.local, as: UTF8.self), domain: String(decoding: mailbox.domain, as: UTF8.self))
                unreadable.append(text)
                continue
            }
            if seen.insert(address.key).inserted { addresses.append(address) }
        }
        return (addresses, unreadable)
    }

    /// The one address in From; nil where there is none, or several.
    var onlyFrom: MailAddress? {
        let boxes = summary.envelope.from.compactMap { if case .mailbox(let box) = $0 { box } else { nil } }
        guard boxes.count == 1, let only = boxes.first else { return nil }
        return Self.address(only)
    }

    /// Who the message says wrote and sent it: From and Sender. nil where that cannot be read, or From stands there twice, which two readers may
    /// read differently. Empty where there is neither.
    var authors: [MailAddress]? {
        guard count("From") <= 1, count("Sender") <= 1 else { return nil }
        var boxes: [AddressEntry] = summary.envelope.from
        if has("Sender") { boxes += summary.envelope.sender }
        let found = boxes.compactMap { if case .mailbox(let box) = $0 { box } else { nil } }
        guard !has("From") || summary.envelope.from.contains(where: { if case .mailbox = $0 { true } else { false } }) else { return nil }
        let addresses = found.compactMap(Self.address)
        return addresses.count == found.count ? addresses : nil
    }
    var hasFrom: Bool { has("From") }
    /// Whether what is written differs from what came.
    var isChanged: Bool { !added.isEmpty || fields.contains { isLeftOut($0, withBcc: false) } }

    mutating func replaceFrom(with address: MailAddress) {
        replacesFrom = true
        added += Array("From: <\(address)>\r\n".utf8)
    }

    /// Message-ID and Date where they are missing. (RFC 6409 §8.2, §8.3)
    mutating func complete(date: Timestamp, hostname: String) {
        if !has("Date") { added += Array("Date: \(MessageDate.text(date))\r\n".utf8) }
        if !has("Message-ID") { added += Array("Message-ID: <\(Trace.unforeseen())\(Trace.unforeseen())@\(hostname)>\r\n".utf8) }
    }

    /// Piece by piece, so that a large message is not copied once more for each of its forms.
    func write(withBcc: Bool, to spool: Spool) throws(StoreError) {
        try spool.append(added)
        let all = octets.span
        var place = 0
        for field in fields where isLeftOut(field, withBcc: withBcc) {
            if place < field.whole.start { try spool.append(all.extracting(place..<field.whole.start)) }
            place = field.whole.end
        }
        if place < all.count { try spool.append(all.extracting(place..<all.count)) }
    }

    private func isLeftOut(_ field: HeaderField, withBcc: Bool) -> Bool {
        let name = ASCII.lowercased(String(decoding: octets[field.name.range], as: UTF8.self))
        switch name {
        case "bcc", "resent-bcc": return !withBcc
        case "from": return replacesFrom
        // From is the user's own address here, so Sender could only repeat it or claim another's. (RFC 5322 §3.6.2, RFC 6409 §8.1)
        case "sender": return !keepsSender
        // Only the final hop writes it (RFC 5321 §4.4); from a client it would be a claim.
        case "return-path": return true
        default: return false
        }
    }
    private func count(_ name: String) -> Int {
        let wanted = Array(name.utf8)
        return fields.count { ASCII.equalIgnoringCase(Array(octets[$0.name.range]), wanted) }
    }
    private func has(_ name: String) -> Bool {
        let wanted = Array(name.utf8)
        return fields.contains { ASCII.equalIgnoringCase(Array(octets[$0.name.range]), wanted) && !$0.value.isEmpty }
    }
    private static func address(_ mailbox: Mailbox) -> MailAddress? {
        AddressSyntax.address(localPart: mailbox.local, domain: String(decoding: mailbox.domain, as: UTF8.self))
    }
}
