import Synchronization

/// Lets one message at a time be in doubt: sent to its end, and its result not yet synced. What is in doubt when the process dies may reach the next
/// server twice; everything else cannot. (threat C6)
///
/// 1. First come, first served: a ticket is held from the final dot (or the end of the last chunk) until the result's commit is synced.
/// 2. Nobody waits long for others: a holder without an answer after `patience` goes on without its ticket, and servers that are slow by
///    experience (`isQuick`) never take one. Of those one message for each open connection is in doubt, as at any mail server. (decision 0113)
final class DoubtGate: Sendable {
    enum Limits {
        /// The most that one answer counts in the mean, so that a single late one is forgiven.
        static let sample = Duration.milliseconds(64)
        /// An answer's part of the mean.
        static let weight = 8
        /// Addresses whose pace is remembered; then all are forgotten.
        static let addresses = 4_096
    }
    struct Ticket: Sendable, Equatable { fileprivate let number: UInt64 }
    @safe private struct Waiting: Sendable {
        let ticket: Ticket
        let address: String
        let continuation: UnsafeContinuation<Void, Never>
        init(_ ticket: Ticket, _ address: String, _ continuation: UnsafeContinuation<Void, Never>) {
            (self.ticket, self.address) = (ticket, address)
            unsafe self.continuation = unsafe continuation
        }
        func go() { unsafe continuation.resume() }
    }
    private struct State {
        var issued: UInt64 = 0
        var holder: (ticket: Ticket, address: String, since: ContinuousClock.Instant)?
        var waiting: [Waiting] = []
        /// The first of `waiting` that still waits.
        var first = 0
        var isWatched = false
        /// The mean time from the end of a message to its answer.
        var paces: [String: Duration] = [:]

        mutating func issue() -> Ticket {
            issued += 1
            return Ticket(number: issued)
        }
        /// The next in line becomes the holder.
        mutating func handOn() -> Waiting? {
            guard first < waiting.count else {
                holder = nil
                return nil
            }
            let next = waiting[first]
            first += 1
            if first == waiting.count { (waiting, first) = ([], 0) } else if first > 256, first * 2 > waiting.count { waiting.removeFirst(first); first = 0 }
            holder = (next.ticket, next.address, .now)
            return next
        }
        mutating func note(_ address: String, _ time: Duration) {
            if paces.count >= Limits.addresses, paces[address] == nil { paces = [:] }
            let before = paces[address] ?? .zero
            paces[address] = before + (min(time, Limits.sample) - before) / Limits.weight
        }
    }
    private let state = Mutex(State())

    private let patience: Duration
    private let quick: Duration
    init(_ settings: DoubtSettings = DoubtSettings()) { (patience, quick) = (settings.patience, settings.quick) }

    /// Whether a server is one to wait for: `quickest` is its best answer on this connection.
    func isQuick(_ address: String, quickest: Duration) -> Bool {
        quickest < quick && state.withLock { $0.paces[address] ?? .zero } < quick
    }
    /// The server at `address` took so long to answer the end of a message.
    func answered(_ address: String, after time: Duration) { state.withLock { $0.note(address, time) } }

    /// A ticket where nobody has one.
    func tryEnter(_ address: String) -> Ticket? {
        state.withLock { state in
            guard state.holder == nil else { return nil }
            let ticket = state.issue()
            state.holder = (ticket, address, .now)
            return ticket
        }
    }
    /// Waits its turn.
    func enter(_ address: String) async -> Ticket {
        if let ticket = tryEnter(address) { return ticket }
        let ticket = state.withLock { $0.issue() }
        await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let (isFree, mustWatch) = state.withLock { state in
                guard state.holder != nil else {
                    state.holder = (ticket, address, .now)
                    return (true, false)
                }
                state.waiting.append(unsafe Waiting(ticket, address, continuation))
                defer { state.isWatched = true }
                return (false, !state.isWatched)
            }
            if isFree { unsafe continuation.resume() }
            if mustWatch { look(after: patience) }
        }
        return ticket
    }
    /// The result is synced, or there will be none. Nothing happens when the ticket was lost before.
    func leave(_ ticket: Ticket) {
        state.withLock { $0.holder?.ticket == ticket ? $0.handOn() : nil }?.go()
    }

    /// Takes the ticket from a holder that is too slow; goes on looking while somebody waits.
    private func look(after time: Duration) {
        Task { [weak self] in
            try? await Task.sleep(for: time)
            self?.look()
        }
    }
    private func look() {
        let (next, again) = state.withLock { state -> (Waiting?, Duration?) in
            guard let holder = state.holder else {
                state.isWatched = false
                return (nil, nil)
            }
            let left = patience - (.now - holder.since)
            var next: Waiting?
            if left <= .zero, state.first < state.waiting.count {
                state.note(holder.address, Limits.sample)
                next = state.handOn()
            }
            state.isWatched = state.first < state.waiting.count
            return (next, state.isWatched ? (left > .zero ? left : patience) : nil)
        }
        next?.go()
        if let again { look(after: again) }
    }
    /// For tests: who is ahead.
    var waiting: Int { state.withLock { $0.waiting.count - $0.first } }
}

/// A result on its way to the disk.
final class Outstanding: Sendable {
    private struct State {
        var isDone = false
        var continuation: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())
    func done() {
        let waiting = state.withLock { state in
            state.isDone = true
            defer { state.continuation = nil }
            return state.continuation
        }
        waiting?.resume()
    }
    /// Returns when it is synced, or has failed. For one who waits.
    func wait() async {
        if state.withLock({ $0.isDone }) { return }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if !state.isDone { state.continuation = continuation }
                return state.isDone
            }
            if isDone { continuation.resume() }
        }
    }
}
