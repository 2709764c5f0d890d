import Bytes
import CLinux
import Glibc
import Logging
import Model
import SessionKit
import Telemetry

/// One socket and the conversation on it: reads, hands on, sends, closes. What is said is the session's business; who may call it when is settled in
/// Connection+Session.swift. Confined to its loop, reachable through the loop's table alone.
///
/// 1. At most one read and a few writes for each readiness event; nothing here waits.
/// 2. Whoever is idle holds no input and no output memory.
/// 3. `session.closed` is called once, and never while `perform` runs.
final class Connection {
    enum Limits {
        /// Output sent or encrypted in one go.
        static let write = 262_144
        /// Writes of one turn, when the session has more to do after each.
        static let writes = 8
        /// How long we wait for the client's end after ours, and how much of its late input is thrown away. A socket closed with unread input
        /// would be reset, and the reset can overtake our last words. (RFC 1122 §4.2.2.13)
        static let linger = Duration.seconds(2)
        static let discarded = 1_048_576
        /// A leftover of this size is moved into memory of its own size, so that a half command does not hold a whole buffer.
        static let smallLeftover = 4096
    }
    enum Phase {
        /// A connection that we open: TCP is not there yet.
        case connecting
        case handshaking
        /// A proxy is to say whose connection this is.
        case announcing
        case open
        /// The session wants TLS; its last words in the clear are still to be sent.
        case startingTLS
        /// Nothing more is read; the output is being sent.
        case closing
        /// All is sent and our side is shut; the client's end is awaited.
        case lingering
        case gone
    }

    let id: ConnectionID
    let service: Service
    let line: Line
    unowned let core: LoopCore
    let since = ContinuousClock.now
    /// Where it goes, on a connection that we open.
    let outgoing: Outgoing?
    var admission: Admission.Key?
    let descriptor: Int32

    var session: (any Session)?
    var phase = Phase.open
    var input = ByteBuffer()
    /// There are bytes in `input` that the session has not refused to take.
    var isInputFresh = false
    /// The client will send no more.
    var hasInputEnded = false
    var notices = NoticeQueue()
    var tls: TLSStream?
    var isPerforming = false
    /// Set while `perform` is being started: an answer that comes at once is left in `answered`.
    var isStarting = false
    var answered: Step?
    var isDrainAsked = false
    /// The session holds `input` in the call that it is in: whoever is called from there must not look at it.
    var isInputLent = false
    /// The socket does not work any more; found out where `lost` could not be called.
    private var isBroken = false

    /// Output as it goes on the wire, which the socket has not taken yet. In the clear it stays in the outbox.
    private var unsent = ByteBuffer()
    private var isBlocked = false
    /// close_notify is on its way.
    private var hasSaidEnd = false
    private var progress: ContinuousClock.Instant?
    private var discarded = 0
    /// The transport's own deadline: handshake or linger.
    private var limit: ContinuousClock.Instant?
    private var enteredTick = Int64.max
    private var interest: UInt32 = 0

    init(_ incoming: Incoming, dialled outgoing: Outgoing? = nil, id: ConnectionID, core: LoopCore) {
        self.id = id
        self.core = core
        self.outgoing = outgoing
        service = incoming.service
        descriptor = incoming.descriptor
        admission = incoming.admission
        let loop = core.loop
        line = Line(
            id: id, service: incoming.service.settings.name, peer: incoming.peer, notifier: Notifier { loop.post(.notice(id, $0)) })
        line.peerUserID = incoming.userID
        line.outbox.flush = { [weak self] in self?.flushWithinCall() }
        line.unread = { [weak self] in self?.input.count ?? 0 }
    }
    /// The first turn.
    func begin() {
        interest = outgoing == nil ? EPOLLIN.rawValue : EPOLLOUT.rawValue
        service.current.add(1)
        guard core.watch(descriptor, id: id.rawValue, for: interest, isKnown: false) else { return lost("the system has no room for one more") }
        if outgoing != nil {
            beginToConnect()
        } else if service.settings.proxyFrom(line.peer) {
            awaitHeader()
        } else if service.settings.tls == .implicit {
            beginHandshake()
        } else {
            meet()
        }
        turn()
    }
    var row: ConnectionRow {
        ConnectionRow(
            id: id, service: line.service, peer: line.peer, security: line.security, user: line.user,
            age: since.duration(to: .now), isBusy: isPerforming)
    }

    // MARK: One turn

