import Model

/// Message sequence numbers: the UIDs of a view, ascending, as runs. A folder of ten thousand consecutive messages is one run.
/// 1. Runs are ascending, disjoint and not empty.
/// 2. `before` of a run is the number of UIDs in all runs before it.
struct SequenceMap: Sendable {
    private struct Run {
        var first: UInt32
        var count: UInt32
        var before: UInt32
        /// first + count cannot overflow: the last UID is a UInt32.
        var last: UInt32 { first &+ (count &- 1) }
    }
    private var runs: [Run] = []
    private(set) var count = 0

    init() {}
    /// Ascending UIDs.
    init(_ uids: [UID]) { for uid in uids { append(uid) } }

    var last: UID? { runs.last.map { UID($0.last) } }

    /// UIDs that do not ascend are ignored.
    mutating func append(_ uid: UID) {
        if let last = runs.last {
            guard uid.rawValue > last.last else { return }
            if uid.rawValue == last.last &+ 1 { runs[runs.count - 1].count += 1; count += 1; return }
        }
        runs.append(Run(first: uid.rawValue, count: 1, before: UInt32(truncatingIfNeeded: count)))
        count += 1
    }

    /// 1-based; nil for a UID that is not in the view.
    func number(of uid: UID) -> Int? {
        guard let index = place(of: uid.rawValue), runs[index].first <= uid.rawValue else { return nil }
        return Int(runs[index].before) + Int(uid.rawValue - runs[index].first) + 1
    }
    /// The first run that ends at or after `uid`.
    private func place(of uid: UInt32) -> Int? {
        var low = 0, high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].last < uid { low = middle + 1 } else { high = middle }
        }
        return low < runs.count ? low : nil
    }

    /// Sequence numbers, all of them in 1...count, as UIDs.
    func uids(numbered set: UIDSet) -> UIDSet {
        var ranges: [ClosedRange<UInt32>] = []
        var index = 0
        for wanted in set.runs {
            while index < runs.count, runs[index].before + runs[index].count < wanted.lowerBound { index += 1 }
            var here = index
            while here < runs.count, runs[here].before < wanted.upperBound {
                let run = runs[here]
                let low = max(wanted.lowerBound, run.before + 1) - run.before - 1
                let high = min(wanted.upperBound, run.before + run.count) - run.before - 1
                ranges.append((run.first + low)...(run.first + high))
                here += 1
            }
        }
        return UIDSet(ranges)
    }

    /// Takes UIDs (ascending) out; returns the numbers they had before, ascending. UIDs that are not there are ignored.
    mutating func remove(_ uids: [UID]) -> [Int] {
        var numbers: [Int] = []
        var kept = SequenceMap()
        kept.runs.reserveCapacity(runs.count + 1)
        var next = 0
        for run in runs {
            var first = run.first
            while next < uids.count, uids[next].rawValue < run.first { next += 1 }
            while next < uids.count, uids[next].rawValue <= run.last {
                let uid = uids[next].rawValue
                next += 1
                guard uid >= first else { continue }
                numbers.append(Int(run.before) + Int(uid - run.first) + 1)
                if uid > first { kept.appendRun(first, uid - first) }
                first = uid &+ 1
                if uid == run.last { first = 0; break }
            }
            if first != 0, first <= run.last { kept.appendRun(first, run.last - first + 1) }
        }
        self = kept
        return numbers
    }
    private mutating func appendRun(_ first: UInt32, _ length: UInt32) {
        runs.append(Run(first: first, count: length, before: UInt32(truncatingIfNeeded: count)))
        count += Int(length)
    }

    /// How many UIDs of the set are in the view.
    func count(in set: UIDSet) -> Int {
        var total = 0
        var index = 0
        for wanted in set.runs {
            while index < runs.count, runs[index].last < wanted.lowerBound { index += 1 }
            var here = index
            while here < runs.count, runs[here].first <= wanted.upperBound {
                total += Int(min(wanted.upperBound, runs[here].last) - max(wanted.lowerBound, runs[here].first)) + 1
                here += 1
            }
        }
        return total
    }
    /// All UIDs of the view that are not in `present` (ascending).
    func missing(from present: [UID]) -> [UID] {
        var absent: [UID] = []
        var next = 0
        for run in runs {
            for uid in run.first...run.last {
                while next < present.count, present[next].rawValue < uid { next += 1 }
                if next < present.count, present[next].rawValue == uid { next += 1 } else { absent.append(UID(uid)) }
            }
        }
        return absent
    }
}
