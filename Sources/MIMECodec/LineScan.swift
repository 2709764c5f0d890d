import Bytes
import Glibc

/// Line ends are LF, with the CR before it where there is one; a lone CR is an ordinary octet. Finds them fast, nothing else.
enum LineScan {
    /// The place after the next LF at or after `start`, or the end.
    @inline(__always)
    static func next(_ bytes: Span<UInt8>, from start: Int) -> Int {
        guard start < bytes.count else { return bytes.count }
        return unsafe bytes.withUnsafeBufferPointer { all -> Int in
            // `start` is inside, so there is a base address.
            guard let base = all.baseAddress, let found = unsafe memchr(base + start, 10, all.count - start) else { return all.count }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
        }
    }
    /// Where the line end before `place` begins: `place` less CRLF or LF, not below `floor`.
    static func before(_ place: Int, _ bytes: Span<UInt8>, floor: Int) -> Int {
        var end = place
        if end > floor, bytes[end - 1] == ASCII.lf {
            end -= 1
            if end > floor, bytes[end - 1] == ASCII.cr { end -= 1 }
        }
        return end
    }
    /// LFs in a range.
    static func count(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var lines = 0
        var place = range.lowerBound
        let part = bytes.extracting(0..<range.upperBound)
        while place < range.upperBound {
            place = next(part, from: place)
            if part[place - 1] == ASCII.lf { lines += 1 }
        }
        return lines
    }
}
