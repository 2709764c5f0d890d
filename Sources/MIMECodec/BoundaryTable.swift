import Bytes

/// The boundaries of the multiparts that are open, innermost last. Finds the longest that a line begins with, in time linear in the line,
/// however many are open and however alike they are. (RFC 2046 §5.1.1; threat T10)
struct BoundaryTable {
    private struct Entry { let boundary: [UInt8]; var owners: [Int] }
    /// Sorted by octets; equal boundaries share an entry.
    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    mutating func open(_ boundary: [UInt8], owner: Int) {
        let place = place(of: boundary)
        if place < entries.count, entries[place].boundary == boundary {
            entries[place].owners.append(owner)
        } else {
            entries.insert(Entry(boundary: boundary, owners: [owner]), at: place)
        }
    }
    mutating func close(_ boundary: [UInt8], owner: Int) {
        let place = place(of: boundary)
        guard place < entries.count, entries[place].boundary == boundary else { return }
        entries[place].owners.removeAll { $0 == owner }
        if entries[place].owners.isEmpty { entries.remove(at: place) }
    }
    private func place(of boundary: [UInt8]) -> Int {
        var low = 0, high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].boundary.lexicographicallyPrecedes(boundary) { low = middle + 1 } else { high = middle }
        }
        return low
    }
    /// The innermost owner of the longest boundary that follows the two hyphens of a line, and whether two more come behind it.
    /// An exact match of the whole line is not required. (RFC 2046 §5.1.1)
    func match(_ line: Range<Int>, _ bytes: Span<UInt8>) -> (owner: Int, isClosing: Bool)? {
        var low = 0, high = entries.count
        var found: (entry: Int, end: Int)?
        var depth = 0
        let start = line.lowerBound + 2
        while low < high {
            // All entries in low..<high begin with the `depth` octets behind the hyphens. The shortest sorts first.
            if entries[low].boundary.count == depth {
                found = (low, start + depth)
                low += 1
                if low == high { break }
            }
            guard start + depth < line.upperBound else { break }
            let octet = bytes[start + depth]
            if entries[low].boundary[depth] != octet || entries[high - 1].boundary[depth] != octet {
                low = bound(low, high, depth) { $0 < octet }
                high = bound(low, high, depth) { $0 <= octet }
            }
            depth += 1
        }
        guard let found, let owner = entries[found.entry].owners.last else { return nil }
        let isClosing = found.end + 2 <= line.upperBound && bytes[found.end] == 0x2D && bytes[found.end + 1] == 0x2D
        return (owner, isClosing)
    }
    /// The first entry of low..<high whose octet at `depth` fails the test.
    private func bound(_ from: Int, _ to: Int, _ depth: Int, _ test: (UInt8) -> Bool) -> Int {
        var low = from, high = to
        while low < high {
            let middle = (low + high) / 2
            if test(entries[middle].boundary[depth]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
