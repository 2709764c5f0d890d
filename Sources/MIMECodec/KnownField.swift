import Bytes

/// The fields a summary is made from.
enum KnownField: Sendable {
    case date, subject, from, sender, replyTo, to, cc, bcc, inReplyTo, messageID, references, importance, priority, xPriority
    case contentType, encoding, contentID, contentDescription, disposition, md5, language, location

    /// nil for every other name. Case does not matter. (RFC 5322 §1.2.2)
    init?(_ name: ByteRange, _ bytes: Span<UInt8>) {
        func isName(_ text: StaticString) -> Bool {
            guard text.utf8CodeUnitCount == name.count else { return false }
            for index in 0..<name.count where unsafe text.utf8Start[index] != ASCII.lower(bytes[name.start + index]) { return false }
            return true
        }
        switch name.count {
        case 2: if isName("to") { self = .to } else if isName("cc") { self = .cc } else { return nil }
        case 3: if isName("bcc") { self = .bcc } else { return nil }
        case 4: if isName("from") { self = .from } else if isName("date") { self = .date } else { return nil }
        case 6: if isName("sender") { self = .sender } else { return nil }
        case 7: if isName("subject") { self = .subject } else { return nil }
        case 8: if isName("reply-to") { self = .replyTo } else if isName("priority") { self = .priority } else { return nil }
        case 10:
            if isName("message-id") { self = .messageID } else if isName("references") { self = .references }
            else if isName("importance") { self = .importance } else if isName("x-priority") { self = .xPriority }
            else if isName("content-id") { self = .contentID } else { return nil }
        case 11: if isName("in-reply-to") { self = .inReplyTo } else if isName("content-md5") { self = .md5 } else { return nil }
        case 12: if isName("content-type") { self = .contentType } else { return nil }
        case 16: if isName("content-language") { self = .language } else if isName("content-location") { self = .location } else { return nil }
        case 19:
            if isName("content-disposition") { self = .disposition } else if isName("content-description") { self = .contentDescription } else { return nil }
        case 25: if isName("content-transfer-encoding") { self = .encoding } else { return nil }
        default: return nil
        }
    }
}

/// The known fields of one header, as ranges. Fields that may be there once (RFC 5322 §3.6) but are there twice: the caller chooses.
struct KnownFields {
    private(set) var found: [(field: KnownField, value: ByteRange)] = []

    mutating func add(_ field: HeaderField, _ bytes: Span<UInt8>) {
        guard found.count < Limits.fieldsOfOneHeader, let known = KnownField(field.name, bytes) else { return }
        found.append((known, field.value))
    }
    mutating func removeAll() { found.removeAll(keepingCapacity: true) }

    func first(_ field: KnownField, _ bytes: Span<UInt8>) -> [UInt8]? {
        guard let entry = found.first(where: { $0.field == field }) else { return nil }
        return HeaderReader.unfolded(entry.value, bytes)
    }
    /// Of several Date or Subject fields the last one counts, as Dovecot and Cyrus have it: what relays put on top does not hide the author's.
    func last(_ field: KnownField, _ bytes: Span<UInt8>) -> [UInt8]? {
        guard let entry = found.last(where: { $0.field == field }) else { return nil }
        return HeaderReader.unfolded(entry.value, bytes)
    }
    /// All fields of this kind as one list: of two To fields nobody is lost.
    func addresses(_ field: KnownField, _ bytes: Span<UInt8>) -> [AddressEntry] {
        var list: [AddressEntry] = []
        for entry in found where entry.field == field && list.count < Limits.addresses {
            let text = HeaderReader.unfolded(entry.value, bytes, limit: Limits.addressFieldOctets)
            list += AddressParser.parse(text, limit: Limits.addresses - list.count)
        }
        return list
    }
}

extension MessageEnvelope {
    init(_ fields: KnownFields, _ bytes: Span<UInt8>) {
        date = fields.last(.date, bytes)
        subject = fields.last(.subject, bytes)
        from = fields.addresses(.from, bytes)
        sender = fields.addresses(.sender, bytes)
        replyTo = fields.addresses(.replyTo, bytes)
        if sender.isEmpty { sender = from }  // the server must default them (RFC 3501 §7.4.2)
        if replyTo.isEmpty { replyTo = from }
        to = fields.addresses(.to, bytes)
        cc = fields.addresses(.cc, bytes)
        bcc = fields.addresses(.bcc, bytes)
        inReplyTo = fields.last(.inReplyTo, bytes)
        messageID = fields.last(.messageID, bytes)
    }
}
