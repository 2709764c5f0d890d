// Where slow hashes wait their turn, so that a storm of log-ins cannot take every core. Decides nothing about passwords.
internal import Synchronization

/// At most `width` hashes at once, at most `waiting` behind them; whoever comes later is sent away at once.
package final class HashingDesk: Sendable {
    private struct State {
        var running = 0
        var queue: [CheckedContinuation<Void, Never>] = []
        var head = 0
        var waiting: Int { queue.count - head }
    }
    private let width: Int
    private let waiting: Int
    private let state = Mutex(State())

    package init(width: Int, waiting: Int) { self.width = max(1, width); self.waiting = waiting }

    /// nil when the queue is full. The work itself runs off the caller's loop.
    package func run<R: Sendable>(_ work: @escaping @Sendable () -> R) async -> R? {
        guard await enter() else { return nil }
        let result = await Self.concurrently(work)
        leave()
        return result
    }
    @concurrent private static func concurrently<R: Sendable>(_ work: @Sendable () -> R) async -> R { work() }

    private func enter() async -> Bool {
        enum Answer { case go, full, wait }
        let answer = state.withLock { state -> Answer in
            if state.running < width { state.running += 1; return .go }
            return state.waiting < waiting ? .wait : .full
        }
        switch answer {
        case .go: return true
        case .full: return false
        case .wait:
            await withCheckedContinuation { continuation in
                // Between the two looks a place may have come free.
                let free = state.withLock { state in
                    if state.running < width { state.running += 1; return true }
                    state.queue.append(continuation)
                    return false
                }
                if free { continuation.resume() }
            }
            return true
        }
    }
    /// Hands the place to the one who has waited longest.
    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.head < state.queue.count else { state.running -= 1; return nil }
            let next = state.queue[state.head]
            state.head += 1
            if state.head == state.queue.count { state.queue = []; state.head = 0 }
            if state.head > 1024 { state.queue.removeFirst(state.head); state.head = 0 }
            return next
        }
        next?.resume()
    }
}
