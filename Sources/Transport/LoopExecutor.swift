import CLinux
import Dispatch
import Glibc
import Synchronization

/// Runs a loop's jobs. Until `hold`, and again after it, on one serial Dispatch queue; in between on a thread of its own, which has that queue for
/// itself and sleeps in epoll_wait alone: an event or a job then costs one wake-up, where Dispatch has two or three. (docs/decisions/0120)
final class LoopExecutor: SerialExecutor {
    private enum Entry: Sendable { case job(UnownedJob), work(@Sendable () -> Void) }
    private struct State {
        var waiting: [Entry] = []
        /// The thread has the queue.
        var isHeld = false
        /// The thread has found nothing to do: it sleeps, or is about to.
        var isAsleep = false
    }
    private enum Call { case nobody, thread, dispatch }

    private let label: String
    private let queue: DispatchQueue
    private let state = Mutex(State())
    /// The thread that runs the loop's work now, 0 for none: a question answered without Dispatch, once per call of a session.
    private let owner = Atomic<UInt>(0)
    /// An eventfd that ends the thread's sleep. Watched edge-triggered, so nobody has to read it.
    private let doorbell = Atomic<Int32>(-1)

    init(label: String) {
        self.label = label
        queue = DispatchQueue(label: label)
    }
    deinit {
        let bell = doorbell.load(ordering: .relaxed)
        if bell >= 0 { close(bell) }
    }

    func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }
    /// Runs `work` after all that waits already. From any thread.
    func run(_ work: @escaping @Sendable () -> Void) { add(.work(work)) }

    private func add(_ entry: Entry) {
        let call = state.withLock { state -> Call in
            state.waiting.append(entry)
            if state.isHeld {
                defer { state.isAsleep = false }
                return state.isAsleep ? .thread : .nobody
            }
            return state.waiting.count == 1 ? .dispatch : .nobody
        }
        switch call {
        case .nobody: break
        case .thread: ring()
        case .dispatch: dispatch()
        }
    }
    private func ring() { _ = eventfd_write(doorbell.load(ordering: .relaxed), 1) }
    private func dispatch() {
        queue.async { [self] in
            owner.store(pthread_self(), ordering: .relaxed)
            runWaiting()
            owner.store(0, ordering: .relaxed)
        }
    }

    // MARK: The thread

    /// What `bell` is for the thread's epoll descriptor to watch; made on the first call. -1 with errno when there is none.
    func bell() -> Int32 {
        let known = doorbell.load(ordering: .relaxed)
        if known >= 0 { return known }
        let made = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        doorbell.store(made, ordering: .relaxed)
        return made
    }
    /// Starts the thread, which runs `loop` with the queue in its hand; everything that is enqueued meanwhile waits for `runWaiting`. 0, or an errno.
    func hold(_ loop: @escaping @Sendable () -> Void) -> Int32 {
        let start = unsafe Unmanaged.passRetained(ThreadStart { [self] in
            queue.sync {
                owner.store(pthread_self(), ordering: .relaxed)
                state.withLock { $0.isHeld = true }
                loop()
                owner.store(0, ordering: .relaxed)
                let hasMore = state.withLock { state in
                    state.isHeld = false
                    state.isAsleep = false
                    return !state.waiting.isEmpty
                }
                if hasMore { dispatch() }
            }
        })
        let failure = unsafe martlet_thread(label, { unsafe Unmanaged<ThreadStart>.fromOpaque($0!).takeRetainedValue().run() }, start.toOpaque())
        if failure != 0 { unsafe start.release() }
        return failure
    }
    /// Whether the thread may sleep: from now on whoever adds something rings.
    func mayRest() -> Bool {
        state.withLock { state in
            state.isAsleep = state.waiting.isEmpty
            return state.isAsleep
        }
    }
    /// Runs what has waited until now.
    func runWaiting() {
        let entries = state.withLock { state in
            state.isAsleep = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for entry in entries {
            switch entry {
            case .job(let job): unsafe job.runSynchronously(on: asUnownedSerialExecutor())
            case .work(let work): work()
            }
        }
    }

    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
    /// nil sends the question on to Dispatch.
    func isIsolatingCurrentContext() -> Bool? { owner.load(ordering: .relaxed) == pthread_self() ? true : nil }
}

private final class ThreadStart: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
