import Bytes

/// Changes single fields of a header; all other octets stay as they are.
package struct HeaderEditor: Sendable {
    package private(set) var message: [UInt8]
    package init(_ message: [UInt8]) { self.message = message }

    /// Removes every field of this name (any case) with its folds, wherever in the header it is: no Bcc may slip through behind a limit.
    package mutating func remove(_ name: String) {
        let wanted = name.utf8.map(ASCII.lower)
        var ranges: [Range<Int>] = []
        let octets = message
        let span = octets.span
        _ = HeaderReader.visit(span, limit: .max) { field in
            if HeaderReader.isNamed(wanted, field, span) { ranges.append(field.whole.range) }
        }
        guard !ranges.isEmpty else { return }
        var kept: [UInt8] = []
        kept.reserveCapacity(octets.count)
        var place = 0
        for range in ranges {
            kept += octets[place..<range.lowerBound]
            place = range.upperBound
        }
        kept += octets[place...]
        message = kept
    }
    /// Puts a field on top, folded where it has spaces; CR, LF and NUL in the value become spaces. (threat T38)
    package mutating func prepend(_ name: String, _ value: String) { message = HeaderLine.make(name, Array(value.utf8)) + message }
    /// Puts an unstructured field on top, encoded where it is not ASCII.
    package mutating func prependText(_ name: String, _ value: String) { message = HeaderLine.make(name, EncodedWord.encode(value)) + message }
    package func contains(_ name: String) -> Bool { HeaderReader.value(name, in: message.span) != nil }
}
