import Bytes
import Model

extension MessageSummary {
    /// Linear in the octets; never fails: whatever the message is, the summary says what can be read of it.
    package init(parsing message: Span<UInt8>) {
        self.init()
        size = message.count
        let (root, fields) = MessageParser.parse(message)
        self.root = root
        envelope = MessageEnvelope(fields, message)
        messageID = envelope.messageID.map(Self.identifier) ?? ""
        threadKeys = ThreadKeys.keys(
            messageID: envelope.messageID, inReplyTo: envelope.inReplyTo, references: fields.last(.references, message))
        sentDate = envelope.date.flatMap(MailDate.parse)
        importance = Self.importance(fields, message)
        kind = Self.kind(root)
        let files = AttachmentList(root)
        attachments = files.attachments
        hasAttachments = files.hasFiles
        display = DisplayTexts(envelope, fallback: Self.charset(root))
        display.preview = Preview.make(root, message)
    }

    /// The first id with its brackets; a field without brackets as it is, without white space.
    private static func identifier(_ field: [UInt8]) -> String {
        let bounded = Array(field.prefix(Limits.displayOctets))
        if let id = ThreadKeys.ids(bounded).first { return String(decoding: [0x3C] + id + [0x3E], as: UTF8.self) }
        return String(decoding: bounded.filter { $0 > 32 }, as: UTF8.self)
    }
    /// The charset of the first text part: a writer that puts raw octets into the header means the same.
    private static func charset(_ part: MessagePart) -> String? {
        if part.isText, let name = part.parameter("charset") { return String(decoding: name, as: UTF8.self) }
        guard part.isMultipart else { return nil }
        for child in part.children.prefix(2) { if let name = charset(child) { return name } }
        return nil
    }
    /// Importance (RFC 2156 §5.3.4), then X-Priority, then Priority.
    private static func importance(_ fields: KnownFields, _ message: Span<UInt8>) -> Importance {
        func word(_ field: KnownField) -> String? { fields.first(field, message).map { ParameterParser.lowered(Array($0.prefix(32))) } }
        if let word = word(.importance) {
            if word.hasPrefix("high") { return .high }
            return word.hasPrefix("low") ? .low : .normal
        }
        if let first = word(.xPriority)?.utf8.first {
            if first == 0x31 || first == 0x32 { return .high }
            return first == 0x34 || first == 0x35 ? .low : .normal
        }
        if let word = word(.priority) {
            if word.hasPrefix("urgent") { return .high }
            return word.hasPrefix("non-urgent") ? .low : .normal
        }
        return .normal
    }
    private static func kind(_ root: MessagePart) -> MessageKind {
        func parameter(_ name: String, _ part: MessagePart) -> String? { ParameterParser.text(name, part.parameters).map(ASCII.lowercased) }
        switch (root.type, root.subtype) {
        case ("application", "pkcs7-mime"), ("application", "x-pkcs7-mime"): return .opaque
        case ("multipart", "signed"): return .signed
        case ("multipart", "encrypted"): return .encrypted
        case ("multipart", "report"):
            if parameter("report-type", root) == "disposition-notification" { return .readReceipt }
            return parameter("report-type", root) == "delivery-status" ? .deliveryReport : .plain
        default: break
        }
        guard let part = calendar(root, depth: 0), let method = parameter("method", part) else { return .plain }
        switch method {
        case "request": return .meetingRequest
        case "reply": return .meetingReply
        case "cancel": return .meetingCancel
        default: return .calendarOther
        }
    }
    /// The first text/calendar part that is not a mere file. (RFC 6047 §2.4)
    private static func calendar(_ part: MessagePart, depth: Int) -> MessagePart? {
        if part.type == "text", part.subtype == "calendar", part.disposition?.value != "attachment" { return part }
        guard part.isMultipart else { return nil }
        for child in part.children { if let found = calendar(child, depth: depth + 1) { return found } }
        return nil
    }
}

extension DisplayTexts {
    init(_ envelope: MessageEnvelope, fallback: String?) {
        self.init()
        func list(_ entries: [AddressEntry]) -> [DisplayAddress] { DisplayAddress.list(entries, fallback: fallback) }
        subject = EncodedWord.decode(Array((envelope.subject ?? []).prefix(Limits.displayOctets)), fallback: fallback)
        baseSubject = BaseSubject.extract(subject)
        from = list(envelope.from)
        sender = envelope.sender == envelope.from ? from : list(envelope.sender)
        replyTo = envelope.replyTo == envelope.from ? from : list(envelope.replyTo)
        to = list(envelope.to)
        cc = list(envelope.cc)
        bcc = list(envelope.bcc)
    }
}

/// The first characters of the text on one line.
enum Preview {
    static func make(_ root: MessagePart, _ message: Span<UInt8>) -> String {
        let reader = BodyReader(root)
        let text = reader.text(.plain, limit: Limits.previewOctets) { range in
            Array(message, range.start..<min(range.end, range.start + Limits.previewSource))
        }
        // Characters are costly to count; of more octets than these no character is shown.
        var bytes: [UInt8] = []
        var isASCII = true
        bytes.reserveCapacity(Limits.previewOctets)
        for byte in text {
            if byte > 32, byte != 127 {
                bytes.append(byte)
                if byte >= 0x80 { isASCII = false }
            } else if let last = bytes.last, last != 32 {
                bytes.append(32)
            }
            if isASCII, bytes.count > Limits.previewCharacters { break }
        }
        if bytes.last == 32 { bytes.removeLast() }
        if isASCII { return String(decoding: bytes.prefix(Limits.previewCharacters), as: UTF8.self) }
        return String(String(decoding: bytes, as: UTF8.self).prefix(Limits.previewCharacters))
    }
}

extension Array where Element == UInt8 {
    /// A copy of a range of a span; the part of it that is there.
    init(_ span: Span<UInt8>, _ range: Range<Int>) {
        let inside = range.clamped(to: 0..<span.count)
        let part = span.extracting(inside)
        self = unsafe part.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
