/// Numbers as sorted, disjoint, non-adjacent runs: sequence-set and uid-set after resolution. (RFC 3501 §9)
package struct UIDSet: Hashable, Sendable {
    package private(set) var runs: [ClosedRange<UInt32>]

    package init() { runs = [] }
    /// Any order, overlaps allowed.
    package init(_ ranges: [ClosedRange<UInt32>]) {
        runs = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = runs.last, range.lowerBound <= last.upperBound || range.lowerBound == last.upperBound &+ 1 {
                runs[runs.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                runs.append(range)
            }
        }
    }
    /// Ascending UIDs (others are sorted first).
    package init(_ uids: [UID]) {
        var sorted = true
        for index in uids.indices.dropFirst() where uids[index] <= uids[index - 1] { sorted = false; break }
        runs = []
        for uid in sorted ? uids : uids.sorted() {
            if let last = runs.last, uid.rawValue <= last.upperBound || uid.rawValue == last.upperBound &+ 1 {
                runs[runs.count - 1] = last.lowerBound...max(last.upperBound, uid.rawValue)
            } else {
                runs.append(uid.rawValue...uid.rawValue)
            }
        }
    }
    package var isEmpty: Bool { runs.isEmpty }
    package var count: Int { runs.reduce(0) { $0 + Int($1.upperBound - $1.lowerBound) + 1 } }
    package func contains(_ uid: UID) -> Bool {
        var low = 0, high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].upperBound < uid.rawValue { low = middle + 1 } else { high = middle }
        }
        return low < runs.count && runs[low].contains(uid.rawValue)
    }
}
