import Bytes
import MIMECodec

/// A filter's change to a field that is there: the `number`th of its name (from 1, from the top) becomes something else, or goes.
package struct HeaderEdit: Sendable, Equatable {
    /// In lower case.
    package var name: String
    package var number: Int
    /// A whole field with its line end; empty removes it.
    package var replacement: [UInt8]
    package init(name: String, number: Int, replacement: [UInt8]) { self.name = name; self.number = number; self.replacement = replacement }

    /// One field, whatever name and value are: line ends inside become folds, and nothing can begin another. nil for a name that is none.
    static func field(_ name: String, _ value: String) -> [UInt8]? {
        guard (1...100).contains(name.utf8.count), name.utf8.allSatisfy({ (33...126).contains($0) && $0 != 0x3A }) else { return nil }
        var output = Array("\(name):".utf8)
        if let first = value.utf8.first, !ASCII.isWhitespace(first) { output.append(32) }
        var isAtLineStart = false
        for byte in value.utf8 where byte != 13 && byte != 0 {
            if byte == 10 {
                if !isAtLineStart { output += [13, 10] }
                isAtLineStart = true
                continue
            }
            if isAtLineStart, !ASCII.isWhitespace(byte) { output.append(9) }
            isAtLineStart = false
            output.append(byte)
        }
        if !isAtLineStart { output += [13, 10] }
        return output
    }

    /// Where a message is cut and what stands there then, in order, each place once: fields that go, and fields that edits name.
    static func merged(_ removed: [Range<Int>], _ edits: [HeaderEdit], _ message: Span<UInt8>) -> [(range: Range<Int>, replacement: [UInt8])] {
        var cuts = removed.map { (range: $0, replacement: [UInt8]()) }
        if edits.isEmpty { return cuts }
        var counts: [String: Int] = [:]
        let gone = Set(removed.map(\.lowerBound))
        for field in HeaderReader.fields(message).fields where field.name.count <= 100 {
            var name: [UInt8] = []
            for index in field.name.range { name.append(ASCII.lower(message[index])) }
            let text = String(decoding: name, as: UTF8.self)
            let number = counts[text, default: 0] + 1
            counts[text] = number
            guard !gone.contains(field.whole.start), let edit = edits.last(where: { $0.name == text && $0.number == number }) else { continue }
            cuts.append((field.whole.range, edit.replacement))
        }
        return cuts.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}
