import CLinux
import Dispatch
import Glibc
import Logging
import Model
import SessionKit
import Telemetry

/// One loop: a serial queue, one Dispatch source on an epoll descriptor that holds all of its connections, one timer. What they begin is a turn, which
/// stays while it finds something to do. Whoever is isolated to this actor may touch its connections; nobody else can. (measured.md §1; decision 0120)
actor EventLoop {
    nonisolated let executor: LoopExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }
    private nonisolated let box = PostBox()
    private var epoll: Int32 = -1
    /// Made when the loop begins to run: Dispatch traps when a source that was never activated is released.
    private var source: (any DispatchSourceRead)?
    private var timer: (any DispatchSourceTimer)?
    private var made: LoopCore?
    private let index: Int
    private let count: Int
    private let log: Logger
    private var isStopped = false
    private var turn = 0

    init(index: Int, of count: Int, log: Logger) {
        self.index = index
        self.count = count
        self.log = log
        executor = LoopExecutor(label: "martlet.loop.\(index)")
    }
    /// Begins to look at sockets.
    func run() throws(TransportError) {
        guard epoll < 0, !isStopped else { return }
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .system("epoll_create1", errno) }
        let bell = executor.bell()
        var event = unsafe epoll_event(events: EPOLLIN.rawValue | EPOLLET.rawValue, data: epoll_data_t(u64: LoopCore.bell))
        guard bell >= 0, unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, bell, &event) == 0 else {
            let failure = errno
            close(epoll)
            throw .system("eventfd", failure)
        }
        self.epoll = epoll
        let (source, timer) = (executor.readSource(epoll), executor.timer())
        // The handlers hold the loop until `stop` cancels them.
        source.setEventHandler { @Sendable [self] in executor.turn() }
        source.setCancelHandler { @Sendable [epoll] in close(epoll) }
        timer.setEventHandler { @Sendable [self] in executor.turn() }
        timer.schedule(deadline: .distantFuture)
        source.activate()
        timer.activate()
        (self.source, self.timer) = (source, timer)
        executor.setLook { [self] mayWait in assumeIsolated { $0.look(mayWait) } }
    }
    /// What sockets and the time want. False when nothing has come for a while: the turn is over, and the timer knows when the next has to begin.
    private func look(_ mayWait: Bool) -> Bool {
        guard !isStopped else { return false }
        if core.look(mayWait: mayWait) || !mayWait { return true }
        timer?.schedule(deadline: core.patience.map { .now() + .milliseconds(Int($0)) } ?? .distantFuture, leeway: .milliseconds(20))
        return false
    }
    var core: LoopCore {
        if let made { return made }
        let core = LoopCore(loop: self, index: index, of: count, epoll: epoll, log: log)
        made = core
        return core
    }

    /// From any thread. One wake-up serves all that is posted until it is answered.
    nonisolated func post(_ post: PostBox.Post) {
        if box.add(post) { executor.run { [self] in assumeIsolated { $0.carryOut() } } }
    }
    private func carryOut() { carryOut(box.take()[...]) }
    private func carryOut(_ posts: ArraySlice<PostBox.Post>) {
        let rest = core.carryOut(posts)
        guard !rest.isEmpty else { return }
        executor.run { [self] in assumeIsolated { $0.carryOut(rest) } }
    }

    /// Starts the one call of a session that may wait. It begins at once, on this thread, and often ends there too.
    func startPerform(_ id: ConnectionID) {
        Task.immediate { await self.perform(id) }
    }
    private func perform(_ id: ConnectionID) async {
        guard let connection = core.connection(id), let session = connection.session else { return }
        let step = await session.perform()
        connection.performed(step)
    }

    /// Takes connections here and deals them out to all loops in turn.
    func listen(id number: UInt64, _ socket: ListeningSocket, _ service: Service, _ pauses: Metric, _ loops: [EventLoop]) {
        let id = LoopCore.listenerBit | number
        let listener = Listener(id: id, address: socket.name, descriptor: socket.descriptor, service: service, pauses: pauses) { [self] incoming in
            let loop = loops[turn % loops.count]
            turn &+= 1
            if loop === self { core.adopt(incoming) } else { loop.post(.adopt(incoming)) }
        }
        core.listeners[id] = listener
        listener.begin(core)
    }
    func stopListening() {
        for listener in core.listeners.values { listener.end() }
        core.listeners = [:]
    }
    func drainAll() { core.drainAll() }
    func closeAll() { core.closeAll() }
    var talking: Int { core.talking }
    func rows() -> [ConnectionRow] { core.connections.values.map(\.row) }

    func kick(_ id: ConnectionID) -> Bool {
        guard let connection = core.connection(id) else { return false }
        connection.lost("ended by the administrator")
        return true
    }

    func stop() {
        guard !isStopped else { return }
        isStopped = true
        stopListening()
        core.closeAll()
        core.isStopped = true
        executor.setLook(nil)
        source?.cancel()
        timer?.cancel()
    }
}
