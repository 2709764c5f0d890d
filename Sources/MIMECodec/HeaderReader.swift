package import Bytes

/// One field of a header as ranges of the octets it was found in.
package struct HeaderField: Sendable, Equatable {
    package let name: ByteRange
    /// Everything after the colon without the last line end; folds still inside.
    package var value: ByteRange
    /// From the name through the last line end.
    package var whole: ByteRange
    package init(name: ByteRange, value: ByteRange, whole: ByteRange) { self.name = name; self.value = value; self.whole = whole }
}

/// Puts lines together to fields. Lines without a colon are no fields; they and their continuations are passed over. (RFC 5322 §2.2)
struct HeaderScanner {
    private var current: HeaderField?

    /// Takes the next line (with its line end) and returns the field that it completed, if any.
    mutating func take(_ line: Range<Int>, of bytes: Span<UInt8>) -> HeaderField? {
        let end = LineScan.before(line.upperBound, bytes, floor: line.lowerBound)
        guard line.lowerBound < end else { return finish() }
        if ASCII.isWhitespace(bytes[line.lowerBound]) {  // a continuation (RFC 5322 §2.2.3)
            if var field = current {
                field.value = ByteRange(field.value.start..<end)
                field.whole = ByteRange(field.whole.start..<line.upperBound)
                current = field
            }
            return nil
        }
        let complete = finish()
        var colon = line.lowerBound
        while colon < end, bytes[colon] != 0x3A { colon += 1 }
        guard colon < end, colon > line.lowerBound else { return complete }
        var nameEnd = colon  // obs-optional allows white space before the colon (RFC 5322 §4.5.8)
        while nameEnd > line.lowerBound, ASCII.isWhitespace(bytes[nameEnd - 1]) { nameEnd -= 1 }
        current = HeaderField(
            name: ByteRange(line.lowerBound..<nameEnd), value: ByteRange((colon + 1)..<end), whole: ByteRange(line))
        return complete
    }
    mutating func finish() -> HeaderField? {
        defer { current = nil }
        return current
    }
}

/// Finds fields in a header. The header ends at the first empty line or with the octets; bad lines do not end it.
package enum HeaderReader {
    /// All fields in order, and where the header ends (with the empty line). At most `Limits.headerOctets` are searched.
    package static func fields(_ message: Span<UInt8>) -> (fields: [HeaderField], end: Int) {
        var fields: [HeaderField] = []
        let end = visit(message) { fields.append($0) }
        return (fields, end)
    }
    /// Calls `body` for each field; returns where the header ends.
    static func visit(_ message: Span<UInt8>, limit: Int = Limits.headerOctets, _ body: (HeaderField) -> Void) -> Int {
        var scanner = HeaderScanner()
        var place = 0
        while place < message.count {
            let next = LineScan.next(message, from: place)
            defer { place = next }
            if isEmpty(place..<next, message) {
                if let field = scanner.finish() { body(field) }
                return next
            }
            guard next <= limit else { continue }
            if let field = scanner.take(place..<next, of: message) { body(field) }
        }
        if let field = scanner.finish() { body(field) }
        return message.count
    }
    static func isEmpty(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        line.count == 1 && bytes[line.lowerBound] == ASCII.lf
            || line.count == 2 && bytes[line.lowerBound] == ASCII.cr && bytes[line.lowerBound + 1] == ASCII.lf
    }
    /// Where the header ends, with the empty line.
    package static func end(of message: Span<UInt8>) -> Int {
        var place = 0
        while place < message.count {
            let next = LineScan.next(message, from: place)
            if isEmpty(place..<next, message) { return next }
            place = next
        }
        return message.count
    }
    /// The unfolded value of the first field of this name (any case), without white space around it.
    package static func value(_ name: String, in message: Span<UInt8>) -> [UInt8]? {
        let wanted = name.utf8.map(ASCII.lower)
        for field in fields(message).fields where isNamed(wanted, field, message) { return unfolded(field.value, message) }
        return nil
    }
    /// The unfolded values of all fields of this name.
    package static func values(_ name: String, in message: Span<UInt8>) -> [[UInt8]] {
        let wanted = name.utf8.map(ASCII.lower)
        return fields(message).fields.filter { isNamed(wanted, $0, message) }.map { unfolded($0.value, message) }
    }
    static func isNamed(_ lowered: [UInt8], _ field: HeaderField, _ bytes: Span<UInt8>) -> Bool {
        guard field.name.count == lowered.count else { return false }
        for index in 0..<lowered.count where ASCII.lower(bytes[field.name.start + index]) != lowered[index] { return false }
        return true
    }
    /// Unfolding removes the line ends and nothing else (RFC 5322 §2.2.3); white space at both ends is not part of the value.
    package static func unfolded(_ value: ByteRange, _ bytes: Span<UInt8>, limit: Int = Limits.fieldOctets) -> [UInt8] {
        var start = value.start, end = value.end
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        end = min(end, start + limit)
        var text: [UInt8] = []
        text.reserveCapacity(end - start)
        var place = start
        while place < end {
            let byte = bytes[place]
            if byte == ASCII.lf || byte == ASCII.cr && place + 1 < end && bytes[place + 1] == ASCII.lf { place += 1; continue }
            text.append(byte)
            place += 1
        }
        return text
    }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }
}
