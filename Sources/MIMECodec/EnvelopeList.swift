import Bytes

/// ENVELOPE as a parenthesised list, the form it is kept and sent in. (RFC 3501 §7.4.2)
package enum EnvelopeList {
    /// Where an address lacks a half. NIL would mean a group; Dovecot's words, for clients know them.
    static let missingDomain = Array("MISSING_DOMAIN".utf8)
    static let missingMailbox = Array("MISSING_MAILBOX".utf8)

    package static func render(_ envelope: MessageEnvelope) -> [UInt8] {
        var bytes: [UInt8] = []
        write(envelope, to: &bytes)
        return bytes
    }
    static func write(_ envelope: MessageEnvelope, to bytes: inout [UInt8]) {
        bytes.append(0x28)
        ListText.write(optional: envelope.date, to: &bytes)
        bytes.append(0x20)
        ListText.write(optional: envelope.subject, to: &bytes)
        for list in [envelope.from, envelope.sender, envelope.replyTo, envelope.to, envelope.cc, envelope.bcc] {
            bytes.append(0x20)
            write(list, to: &bytes)
        }
        bytes.append(0x20)
        ListText.write(optional: envelope.inReplyTo, to: &bytes)
        bytes.append(0x20)
        ListText.write(optional: envelope.messageID, to: &bytes)
        bytes.append(0x29)
    }
    private static func write(_ list: [AddressEntry], to bytes: inout [UInt8]) {
        guard !list.isEmpty else { ListText.writeNil(to: &bytes); return }
        bytes.append(0x28)
        for entry in list {
            switch entry {
            case .mailbox(let mailbox):
                write(
                    mailbox.name, mailbox.route, mailbox.local.isEmpty ? missingMailbox : mailbox.local,
                    mailbox.domain.isEmpty ? missingDomain : mailbox.domain, to: &bytes)
            case .groupStart(let name): write(nil, nil, name, nil, to: &bytes)
            case .groupEnd: write(nil, nil, nil, nil, to: &bytes)
            }
        }
        bytes.append(0x29)
    }
    private static func write(_ name: [UInt8]?, _ route: [UInt8]?, _ local: [UInt8]?, _ domain: [UInt8]?, to bytes: inout [UInt8]) {
        bytes.append(0x28)
        ListText.write(optional: name, to: &bytes)
        bytes.append(0x20)
        ListText.write(optional: route, to: &bytes)
        bytes.append(0x20)
        ListText.write(optional: local, to: &bytes)
        bytes.append(0x20)
        ListText.write(optional: domain, to: &bytes)
        bytes.append(0x29)
    }
}
