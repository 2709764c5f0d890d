import CLinux
import Dispatch
import Glibc
import Synchronization

/// Runs a loop's jobs on one serial Dispatch queue, and lets a turn of the loop stay there while there is something to do and a little longer: in
/// epoll_wait an event or a job costs one wake-up, where Dispatch has two or three. (docs/decisions/0120)
final class LoopExecutor: SerialExecutor {
    private enum Entry: Sendable { case job(UnownedJob), work(@Sendable () -> Void) }
    private struct State {
        var waiting: [Entry] = []
        /// A turn has the queue, and will see what is added.
        var isHeld = false
        /// The turn has found nothing to do: it sleeps, or is about to.
        var isAsleep = false
        /// Looks at sockets and the time, waiting for them if it may; false when nothing came of it.
        var look: (@Sendable (_ mayWait: Bool) -> Bool)?
    }
    private enum Call { case nobody, turn, dispatch }

    private let queue: DispatchQueue
    private let state = Mutex(State())
    /// The thread that runs the loop's work now, 0 for none: a question answered without Dispatch, once per call of a session.
    private let owner = Atomic<UInt>(0)
    /// An eventfd that ends a turn's sleep. Watched edge-triggered, so nobody has to read it.
    private let doorbell = Atomic<Int32>(-1)

    init(label: String) { queue = DispatchQueue(label: label) }
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
                return state.isAsleep ? .turn : .nobody
            }
            return state.waiting.count == 1 ? .dispatch : .nobody
        }
        switch call {
        case .nobody: break
        case .turn: _ = eventfd_write(doorbell.load(ordering: .relaxed), 1)
        case .dispatch: queue.async { [self] in turn() }
        }
    }

    /// For what runs on the queue beside the turns, such as the handlers of a source that no look serves.
    func enter(_ work: () -> Void) {
        owner.store(pthread_self(), ordering: .relaxed)
        work()
        owner.store(0, ordering: .relaxed)
    }

    // MARK: Turns

    /// What `bell` is for the loop's epoll descriptor to watch; made on the first call. -1 with errno when there is none.
    func bell() -> Int32 {
        let known = doorbell.load(ordering: .relaxed)
        if known >= 0 { return known }
        let made = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        doorbell.store(made, ordering: .relaxed)
        return made
    }
    /// From now on a turn calls `look` until it comes back with nothing; nil ends that.
    func setLook(_ look: (@Sendable (_ mayWait: Bool) -> Bool)?) { state.withLock { $0.look = look } }
    /// For the handlers of Dispatch sources on the queue, and for what is enqueued while no turn is under way.
    func turn() { enter(takeTurn) }
    private func takeTurn() {
        state.withLock { $0.isHeld = true }
        var goesOn = true
        while goesOn {
            runWaiting()
            let (look, mayWait) = state.withLock { state in
                state.isAsleep = state.waiting.isEmpty && state.look != nil
                return (state.look, state.isAsleep)
            }
            let hasNews = look?(mayWait) ?? false
            goesOn = state.withLock { state in
                state.isAsleep = false
                state.isHeld = hasNews || !state.waiting.isEmpty
                return state.isHeld
            }
        }
    }
    private func runWaiting() {
        let entries = state.withLock { state in
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

    func readSource(_ descriptor: Int32) -> any DispatchSourceRead { DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue) }
    func timer() -> any DispatchSourceTimer { DispatchSource.makeTimerSource(queue: queue) }
    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
    /// nil sends the question on to Dispatch.
    func isIsolatingCurrentContext() -> Bool? { owner.load(ordering: .relaxed) == pthread_self() ? true : nil }
}
