import Bytes
import Logging
import Model
import SessionKit

/// Who calls the session when: one call at a time, and what comes while `perform` runs waits. (SessionKit/Session.swift)
extension Connection {
    /// The connection is usable: make the session and let it greet.
    func meet() {
        phase = .open
        if let session { return follow(session.secured()) }
        let made = outgoing.map { $0.makeSession(line) } ?? service.settings.makeSession(line)
        session = made
        let step = made.opened()
        outgoing?.succeeded()
        follow(step)
    }
    var canPump: Bool { phase == .open && !isPerforming && !isOutputHigh }
    var hasWork: Bool { isInputFresh && !input.isEmpty || !notices.isEmpty || isDrainAsked || hasInputEnded || isLate }
    private var isLate: Bool {
        guard let deadline = line.deadline else { return false }
        return deadline <= .now
    }

    /// Lets the session do all that it can do now.
    func pump() {
        while canPump, let session {
            if line.outbox.bytes.capacity == 0 { line.outbox.bytes = core.lend() }
            if isDrainAsked {
                isDrainAsked = false
                follow(session.draining())
            } else if let changes = notices.next() {
                follow(session.notice(changes))
            } else if isInputFresh, !input.isEmpty {
                receive(session)
            } else if isLate {
                line.deadline = nil
                follow(session.expired())
            } else {
                // After the client's end nothing can come that would make the session go on.
                if hasInputEnded { startClosing() }
                return
            }
        }
    }
    private func receive(_ session: any Session) {
        let before = input.count
        isInputLent = true
        let step = session.receive(&input)
        isInputLent = false
        if step == .needMore {
            // Asked again while it takes something: a session that forgot its rest would wait for ever.
            isInputFresh = input.count < before
            if input.count == before, before >= Line.Limits.input {
                core.log.info("transport.input_full", metadata: fields)
                line.failure = line.failure ?? "more has come than the protocol allows"
                return startClosing()
            }
            return
        }
        follow(step)
    }
    private func follow(_ first: Step) {
        var step = first
        while phase == .open {
            // Whatever the session did may have made it ready for bytes that it refused before.
            isInputFresh = true
            switch step {
            case .needMore: return
            case .close: return startClosing()
            case .startTLS: return askForTLS()
            case .perform:
                guard let answer = startPerform() else { return }
                step = answer
            }
        }
    }
    /// nil when the answer comes later, by `performed`.
    private func startPerform() -> Step? {
        isPerforming = true
        isStarting = true
        let (loop, id) = (core.loop, id)
        loop.assumeIsolated { $0.startPerform(id) }
        isStarting = false
        guard let answer = answered else { return nil }
        answered = nil
        isPerforming = false
        return answer
    }
    /// `perform` has come back.
    func performed(_ step: Step) {
        if isStarting {
            answered = step
            return
        }
        isPerforming = false
        guard phase != .gone else { return bury() }
        follow(step)
        turn()
    }
    /// A commit touched what the session subscribed for. False when nothing can be done about it now.
    func take(_ changes: ChangeSet) -> Bool {
        guard phase != .gone, phase != .closing, phase != .lingering else { return false }
        let isFirst = notices.isEmpty
        notices.add(changes)
        return isFirst && canPump
    }
    /// The process is stopping.
    func drain() {
        switch phase {
        case .open, .startingTLS: isDrainAsked = true
        case .connecting:
            outgoing?.failed(.busy)
            return lost(Self.stopping)
        case .announcing: return lost(Self.stopping)
        case .handshaking:
            if session == nil { return lost(Self.stopping) }
            line.failure = line.failure ?? Self.stopping
            return startClosing()
        case .closing, .lingering, .gone: return
        }
        turn()
    }

    static let stopping = "we are stopping"
    /// No more input, no more calls: the output is sent, then the socket closes.
    func startClosing() {
        guard phase == .open || phase == .startingTLS || phase == .handshaking else { return }
        phase = .closing
        input = ByteBuffer()
        notices = NoticeQueue()
        isInputFresh = false
        setLimit(nil)
        dismiss()
    }
    /// `closed`, once.
    func dismiss() {
        line.isClosed = true
        session?.closed()
        session = nil
    }
}
