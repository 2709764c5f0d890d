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
    /// Nothing above 127, found by 32 octets at a time.
    public var isASCII: Bool {
        unsafe withUnsafeBytes { bytes in
            var place = 0, seen: UInt64 = 0
            while place + 32 <= bytes.count, seen == 0 {
                let word = { (offset: Int) in unsafe bytes.loadUnaligned(fromByteOffset: place + offset, as: UInt64.self) }
                seen = (word(0) | word(8) | word(16) | word(24)) & 0x8080_8080_8080_8080
                place += 32
            }
            guard seen == 0 else { return false }
            while place < bytes.count {
                if unsafe bytes[place] > 127 { return false }
                place += 1
            }
            return true
        }
    }
    /// CR LF is last.
    public var endsLine: Bool { count >= 2 && self[count - 2] == ASCII.cr && self[count - 1] == ASCII.lf }
}
