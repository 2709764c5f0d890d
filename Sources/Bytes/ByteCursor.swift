/// A forward-only reader over bytes that are complete: never backs up, never sees "incomplete", never traps.
@frozen public struct ByteCursor: ~Escapable {
    public let span: Span<UInt8>
    public var offset: Int

    @_lifetime(copy span)
    @inlinable public init(_ span: Span<UInt8>) { self.span = span; offset = 0 }

    @inlinable public var isAtEnd: Bool { offset >= span.count }
    @inlinable public var remaining: Int { span.count - offset }
    /// The next byte, not consumed; nil at the end.
    @inlinable public var peek: UInt8? { offset < span.count ? span[offset] : nil }

    @_lifetime(self: copy self)
    @inlinable public mutating func next() -> UInt8? {
        guard offset < span.count else { return nil }
        defer { offset += 1 }
        return span[offset]
    }
    /// Consumes the byte if it is the next one.
    @_lifetime(self: copy self)
    @inlinable public mutating func take(_ byte: UInt8) -> Bool {
        guard offset < span.count, span[offset] == byte else { return false }
        offset += 1
        return true
    }
    /// Consumes `text` if it comes next, ASCII letters alike in either case.
    @_lifetime(self: copy self)
    @inlinable public mutating func take(ignoringCase text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard length <= remaining else { return false }
        for index in 0..<length {
            let wanted = unsafe text.utf8Start[index]
            if ASCII.lower(span[offset + index]) != ASCII.lower(wanted) { return false }
        }
        offset += length
        return true
    }
    /// Consumes bytes as long as the test holds; the range may be empty.
    @_lifetime(self: copy self)
    @inlinable public mutating func take(while test: (UInt8) -> Bool) -> ByteRange {
        let start = offset
        while offset < span.count, test(span[offset]) { offset += 1 }
        return ByteRange(start: start, count: offset - start)
    }
    /// 1*DIGIT, at most Int.max; nil (nothing consumed) where there is no digit or the number does not fit.
    @_lifetime(self: copy self)
    @inlinable public mutating func takeDecimal() -> Int? {
        var value = 0
        var index = offset
        while index < span.count, case let digit = span[index], digit >= 48, digit <= 57 {
            let (times, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowToo) = times.addingReportingOverflow(Int(digit - 48))
            if overflow || overflowToo { return nil }
            value = sum
            index += 1
        }
        guard index > offset else { return nil }
        offset = index
        return value
    }
    /// Moves on by `count` bytes; false (and nothing moved) where fewer are left.
    @_lifetime(self: copy self)
    @inlinable public mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, count <= remaining else { return false }
        offset += count
        return true
    }
    /// A copy of the bytes of a range. Traps outside of the span.
    @inlinable public func bytes(_ range: ByteRange) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for index in range.range { copy.append(span[index]) }
        return copy
    }
    /// The text of a range; octets that are no UTF-8 become U+FFFD.
    @inlinable public func text(_ range: ByteRange) -> String { String(decoding: bytes(range), as: UTF8.self) }
}
