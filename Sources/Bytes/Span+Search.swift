import Glibc

/// Finding one octet among many, at the speed of `memchr`: for codecs, which import no system library themselves.
extension Span where Element == UInt8 {
    /// Offset of the first `byte` in `range`; nil where there is none. Traps when the range leaves the span.
    public func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        if range.isEmpty { return nil }
        return unsafe extracting(range).withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, let found = unsafe memchr(base, Int32(byte), bytes.count) else { return nil }
            return unsafe UnsafeRawPointer(found) - base + range.lowerBound
        }
    }
}
