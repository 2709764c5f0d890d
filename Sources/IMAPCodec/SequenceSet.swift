import Bytes

/// `sequence-set` as the client wrote it: numbers and ranges, `*` still open. What it means is decided against a view. (RFC 3501 §9)
package struct SequenceSet: Equatable, Sendable {
    /// A range in either order; `star` (0) stands for `*`.
    package struct Element: Equatable, Sendable {
        package let first: UInt32
        package let last: UInt32
        package init(_ first: UInt32, _ last: UInt32) { self.first = first; self.last = last }
    }
    package static let star: UInt32 = 0
    package let elements: [Element]
    package init(_ elements: [Element]) { self.elements = elements }

    /// The ranges with `*` put in place, lower end first; any order, overlaps as they came. A set over nothing (`highest` 0) is empty.
    package func ranges(highest: UInt32) -> [ClosedRange<UInt32>] {
        guard highest > 0 else { return [] }
        return elements.map { element in
            let a = element.first == Self.star ? highest : element.first
            let b = element.last == Self.star ? highest : element.last
            return min(a, b)...max(a, b)
        }
    }

    /// sequence-set = (seq-number / seq-range) *("," sequence-set)
    static func parse(_ cursor: inout ByteCursor) throws(SyntaxError) -> SequenceSet {
        var elements: [Element] = []
        repeat {
            let first = try number(&cursor)
            let last = cursor.take(UInt8(ascii: ":")) ? try number(&cursor) : first
            elements.append(Element(first, last))
            if elements.count > Limits.sequenceElements { throw SyntaxError("Too many elements in a sequence set") }
        } while cursor.take(UInt8(ascii: ","))
        return SequenceSet(elements)
    }
    /// seq-number = nz-number / "*"
    private static func number(_ cursor: inout ByteCursor) throws(SyntaxError) -> UInt32 {
        if cursor.take(UInt8(ascii: "*")) { return star }
        guard let value = cursor.takeDecimal(), value > 0, let number = UInt32(exactly: value) else { throw SyntaxError("Invalid sequence set") }
        return number
    }
}
