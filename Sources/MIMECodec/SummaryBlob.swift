import Bytes
import Model

/// The fixed front of a blob: version, numbers, and where each section ends. Little endian; read in place, for a view is made per message.
/// 1. A reader refuses another version; the item is then summarised anew.
/// 2. Sections follow the head without gaps in the order of `Section`, the last one ends with the blob.
enum SummaryHead {
    static let version: UInt8 = 1
    static let mark: UInt8 = 0x4D
    enum Section: Int, CaseIterable { case envelope, structure, display, parts, attachments, threads, identity }
    /// mark, version, importance, kind | flags | size | header size | date | ends of sections
    static let count = table + Section.allCases.count * 4
    private static let table = 4 + 4 + 8 + 8 + 8

    /// Whether everything below may be asked of the blob.
    static func isSound(_ blob: [UInt8]) -> Bool {
        guard blob.count >= count, blob[0] == mark, blob[1] == version, Importance(rawValue: blob[2]) != nil, MessageKind(rawValue: blob[3]) != nil,
            size(blob) >= 0, headerSize(blob) >= 0, headerSize(blob) <= size(blob)
        else { return false }
        var start = count
        for section in 0..<Section.allCases.count {
            let end = end(blob, section)
            guard end >= start else { return false }
            start = end
        }
        return start == blob.count
    }
    static func flags(_ blob: [UInt8]) -> UInt8 { blob[4] }
    static func size(_ blob: [UInt8]) -> Int { Int(truncatingIfNeeded: number(blob, 8)) }
    static func headerSize(_ blob: [UInt8]) -> Int { Int(truncatingIfNeeded: number(blob, 16)) }
    static func date(_ blob: [UInt8]) -> Int64 { Int64(bitPattern: number(blob, 24)) }
    static func range(_ blob: [UInt8], _ section: Section) -> Range<Int> {
        (section.rawValue == 0 ? count : end(blob, section.rawValue - 1))..<end(blob, section.rawValue)
    }
    private static func end(_ blob: [UInt8], _ section: Int) -> Int {
        let place = table + section * 4
        return Int(blob[place]) | Int(blob[place + 1]) << 8 | Int(blob[place + 2]) << 16 | Int(blob[place + 3]) << 24
    }
    private static func number(_ blob: [UInt8], _ place: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(blob[place + index]) << UInt64(index * 8) }
        return value
    }
}

extension MessageSummary {
    /// The compact, versioned form that is kept beside the item.
    package func encode() -> [UInt8] {
        var writer = BlobWriter()
        writer.bytes = [SummaryHead.mark, SummaryHead.version, importance.rawValue, kind.rawValue]
        writer.fixed(UInt64((hasAttachments ? 1 : 0) | (sentDate != nil ? 2 : 0)), octets: 4)
        writer.fixed(UInt64(size), octets: 8)
        writer.fixed(UInt64(headerSize), octets: 8)
        writer.fixed(UInt64(bitPattern: sentDate?.rawValue ?? 0), octets: 8)
        let table = writer.bytes.count
        writer.fixed(0, octets: SummaryHead.Section.allCases.count * 4)
        var ends: [Int] = []
        EnvelopeList.write(envelope, to: &writer.bytes)
        ends.append(writer.bytes.count)
        StructureList.write(root, extended: true, to: &writer.bytes)
        ends.append(writer.bytes.count)
        writer.write(display)
        ends.append(writer.bytes.count)
        writer.write(root)
        ends.append(writer.bytes.count)
        writer.write(attachments)
        ends.append(writer.bytes.count)
        writer.number(threadKeys.count)
        for key in threadKeys { writer.fixed(UInt64(bitPattern: key), octets: 8) }
        ends.append(writer.bytes.count)
        writer.write(messageID)
        ends.append(writer.bytes.count)
        for (index, end) in ends.enumerated() {
            // A summary is far below 4 GiB: every field has a limit.
            for octet in 0..<4 { writer.bytes[table + index * 4 + octet] = UInt8(truncatingIfNeeded: end >> (octet * 8)) }
        }
        return writer.bytes
    }
}

/// Writes the variable sections of a blob.
struct BlobWriter {
    var bytes: [UInt8] = []

    mutating func fixed(_ value: UInt64, octets: Int) {
        for octet in 0..<octets { bytes.append(octet < 8 ? UInt8(truncatingIfNeeded: value >> UInt64(octet * 8)) : 0) }
    }
    /// Seven bits an octet, lowest first.
    mutating func number(_ value: Int) {
        var rest = UInt64(max(value, 0))
        while rest >= 0x80 { bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80); rest >>= 7 }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
    mutating func write(_ text: String) {
        number(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }
    mutating func write(_ octets: [UInt8]) {
        number(octets.count)
        bytes.append(contentsOf: octets)
    }
    /// nil and empty are told apart.
    mutating func write(optional octets: [UInt8]?) {
        guard let octets else { number(0); return }
        number(octets.count + 1)
        bytes.append(contentsOf: octets)
    }
    mutating func write(_ addresses: [DisplayAddress]) {
        number(addresses.count)
        for address in addresses { write(address.name); write(address.address) }
    }
    mutating func write(_ display: DisplayTexts) {
        write(display.subject)
        write(display.baseSubject)
        write(display.preview)
        for list in [display.from, display.sender, display.replyTo, display.to, display.cc, display.bcc] { write(list) }
    }
    mutating func write(_ parameters: [Parameter]) {
        number(parameters.count)
        for parameter in parameters { write(parameter.name); write(parameter.value) }
    }
    mutating func write(_ part: MessagePart) {
        write(part.type); write(part.subtype); write(part.parameters)
        write(optional: part.contentID); write(optional: part.description)
        write(part.encoding)
        write(optional: part.md5)
        number(part.disposition == nil ? 0 : 1)
        if let disposition = part.disposition { write(disposition.value); write(disposition.parameters) }
        number(part.languages.count)
        for language in part.languages { write(language) }
        write(optional: part.location)
        number(part.header.start); number(part.header.count); number(part.body.start); number(part.body.count); number(part.lines)
        write(part.envelope)
        number(part.children.count)
        for child in part.children { write(child) }
    }
    mutating func write(_ attachments: [Attachment]) {
        number(attachments.count)
        for attachment in attachments {
            number(attachment.path.count)
            for step in attachment.path { number(step) }
            write(attachment.name); write(attachment.mediaType); number(attachment.size)
            write(attachment.contentID); write(attachment.contentLocation)
            number((attachment.isInline ? 1 : 0) | (attachment.isMessage ? 2 : 0))
        }
    }
}