    /// Something has happened: let the session do what it can, send, and set what to wait for.
    func turn() {
        var writes = 0
        repeat {
            pump()
            flush()
            writes += 1
        } while canPump && hasWork && writes < Limits.writes
        settle()
    }
    private func settle() {
        if isBroken { return lost() }
        if phase == .startingTLS, isAllSent { beginHandshake() }
        if phase == .closing, isAllSent { sayGoodbye() }
        if isBroken { return lost() }
        guard phase != .gone else { return }
        if !line.outbox.isAboveHighWater { line.outbox.drained() }
        rest()
        setInterest()
        setDeadline()
    }
    /// Gives back what an idle connection does not need.
    private func rest() {
        if input.isEmpty {
            core.giveBack(&input)
        } else if input.count <= Limits.smallLeftover, input.capacity > 2 * Limits.smallLeftover {
            let leftover = ByteBuffer(input.bytes)
            input.removeAll(keepingCapacity: true)
            core.giveBack(&input)
            input = leftover
        }
        if line.outbox.bytes.isEmpty { core.giveBack(&line.outbox.bytes) }
        if unsent.isEmpty, unsent.capacity > 0 { unsent = ByteBuffer() }
    }
    private func setInterest() {
        var wanted: UInt32 = 0
        switch phase {
        case .connecting: wanted = EPOLLOUT.rawValue
        case .handshaking, .announcing, .lingering: wanted = EPOLLIN.rawValue
        case .open where !hasInputEnded && input.count < Line.Limits.input && !isOutputHigh: wanted = EPOLLIN.rawValue
        default: break
        }
        // With work left over and a socket that takes output, the event comes at once: the next turn, after the others'.
        if !isAllSent || canPump && hasWork { wanted |= EPOLLOUT.rawValue }
        guard wanted != interest else { return }
        interest = wanted
        if !core.watch(descriptor, id: id.rawValue, for: wanted, isKnown: true) { lost() }
    }
    private var isAllSent: Bool { unsent.isEmpty && line.outbox.bytes.isEmpty }
    var isOutputHigh: Bool { line.outbox.bytes.count + unsent.count > Line.Limits.outboxHighWater }

    // MARK: Deadlines

    private func setDeadline() {
        var due = limit
        if let progress, isBlocked { due = Self.earlier(due, progress + service.settings.limits.stall) }
        if phase == .open, !isPerforming { due = Self.earlier(due, line.deadline) }
        if phase == .open || phase == .startingTLS || phase == .closing { due = Self.earlier(due, line.cutoff) }
        guard let due else { return }
        enteredTick = core.schedule(id.rawValue, at: due, unlessBefore: enteredTick)
    }
    private static func earlier(_ a: ContinuousClock.Instant?, _ b: ContinuousClock.Instant?) -> ContinuousClock.Instant? {
        guard let a, let b else { return a ?? b }
        return min(a, b)
    }
    /// An entry of the wheel has come due; an older one than the last entered is ignored.
    func timeout(_ tick: Int64, now: ContinuousClock.Instant) {
        guard tick == enteredTick else { return }
        enteredTick = .max
        if let cutoff = line.cutoff, cutoff <= now, phase != .gone { return lost("it took too long") }
        if let limit, limit <= now {
            if phase == .handshaking { handshakeFailed("timeout") }
            if phase == .connecting { outgoing?.failed(.timeout) }
            return lost()
        }
        if isBlocked, let progress, progress + service.settings.limits.stall <= now {
            core.log.info("transport.stalled", metadata: fields)
            return lost("the other end has taken nothing for \(service.settings.limits.stall)")
        }
        turn()
    }
    func setLimit(_ duration: Duration?) { limit = duration.map { .now + $0 } }

    // MARK: Input

    func ready(_ events: UInt32) {
        if phase == .connecting {
            connected()
            return turn()
        }
        let isUnderWay = events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        if interest & EPOLLIN.rawValue != 0 {
            if events & EPOLLIN.rawValue != 0 || isUnderWay { read() }
        } else if isUnderWay {
            // Nobody reads, and the kernel would go on telling: the client is not there any more.
            return lost("the other end has broken the connection off")
        }
        if phase != .gone { turn() }
    }
    private func read() {
        let count = unsafe recv(descriptor, core.scratch.baseAddress, core.scratch.count, 0)
        if count > 0 {
            service.bytesIn.add(count)
            unsafe received(UnsafeRawBufferPointer(rebasing: core.scratch[..<count]))
        } else if count == 0 {
            inputEnded()
        } else if errno != EAGAIN, errno != EINTR {
            lost(TransportError.words(errno))
        }
    }
    private func received(_ bytes: UnsafeRawBufferPointer) {
        guard phase != .lingering else {
            discarded += bytes.count
            if discarded > Limits.discarded { lost() }
            return
        }
        if phase == .announcing { return unsafe announced(bytes) }
        if tls == nil { unsafe heard(bytes) } else { unsafe decrypt(bytes) }
    }
    /// Bytes of the client in the clear, or out of TLS.
    func heard(_ bytes: UnsafeRawBufferPointer) {
        if input.capacity == 0 { input = core.lend() }
        unsafe input.append(bytes)
        isInputFresh = true
    }
    func inputEnded() {
        hasInputEnded = true
        switch phase {
        case .handshaking, .announcing, .startingTLS:
            if phase == .handshaking { handshakeFailed("closed by the other end") }
            lost()
        case .lingering: lost()
        case .connecting, .open, .closing, .gone: break
        }
    }

