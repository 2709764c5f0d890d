/// All deadlines of one loop, to half a second. Holds ids and ticks, no clock and no timer: the loop asks for the next tick and says when it has come.
/// A deadline beyond the horizon comes due at the horizon and is entered again; an entry is never taken out, its owner ignores it when it comes.
struct TimerWheel {
    enum Limits {
        /// Ticks of half a second around the wheel: about 17 minutes.
        static let slots = 2048
    }
    static let tick = Duration.milliseconds(500)

    private var slots: [[UInt64]] = Array(repeating: [], count: Limits.slots)
    /// One bit for each slot that is not empty.
    private var occupied: [UInt64] = Array(repeating: 0, count: Limits.slots / 64)
    /// Everything up to this tick has come due.
    private(set) var current: Int64 = 0

    /// The tick at or after a time, counted from the wheel's start. Saturates.
    static func tick(at time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < Int64.max / 4 else { return Int64.max / 2 }
        let halves: Int64 = attoseconds == 0 ? 0 : attoseconds <= 500_000_000_000_000_000 ? 1 : 2
        return seconds * 2 + halves
    }
    /// Enters an id; answers the tick at which it will come due, which may be earlier than asked (horizon) or later (it lies in the past).
    mutating func add(_ id: UInt64, at tick: Int64) -> Int64 {
        let due = min(max(tick, current + 1), current + Int64(Limits.slots) - 1)
        let slot = Int(due % Int64(Limits.slots))
        slots[slot].append(id)
        occupied[slot / 64] |= 1 << UInt64(slot % 64)
        return due
    }
    /// The next tick with an entry; nil when the wheel is empty.
    var next: Int64? {
        var tick = current + 1
        let end = current + Int64(Limits.slots)
        while tick < end {
            let slot = Int(tick % Int64(Limits.slots))
            let word = occupied[slot / 64] >> UInt64(slot % 64)
            if word != 0 {
                let found = tick + Int64(word.trailingZeroBitCount)
                return found < end ? found : nil
            }
            tick += Int64(64 - slot % 64)
        }
        return nil
    }
    /// Moves on to `tick`; answers what has come due, with the tick of each. Its owners may enter themselves again when this has returned.
    mutating func advance(to tick: Int64) -> [(id: UInt64, tick: Int64)] {
        var entries: [(id: UInt64, tick: Int64)] = []
        while let next, next <= tick {
            let slot = Int(next % Int64(Limits.slots))
            for id in slots[slot] { entries.append((id, next)) }
            slots[slot] = []
            occupied[slot / 64] &= ~(1 << UInt64(slot % 64))
            current = next
        }
        current = max(current, tick)
        return entries
    }
}
