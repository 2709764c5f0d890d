package import Model

/// When to try again, and when to give up. Pure. (RFC 5321 §4.5.4.1)
package struct Schedule: Sendable, Equatable {
    /// Milliseconds from one attempt to the next; the last one is repeated.
    package var retries: [Int64] = [5, 10, 20, 40, 60, 120, 180, 240].map { $0 * 60_000 }
    package var warnAfter: Int64 = 4 * 3_600_000
    package var expireAfter: Int64 = 5 * 86_400_000
    /// Part of a pause that chance adds, in percent, so that what failed together does not come back together.
    package var spread: Int64 = 20
    package init() {}

    /// `attempts`: how many have been made, this one included. `chance`: 0 ..< 1.
    package func next(after attempts: Int, from now: Timestamp, chance: Double) -> Timestamp {
        let pause = retries.isEmpty ? 300_000 : retries[min(max(attempts - 1, 0), retries.count - 1)]
        let extra = Int64(Double(pause) * Double(spread) / 100 * min(max(chance, 0), 1))
        return Timestamp(milliseconds: now.rawValue + pause + extra)
    }
}
