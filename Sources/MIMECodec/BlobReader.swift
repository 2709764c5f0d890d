import Bytes
import Model

/// Reads one section of a blob. Every count is checked against the octets that are left before anything is made.
struct BlobReader {
    private let bytes: [UInt8]
    private var place: Int
    private let end: Int

    /// `range` lies inside `bytes`: `SummaryHead` has checked it.
    init(_ bytes: [UInt8], _ range: Range<Int>) { self.bytes = bytes; place = range.lowerBound; end = range.upperBound }

    mutating func number() throws(SummaryCorrupt) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < end, shift < 63 {
            let octet = bytes[place]
            place += 1
            value |= UInt64(octet & 0x7F) << shift
            if octet & 0x80 == 0 {
                guard let number = Int(exactly: value) else { break }
                return number
            }
            shift += 7
        }
        throw SummaryCorrupt()
    }
    /// A count of things that take at least `octets` each.
    private mutating func count(each octets: Int = 1) throws(SummaryCorrupt) -> Int {
        let count = try number()
        guard count <= (end - place) / octets else { throw SummaryCorrupt() }
        return count
    }
    mutating func readString() throws(SummaryCorrupt) -> String {
        let count = try count()
        defer { place += count }
        return String(decoding: bytes[place..<(place + count)], as: UTF8.self)
    }
    mutating func readOctets() throws(SummaryCorrupt) -> [UInt8] {
        let count = try count()
        defer { place += count }
        return Array(bytes[place..<(place + count)])
    }
    private mutating func readOptional() throws(SummaryCorrupt) -> [UInt8]? {
        let count = try number() - 1
        guard count >= 0 else { return nil }
        guard count <= end - place else { throw SummaryCorrupt() }
        defer { place += count }
        return Array(bytes[place..<(place + count)])
    }
    private mutating func readAddresses() throws(SummaryCorrupt) -> [DisplayAddress] {
        var list: [DisplayAddress] = []
        for _ in 0..<(try count(each: 2)) { list.append(DisplayAddress(name: try readString(), address: try readString())) }
        return list
    }
    mutating func readDisplay() throws(SummaryCorrupt) -> DisplayTexts {
        var display = DisplayTexts()
        display.subject = try readString()
        display.baseSubject = try readString()
        display.preview = try readString()
        display.from = try readAddresses()
        display.sender = try readAddresses()
        display.replyTo = try readAddresses()
        display.to = try readAddresses()
        display.cc = try readAddresses()
        display.bcc = try readAddresses()
        return display
    }
    mutating func readKeys() throws(SummaryCorrupt) -> [Int64] {
        var keys: [Int64] = []
        for _ in 0..<(try count(each: 8)) {
            var value: UInt64 = 0
            for octet in 0..<8 { value |= UInt64(bytes[place + octet]) << UInt64(octet * 8) }
            place += 8
            keys.append(Int64(bitPattern: value))
        }
        return keys
    }
    private mutating func readParameters() throws(SummaryCorrupt) -> [Parameter] {
        var parameters: [Parameter] = []
        for _ in 0..<(try count(each: 2)) { parameters.append(Parameter(name: try readString(), value: try readOctets())) }
        return parameters
    }
    private mutating func readRange() throws(SummaryCorrupt) -> ByteRange {
        let start = try number(), count = try number()
        // Half of Int each, so that `end` cannot overflow.
        guard start <= Int.max / 2, count <= Int.max / 2 else { throw SummaryCorrupt() }
        return ByteRange(start: start, count: count)
    }
    mutating func readPart(depth: Int = 0) throws(SummaryCorrupt) -> MessagePart {
        guard depth <= Limits.depth * 2 + 2 else { throw SummaryCorrupt() }
        var part = MessagePart()
        part.type = try readString(); part.subtype = try readString(); part.parameters = try readParameters()
        part.contentID = try readOptional(); part.description = try readOptional()
        part.encoding = try readString()
        part.md5 = try readOptional()
        if try number() == 1 { part.disposition = Disposition(value: try readString(), parameters: try readParameters()) }
        for _ in 0..<(try count()) { part.languages.append(try readOctets()) }
        part.location = try readOptional()
        part.header = try readRange(); part.body = try readRange(); part.lines = try number()
        part.envelope = try readOctets()
        for _ in 0..<(try count(each: 16)) { part.children.append(try readPart(depth: depth + 1)) }
        return part
    }
    mutating func readAttachments() throws(SummaryCorrupt) -> [Attachment] {
        var list: [Attachment] = []
        for _ in 0..<(try count(each: 7)) {
            var path: [Int] = []
            for _ in 0..<(try count()) { path.append(try number()) }
            let name = try readString(), mediaType = try readString(), size = try number()
            let contentID = try readString(), location = try readString(), marks = try number()
            list.append(Attachment(
                path: path, name: name, mediaType: mediaType, size: size, contentID: contentID, contentLocation: location,
                isInline: marks & 1 != 0, isMessage: marks & 2 != 0))
        }
        return list
    }
}
