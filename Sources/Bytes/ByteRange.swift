/// A token as offsets into a buffer: zero-copy and Sendable. The buffer it belongs to is its owner's to remember.
@frozen package struct ByteRange: Hashable, Sendable {
    package var start: Int
    package var count: Int
    @inlinable package init(start: Int, count: Int) { self.start = start; self.count = count }
    @inlinable package init(_ range: Range<Int>) { start = range.lowerBound; count = range.count }
    @inlinable package var end: Int { start + count }
    @inlinable package var range: Range<Int> { start..<(start + count) }
    @inlinable package var isEmpty: Bool { count == 0 }
}
