import Synchronization

/// Work that is given up after a while. The work is cancelled, and waited for only as long as it takes to notice.
enum Deadline {
    static func run<R: Sendable>(_ limit: Duration, otherwise fallback: R, _ work: @escaping @Sendable () async -> R) async -> R {
        let race = Race<R>()
        return await withCheckedContinuation { continuation in
            let task = Task { race.finish(await work()) }
            let clock = Task {
                try? await Task.sleep(for: limit)
                if !Task.isCancelled { race.finish(fallback) }
                task.cancel()
            }
            race.begin(continuation, clock)
        }
    }

    /// Whoever comes first resumes the one who waits.
    private final class Race<R: Sendable>: Sendable {
        private enum State {
            case new
            case early(R)
            case waiting(CheckedContinuation<R, Never>, Task<Void, Never>)
            case done
        }
        private let state = Mutex<State>(.new)

        func begin(_ continuation: CheckedContinuation<R, Never>, _ clock: Task<Void, Never>) {
            let early: R? = state.withLock { state in
                if case .early(let result) = state { state = .done; return result }
                state = .waiting(continuation, clock)
                return nil
            }
            guard let early else { return }
            clock.cancel()
            continuation.resume(returning: early)
        }
        func finish(_ result: R) {
            let waiting = state.withLock { state -> (CheckedContinuation<R, Never>, Task<Void, Never>)? in
                switch state {
                case .new: state = .early(result); return nil
                case .waiting(let continuation, let clock): state = .done; return (continuation, clock)
                case .early, .done: return nil
                }
            }
            waiting?.1.cancel()
            waiting?.0.resume(returning: result)
        }
    }
}
