import Synchronization

/// Lets one message at a time be in doubt: sent to its end, and its result not yet written. What is in doubt when the process dies may reach the next
/// server twice; everything else cannot. (threat C6)
///
/// 1. First come, first served: a ticket is held from the final dot (or the end of the last chunk) until the result's commit is written (decision 0123).
/// 2. Nobody waits long for others: a holder without an answer after `patience` goes on without its ticket, so does whoever waited for `longest`, and
///    servers that are slow by experience (`isQuick`) never take one. Of those one message for each open connection is in doubt, as at any mail
///    server. (decision 0113)
final class DoubtGate: Sendable {
    enum Limits {
        /// The most that one answer counts in a mean.
        static let sample = Duration.milliseconds(128)
        /// An answer's part of the mean; that of one for which the holder lost its ticket.
        static let weight = 8
        static let lostWeight = 2
        /// Who takes so many times as long for the end of a message as for its envelope is slow by its own doing, and not because the machine is busy.
        static let ratio = 4
        /// Addresses whose pace is remembered; then all are forgotten.
        static let addresses = 4_096
    }
    /// How long a server takes to answer, in the mean; and the best time of all, which tells how far it is.
    private struct Pace {
        var best = Limits.sample
        var envelope = Duration.zero
        var end = Duration.zero
    }
    struct Ticket: Sendable, Equatable { fileprivate let number: UInt64 }
    @safe private struct Waiting: Sendable {
        let ticket: Ticket
        let address: String
        let since = ContinuousClock.now
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
        var paces: [String: Pace] = [:]

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
        /// Those at the head of the line who have waited long enough; their tickets are worth nothing.
        mutating func takeTired(_ longest: Duration) -> [Waiting] {
            var tired: [Waiting] = []
            while first < waiting.count, .now - waiting[first].since >= longest {
                tired.append(waiting[first])
                first += 1
            }
            if first == waiting.count { (waiting, first) = ([], 0) }
            return tired
        }
        mutating func change(_ address: String, _ change: (inout Pace) -> Void) {
            if paces.count >= Limits.addresses, paces[address] == nil { paces = [:] }
            change(&paces[address, default: Pace()])
        }
    }
    private let state = Mutex(State())

    private let settings: DoubtSettings
    init(_ settings: DoubtSettings = DoubtSettings()) { self.settings = settings }

    /// Whether a server is one to wait for.
    func isQuick(_ address: String) -> Bool {
        let pace = state.withLock { $0.paces[address] ?? Pace() }
        return pace.best < settings.near && (pace.end < settings.quick || pace.end < settings.slow && pace.end < pace.envelope * Limits.ratio)
    }
    enum Part: Sendable { case connection, envelope, end }
    /// The server at `address` took so long to be reached, to answer an envelope, or to answer the end of a message.
    func answered(_ address: String, after time: Duration, _ part: Part) {
        state.withLock { state in
            state.change(address) { pace in
                switch part {
                case .connection: pace.best = min(pace.best, time)
                case .envelope:
                    pace.best = min(pace.best, time)
                    pace.envelope += (min(time, Limits.sample) - pace.envelope) / Limits.weight
                case .end: pace.end += (min(time, Limits.sample) - pace.end) / Limits.weight
                }
            }
        }
    }

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
            if mustWatch { look(after: min(settings.patience, settings.longest)) }
        }
        return ticket
    }
    /// The result is written, or there will be none. Nothing happens when the ticket was lost before.
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
        let (next, again) = state.withLock { state -> ([Waiting], Duration?) in
            var next: [Waiting] = []
            if let holder = state.holder, state.first < state.waiting.count, .now - holder.since >= settings.patience {
                state.change(holder.address) { $0.end += (Limits.sample - $0.end) / Limits.lostWeight }
                if let following = state.handOn() { next.append(following) }
            }
            next += state.takeTired(settings.longest)
            state.isWatched = state.first < state.waiting.count
            guard state.isWatched, let holder = state.holder else { return (next, nil) }
            return (next, max(.milliseconds(1), min(holder.since + settings.patience, state.waiting[state.first].since + settings.longest) - .now))
        }
        for waiting in next { waiting.go() }
        if let again { look(after: again) }
    }
    /// For tests: who is ahead.
    var waiting: Int { state.withLock { $0.waiting.count - $0.first } }
}

/// A result on its way to the log.
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
    /// Returns when it is written, or has failed. For one who waits.
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
