import Bytes
import CIconv

/// Line ends are LF, with the CR before it where there is one; a lone CR is an ordinary octet. Finds them fast, nothing else.
enum LineScan {
    /// The place after the next LF at or after `start`, or the end.
    @inline(__always)
    static func next(_ bytes: Span<UInt8>, from start: Int) -> Int {
        guard start < bytes.count else { return bytes.count }
        return unsafe bytes.withUnsafeBufferPointer { all -> Int in
            // Short lines are found sooner by hand than by a call.
            let near = min(start + 16, all.count)
            var place = start
            while place < near {
                if unsafe all[place] == 10 { return place + 1 }
                place += 1
            }
            guard place < all.count, let base = all.baseAddress else { return all.count }
            return unsafe min(place + martlet_octet_offset(base + place, 10, all.count - place) + 1, all.count)
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
        let part = bytes.extracting(range)
        return unsafe part.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return 0 }
            return unsafe martlet_octet_count(base, 10, all.count)
        }
    }
}