    // MARK: Output

    /// One write of what there is.
    private func flush() {
        guard phase != .gone, phase != .lingering, !isBroken, !isAllSent else { return }
        var sent = 0
        if !unsent.isEmpty {
            sent = unsafe unsent.withUnsafeBytes { unsafe put($0) }
            unsent.consume(sent)
        }
        if unsent.isEmpty, !line.outbox.bytes.isEmpty { sent += tls.map(encrypt) ?? sendPlain() }
        noteProgress(sent)
    }
    private func sendPlain() -> Int {
        let sent = unsafe line.outbox.bytes.withUnsafeBytes { unsafe put($0) }
        line.outbox.bytes.consume(sent)
        return sent
    }
    /// Only what the wire has room for: the rest stays in the clear, where the session sees that the client is slow.
    private func encrypt(_ tls: TLSStream) -> Int {
        guard let taken = unsafe line.outbox.bytes.withUnsafeBytes({ unsafe tls.write($0) }) else {
            sendRecords()
            isBroken = true
            return 0
        }
        line.outbox.bytes.consume(taken)
        return sendRecords()
    }
    /// Ciphertext on the wire goes to the socket, and what that does not take waits here.
    @discardableResult
    func sendRecords() -> Int {
        var sent = 0
        guard core.wire.hasOutput else { return sent }
        unsafe core.wire.withOutput { records in
            if unsent.isEmpty, !isBroken { sent = unsafe put(records) }
            if sent < records.count { unsafe unsent.append(UnsafeRawBufferPointer(rebasing: records[sent...])) }
        }
        return sent
    }
    /// The session, in the middle of a call, wants its output on the way.
    private func flushWithinCall() {
        flush()
        if isBroken { core.loop.post(.revisit(id)) }
        // After `receive` the turn does the rest.
        guard phase != .gone, !isBroken, !isInputLent else { return }
        setInterest()
        setDeadline()
    }
    /// Gives bytes to the socket; answers how many it took. EAGAIN is 0, any other failure sets `isBroken`.
    private func put(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard unsafe !bytes.isEmpty else { return 0 }
        let count = unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        if count > 0 {
            service.bytesOut.add(count)
            return count
        }
        if count < 0, errno != EAGAIN, errno != EINTR {
            line.failure = line.failure ?? TransportError.words(errno)
            isBroken = true
        }
        return 0
    }
    private func noteProgress(_ sent: Int) {
        isBlocked = !isAllSent
        if !isBlocked { progress = nil } else if sent > 0 || progress == nil { progress = .now }
    }

    // MARK: The end

    /// Everything is sent: shut our side and wait a little for the other.
    private func sayGoodbye() {
        if let tls, !hasSaidEnd {
            hasSaidEnd = true
            tls.end()
            sendRecords()
            noteProgress(0)
            guard unsent.isEmpty else { return }
        }
        if hasInputEnded { return lost() }
        guard shutdown(descriptor, Int32(SHUT_WR)) == 0 else { return lost() }
        phase = .lingering
        setLimit(Limits.linger)
    }
    /// The connection is over, now. Safe to call again.
    func lost(_ why: String? = nil) {
        guard phase != .gone else { return }
        line.failure = line.failure ?? why
        outgoing?.failed(line.failure == Self.stopping ? .busy : .unreachable(line.failure ?? "the connection ended"))
        phase = .gone
        core.unwatch(descriptor)
        close(descriptor)
        service.admission.leave(admission)
        service.current.add(-1)
        outgoing?.ended()
        input = ByteBuffer()
        unsent = ByteBuffer()
        tls = nil
        notices = NoticeQueue()
        line.outbox.bytes = ByteBuffer()
        line.isClosed = true
        line.outbox.isClosed = true
        line.outbox.drained()
        if !isPerforming { bury() }
    }
    /// The last call to the session, and out of the table.
    func bury() {
        dismiss()
        line.outbox.flush = nil
        line.unread = nil
        core.forget(id)
    }
}
