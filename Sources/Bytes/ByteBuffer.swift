import Glibc

/// Growable owned bytes with a consumed front: what a connection reads into and writes out of, and every writer's target.
/// Consuming is O(1); the consumed front is reclaimed when it outweighs what is left.
public struct ByteBuffer: Sendable {
    public var storage: [UInt8]
    public var head: Int

    @inlinable public init() { storage = []; head = 0 }
    @inlinable public init(_ bytes: [UInt8]) { storage = bytes; head = 0 }
    @inlinable public init(_ text: String) { storage = Array(text.utf8); head = 0 }

    @inlinable public var count: Int { storage.count - head }
    @inlinable public var isEmpty: Bool { storage.count == head }
    @inlinable public var capacity: Int { storage.capacity }

    /// The byte `offset` places after the consumed front. Traps outside of 0..<count.
    @inlinable public subscript(_ offset: Int) -> UInt8 {
        precondition(offset >= 0, "negative offset into a buffer")
        return storage[head + offset]
    }

    /// What has not been consumed, bounds-checked, without copying.
    @inlinable public var span: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { storage.span.extracting(head..<storage.count) }
    }

    /// A copy of a range counted from the consumed front.
    @inlinable public func bytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0, "negative offset into a buffer")
        return Array(storage[(head + range.lowerBound)..<(head + range.upperBound)])
    }
    @inlinable public var bytes: [UInt8] { head == 0 ? storage : Array(storage[head...]) }

    /// Offset of the first `byte` at or after `start`, counted from the consumed front.
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start < count else { return nil }
        let from = head + max(start, 0)
        return unsafe storage.withUnsafeBytes { (all: UnsafeRawBufferPointer) -> Int? in
            guard let base = all.baseAddress, let found = unsafe memchr(base + from, Int32(byte), all.count - from) else { return nil }
            return unsafe UnsafeRawPointer(found) - base - head
        }
    }

    @inlinable public mutating func append(_ byte: UInt8) { storage.append(byte) }
    @inlinable public mutating func append(_ bytes: [UInt8]) { storage.append(contentsOf: bytes) }
    @inlinable public mutating func append(_ bytes: ArraySlice<UInt8>) { storage.append(contentsOf: bytes) }
    @inlinable public mutating func append(_ text: String) { storage.append(contentsOf: text.utf8) }
    @inlinable public mutating func append(_ text: StaticString) {
        unsafe storage.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    @inlinable public mutating func append(_ span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe storage.append(contentsOf: $0) }
    }
    @inlinable public mutating func append(_ raw: UnsafeRawBufferPointer) { unsafe storage.append(contentsOf: raw) }
    /// Decimal digits of a number, without a String.
    @inlinable public mutating func append(decimal value: Int) {
        if value < 0 { storage.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        if rest < 10 { storage.append(UInt8(48 + rest)); return }
        let start = storage.count
        while rest > 0 { storage.append(UInt8(48 + rest % 10)); rest /= 10 }
        storage[start...].reverse()
    }
    @inlinable public mutating func reserve(_ more: Int) { storage.reserveCapacity(storage.count + more) }

    /// Drops `count` bytes from the front. Traps when there are fewer.
    @inlinable public mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "consumed more than is there")
        head += count
        if head == storage.count {
            storage.removeAll(keepingCapacity: storage.capacity <= 65_536)
            head = 0
        } else if head > 65_536, head > storage.count / 2 {
            storage.removeSubrange(0..<head)
            head = 0
        }
    }
    /// Drops everything; keeps the memory only when asked to.
    @inlinable public mutating func removeAll(keepingCapacity: Bool = false) {
        storage.removeAll(keepingCapacity: keepingCapacity)
        head = 0
    }
    /// Gives the bytes up and leaves the buffer empty.
    @inlinable public mutating func take() -> [UInt8] {
        let all = bytes
        storage = []
        head = 0
        return all
    }
    @inlinable public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try unsafe storage.withUnsafeBytes { try unsafe body(UnsafeRawBufferPointer(rebasing: $0[head...])) }
    }
}
