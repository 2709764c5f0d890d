import Bytes
import CLinux
import Glibc
import Logging
import Model
import SessionKit
import Telemetry

/// What one loop holds: its epoll descriptor, its connections by id, its deadlines, and the buffers they share. Confined to the loop.
@safe final class LoopCore {
    enum Limits {
        static let eventsPerBatch = 256
        /// Milliseconds that a turn stays without anything to do.
        static let stay: Int32 = 250
        /// One read of one connection.
        static let read = 65_536
        /// Buffers with memory, kept for the next turn, and the most that one may have.
        static let spares = 4
        static let spareCapacity = 65_536
        /// Notices carried out before the loop looks at its sockets again.
        static let posts = 1024
    }
    /// The id of what ends a turn's sleep.
    static let bell = UInt64.max
    /// Ids with this bit are listeners.
    static let listenerBit: UInt64 = 1 << 63

    /// The owner, which lives longer.
    unowned let loop: EventLoop
    let index: Int
    let log: Logger
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Limits.read, alignment: 64)
    let wire = TLSWire()
    private(set) var connections: [UInt64: Connection] = [:]
    var listeners: [UInt64: Listener] = [:]
    private let epoll: Int32
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Limits.eventsPerBatch)
    private var spares: [ByteBuffer] = []
    private var issued: UInt64 = 0
    /// Nothing new begins here any more.
    var isStopped = false
    private let step: UInt64

    private var wheel = TimerWheel()
    private let start = ContinuousClock.now
    private var armed = Int64.max

    init(loop: EventLoop, index: Int, of count: Int, epoll: Int32, log: Logger) {
        self.loop = loop
        self.index = index
        self.epoll = epoll
        self.log = log
        step = UInt64(count)
    }
    deinit {
        unsafe scratch.deallocate()
        unsafe events.deallocate()
    }

    // MARK: Readiness

    /// A batch of what is ready, waited for a little if need be, and the deadlines that have passed. False when there was nothing.
    func look(mayWait: Bool) -> Bool {
        let count = unsafe epoll_wait(epoll, events, Int32(Limits.eventsPerBatch), mayWait ? min(patience ?? Limits.stay, Limits.stay) : 0)
        for index in 0..<max(0, Int(count)) {
            let event = unsafe events[index]
            let id = unsafe event.data.u64
            if id == Self.bell { continue }
            if id & Self.listenerBit != 0 {
                listeners[id]?.ready()
            } else {
                // An event of a connection that has gone finds no entry.
                connections[id]?.ready(unsafe event.events)
            }
        }
        let isDue = armed != .max && left <= .zero
        if isDue { tick() }
        return count > 0 || isDue
    }
    /// Milliseconds until the next deadline; nil where there is none.
    var patience: Int32? {
        guard armed != .max else { return nil }
        let (seconds, attoseconds) = max(left, .zero).components
        return Int32(min(seconds, 86_400) * 1000) + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
    private var left: Duration { TimerWheel.tick * Int(clamping: armed) - start.duration(to: .now) }
    /// EPOLL_CTL_ADD, or MOD when `isKnown`. False when the kernel refuses.
    func watch(_ descriptor: Int32, id: UInt64, for interest: UInt32, isKnown: Bool) -> Bool {
        var event = unsafe epoll_event(events: interest, data: epoll_data_t(u64: id))
        return unsafe epoll_ctl(epoll, isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) == 0
    }
    func unwatch(_ descriptor: Int32) {
        var event = unsafe epoll_event()
        _ = unsafe epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    // MARK: Connections

    /// Ids are unique in the process: every loop counts its own residue.
    func nextID() -> UInt64 {
        issued += 1
        return issued &* step &+ UInt64(index)
    }
    func adopt(_ incoming: Incoming) {
        guard !isStopped else {
            close(incoming.descriptor)
            return incoming.service.admission.leave(incoming.admission)
        }
        let id = nextID()
        let connection = Connection(incoming, id: ConnectionID(id), core: self)
        connections[id] = connection
        connection.begin()
    }
    func call(_ outgoing: Outgoing) {
        guard !isStopped else {
            close(outgoing.incoming.descriptor)
            outgoing.incoming.service.admission.leave(outgoing.incoming.admission)
            return outgoing.answer.give(.busy)
        }
        let id = nextID()
        let connection = Connection(outgoing.incoming, dialled: outgoing, id: ConnectionID(id), core: self)
        connections[id] = connection
        connection.begin()
    }
    func connection(_ id: ConnectionID) -> Connection? { connections[id.rawValue] }
    func forget(_ id: ConnectionID) { connections[id.rawValue] = nil }

    /// Notices and new sockets, in the order they came. What is over the limit comes back for the next turn.
    func carryOut(_ posts: ArraySlice<PostBox.Post>) -> ArraySlice<PostBox.Post> {
        var touched: [Connection] = []
        for post in posts.prefix(Limits.posts) {
            switch post {
            case .notice(let id, let changes):
                guard let connection = connections[id.rawValue] else { continue }
                if connection.take(changes) { touched.append(connection) }
            case .adopt(let incoming): adopt(incoming)
            case .dial(let outgoing): call(outgoing)
            case .revisit(let id): connections[id.rawValue]?.turn()
            }
        }
        for connection in touched { connection.turn() }
        return posts.dropFirst(Limits.posts)
    }

    // MARK: Deadlines

    /// Enters a deadline; answers the tick at which `timeout` will be called.
    func schedule(_ id: UInt64, at instant: ContinuousClock.Instant, unlessBefore entered: Int64) -> Int64 {
        let wanted = TimerWheel.tick(at: start.duration(to: instant))
        guard wanted < entered else { return entered }
        let due = wheel.add(id, at: wanted)
        armed = min(armed, due)
        return due
    }
    private func tick() {
        armed = .max
        let now = ContinuousClock.now
        let (seconds, attoseconds) = start.duration(to: now).components
        // What is due within the millisecond is due.
        let passed = seconds * 2 + (attoseconds >= 499_000_000_000_000_000 ? 1 : 0) + (attoseconds >= 999_000_000_000_000_000 ? 1 : 0)
        for (id, tick) in wheel.advance(to: passed) {
            if id & Self.listenerBit != 0 { listeners[id]?.resume() } else { connections[id]?.timeout(tick, now: now) }
        }
        if let next = wheel.next { armed = min(armed, next) }
    }

    // MARK: Shared memory

    /// A buffer with memory from an earlier turn, for a connection that has something to do.
    func lend() -> ByteBuffer { spares.popLast() ?? ByteBuffer() }
    /// An idle connection gives its memory back.
    func giveBack(_ buffer: inout ByteBuffer) {
        if buffer.isEmpty, buffer.capacity > 0, buffer.capacity <= Limits.spareCapacity * 2, spares.count < Limits.spares {
            var spare = ByteBuffer()
            swap(&spare, &buffer)
            spare.removeAll(keepingCapacity: true)
            spares.append(spare)
        } else {
            buffer = ByteBuffer()
        }
    }

    // MARK: The end

    func drainAll() { for connection in connections.values { connection.drain() } }
    /// Those who have something to say yet; who lingers has said it.
    var talking: Int { connections.values.count { $0.phase != .lingering } }
    func closeAll() { for connection in connections.values { connection.lost(Connection.stopping) } }
}
