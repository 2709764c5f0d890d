/// A token as offsets into a buffer: zero-copy and Sendable. The buffer it belongs to is its owner's to remember.
@frozen public struct ByteRange: Hashable, Sendable {
    public var start: Int
    public var count: Int
    @inlinable public init(start: Int, count: Int) { self.start = start; self.count = count }
    @inlinable public init(_ range: Range<Int>) { start = range.lowerBound; count = range.count }
    @inlinable public var end: Int { start + count }
    @inlinable public var range: Range<Int> { start..<(start + count) }
    @inlinable public var isEmpty: Bool { count == 0 }
}
