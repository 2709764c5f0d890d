import Dispatch
import Glibc
import Synchronization

/// Runs an actor's jobs on one serial Dispatch queue, and knows when it is there. Jobs that wait together share one trip through Dispatch.
final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue
    /// The thread that is inside `enter` now, 0 for none: a question answered without Dispatch, once per readiness event.
    private let owner = Atomic<UInt>(0)
    private let waiting = Mutex<[UnownedJob]>([])

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isFirst = waiting.withLock { jobs in
            jobs.append(job)
            return jobs.count == 1
        }
        guard isFirst else { return }
        run { [self] in
            let jobs = waiting.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            for job in jobs { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }
    /// Runs `work` on the queue, after all that is there already.
    func run(_ work: @escaping @Sendable () -> Void) {
        queue.async { [self] in enter(work) }
    }
    /// Every block on the queue runs inside of this.
    func enter(_ work: () -> Void) {
        owner.store(pthread_self(), ordering: .relaxed)
        work()
        owner.store(0, ordering: .relaxed)
    }
    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
    /// nil sends the question on to Dispatch.
    func isIsolatingCurrentContext() -> Bool? { owner.load(ordering: .relaxed) == pthread_self() ? true : nil }

    func readSource(_ descriptor: Int32) -> any DispatchSourceRead { DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue) }
    func timer() -> any DispatchSourceTimer { DispatchSource.makeTimerSource(queue: queue) }
}
