import Bytes
import DNSCodec
import MailStore
import SMTPCodec

/// MAIL and RCPT in the words that this server knows. (RFC 5321 §4.1.1.2, §4.1.1.3)
struct EnvelopeForm: Sendable {
    private(set) var mail = ""
    private var knowsDSN = false
    private var allowsUTF8 = false

    init() {}
    init(job: ClientJob, needs: MessageNeeds, extensions: ServerExtensions) {
        knowsDSN = extensions.dsn
        allowsUTF8 = needs.isUTF8 && extensions.smtpUTF8
        let message = job.message
        mail = "MAIL FROM:<\(Self.wire(message.sender))>"
        if extensions.size != nil { mail += " SIZE=\(needs.size)" }
        if needs.isEightBit, extensions.eightBitMIME { mail += " BODY=8BITMIME" }
        if allowsUTF8 { mail += " SMTPUTF8" }
        if message.requiresTLS, extensions.requireTLS { mail += " REQUIRETLS" }
        if knowsDSN {
            if let all = message.returnsAll { mail += all ? " RET=FULL" : " RET=HDRS" }
            if let identifier = message.identifier { mail += " ENVID=\(Xtext.encode(identifier))" }
        }
        mail += "\r\n"
    }

    /// nil for an address that cannot stand in a command: no octet of it ever begins another line. (threat T1)
    func recipient(_ recipient: QueuedRecipient) -> String? {
        let address = Self.wire(recipient.address)
        let isWritable = address.utf8.allSatisfy { byte in
            byte >= 32 && byte != 127 && (allowsUTF8 || byte < 127) && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
        }
        guard isWritable else { return nil }
        var line = "RCPT TO:<\(address)>"
        if knowsDSN {
            if let notify = recipient.notify {
                let words = [(1, "SUCCESS"), (2, "FAILURE"), (4, "DELAY")].filter { notify & $0.0 != 0 }.map(\.1)
                line += " NOTIFY=" + (words.isEmpty ? "NEVER" : words.joined(separator: ","))
            }
            if let original = recipient.original, let semicolon = original.firstIndex(of: ";") {
                line += " ORCPT=\(original[..<semicolon]);\(Xtext.encode(String(original[original.index(after: semicolon)...])))"
            }
        }
        return line + "\r\n"
    }

    /// A domain of other letters in its A-label form, which every server knows. (RFC 5891 §4.4)
    static func wire(_ address: String) -> String {
        guard address.utf8.contains(where: { $0 > 127 }), let at = address.lastIndex(of: "@") else { return address }
        guard let domain = DomainName.ascii(String(address[address.index(after: at)...])) else { return address }
        return address[...at] + domain
    }
}
