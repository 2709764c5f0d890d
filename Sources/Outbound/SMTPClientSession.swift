import Bytes
import Logging
import MailStore
import Model
import SessionKit
import SMTPCodec

/// One connection to another server: its octets become replies, the machine's commands become octets, messages are sent in pieces. Decides
/// nothing itself.
final class SMTPClientSession: Session {
    enum Limits {
        /// Octets of a message between two looks at whether the server takes them.
        static let piece = 65_536
        /// Octets at the end of a last chunk that are sent when the message may end.
        static let heldBack = 2
        /// Octets of the dialogue that are kept for `message trace`.
        static let transcript = 8_192
    }
    private enum Task { case next, body(chunked: Bool), settle([RecipientResult]), close(String?) }

    private let line: Line
    private let assignment: Assignment
    private let settings: OutboundSettings
    private let log: Logger
    private var machine: SMTPClientMachine
    private var parser = ReplyParser()
    private var tasks: [Task] = []
    private var job: ClientJob?
    private var message: OutgoingMessage?
    /// The first reply about the job has come.
    private var isAnswered = false
    private var served = 0
    private var end = Assignment.End()
    private var transcript = ""
    private var isStartingTLS = false
    /// While the end of a message is out and its result not written.
    private var ticket: DoubtGate.Ticket?
    /// The result of the message before.
    private var outstanding: Outstanding?
    /// When something was sent that is to be answered.
    private var asked: ContinuousClock.Instant?

    init(_ line: Line, _ assignment: Assignment, settings: OutboundSettings, use: SMTPClientMachine.TLSUse, log: Logger) {
        self.line = line
        self.assignment = assignment
        self.settings = settings
        self.log = log
        var room = SMTPClientMachine.Settings(hostname: settings.hostname)
        room.tls = line.security == nil ? use : .never
        if case .smarthost(let host) = assignment.hop, let user = host.user { room.logIn = (user, host.password ?? "") }
        machine = SMTPClientMachine(settings: room, isSecure: line.security != nil)
    }

    func opened() -> Step {
        line.cutoff = .now + settings.patience.slot
        line.expire(in: settings.patience.greeting)
        return .needMore
    }

    func receive(_ input: inout ByteBuffer) -> Step {
        while !input.isEmpty {
            switch parser.next(&input) {
            case .incomplete: return .needMore
            case .broken(let words): return take(machine.end(words)) ?? .close
            case .reply(let reply):
                note("S: \(reply.description)")
                timeAnswer()
                // A server that takes its leave while we begin anew has not spoken about the message.
                if machine.job != nil, reply.code != 421 || served == 0 { isAnswered = true }
                let wasHello = machine.state == .hello
                let actions = machine.receive(reply)
                if wasHello, isOurselves { return loops() }
                let step = take(actions)
                // What follows an answer that ends a group was said before its question. (threat T3)
                if !actions.isEmpty, !input.isEmpty, step != .close {
                    note("(octets before their command)")
                    input.consume(input.count)
                    tasks.removeAll { if case .settle = $0 { false } else { true } }
                    return take(machine.end("the server answered before it was asked")) ?? .close
                }
                if let step { return step }
            }
        }
        return .needMore
    }

    func secured() -> Step {
        isStartingTLS = false
        parser = ReplyParser()
        machine.isVerified = line.security?.isVerified ?? false
        note("(\(line.security?.version ?? "TLS") \(line.security?.cipher ?? ""))")
        return take(machine.secured()) ?? .needMore
    }
    func notice(_ changes: ChangeSet) -> Step { .needMore }
    func expired() -> Step {
        note("(no answer in time)")
        return take(machine.end("no answer in time (\(machine.state))")) ?? .close
    }
    func draining() -> Step {
        // A message whose end is under way may still be answered; everything else is for the next start.
        if machine.state == .end || machine.state == .body { return .needMore }
        return take(machine.end("stopping")) ?? .close
    }
    func closed() {
        if job != nil, machine.state != .closed { _ = take(machine.end(line.failure ?? "the connection was closed")) }
        for case .settle(let results) in tasks { if let job { end.broken = (job, results) } }
        if end.words == nil, machine.state != .closed { end.words = line.failure ?? "the server closed the connection" }
        // Before anything was said about the job: it was not this message's fault, and another connection may have it.
        if let broken = end.broken, !isAnswered, broken.results.allSatisfy({ if case .deferred = $0 { true } else { false } }) {
            end.rest = broken.job
            end.broken = nil
        }
        if end.broken == nil, let ticket { assignment.gate.leave(ticket) } else { end.ticket = ticket }
        ticket = nil
        end.isTLSFailure = isStartingTLS || (assignment.candidate.isImplicit && line.security == nil)
        end.place = place
        end.served = served
        assignment.ended(end)
    }

    // MARK: What waits

    func perform() async -> Step {
        while !tasks.isEmpty {
            switch tasks.removeFirst() {
            case .settle(let results): settle(results)
            case .body(let chunked): await sendBody(chunked: chunked)
            case .next: await begin()
            case .close(let words):
                end.words = end.words ?? words
                return .close
            }
            if line.isClosed { return .close }
        }
        setDeadline()
        return .needMore
    }

    private func begin() async {
        guard served < settings.messagesPerConnection, let next = await assignment.next(served: served) else { return quit() }
        job = next
        isAnswered = false
        // What the server said while there was nothing to do was its farewell, or was not asked for.
        guard !line.isClosed, line.unread?() ?? 0 == 0 else { return giveBack() }
        guard let made = await assignment.octets(of: next, sevenBit: !machine.extensions.eightBitMIME) else {
            // Removed meanwhile.
            tasks = [.settle(next.recipients.map { _ in .untried }), .next]
            return
        }
        guard !line.isClosed else { return giveBack() }
        message = made
        line.cutoff = .now + settings.patience.slot
        let addresses = [next.message.sender] + next.recipients.map(\.address)
        // Raw octets in a header that nobody declared are sent as they came; addresses cannot be.
        let isUTF8 = next.message.isUTF8 && made.hasUTF8Header || addresses.contains { EnvelopeForm.wire($0).utf8.contains { $0 > 127 } }
        _ = take(machine.begin(next, MessageNeeds(size: made.octets.count, isEightBit: made.isEightBit, isUTF8: isUTF8)))
    }
    private func giveBack() {
        end.rest = job
        job = nil
        tasks = [.close(nil)]
    }
    private func quit() {
        note("C: QUIT")
        for case .send(let text) in machine.quit() { line.outbox.bytes.append(text) }
        tasks = [.close(nil)]
    }
    private func settle(_ results: [RecipientResult]) {
        guard let done = job else { return }
        job = nil
        message = nil
        if isAnswered { served += 1 }
        outstanding = assignment.settle(done, results, place, ticket)
        ticket = nil
    }
    /// Piece by piece, as fast as the server takes it; `line.cutoff` ends it when that is never. Without its end the message is none: that is sent when
    /// nothing else is in doubt. (threat C6)
    private func sendBody(chunked: Bool) async {
        guard let message else { return }
        note("C: (\(message.octets.count) octets)")
        if chunked { line.outbox.bytes.append("BDAT \(message.octets.count) LAST\r\n") }
        var stuffer = DotStuffer()
        var place = 0
        let stop = chunked ? max(0, message.octets.count - Limits.heldBack) : message.octets.count
        while place < stop {
            let next = min(place + Limits.piece, stop)
            let piece = message.octets.span.extracting(place..<next)
            if chunked { line.outbox.bytes.append(piece) } else { stuffer.append(piece, to: &line.outbox.bytes) }
            place = next
            await line.outbox.ready()
            if line.isClosed { return }
        }
        await waitForTurn()
        // An answer that came before its question is not one: `receive` shall see it before the message ends. (threat T3)
        if line.isClosed || line.unread?() ?? 0 > 0 { return }
        if chunked { line.outbox.bytes.append(message.octets.span.extracting(stop..<message.octets.count)) } else { stuffer.end(&line.outbox.bytes) }
        asked = .now
        machine.bodySent()
    }
    private func waitForTurn() async {
        let gate = assignment.gate, address = assignment.candidate.address
        if gate.isQuick(address) {
            ticket = gate.tryEnter(address)
            if ticket == nil {
                line.outbox.flush?()
                ticket = await gate.enter(address)
            }
        } else {
            line.outbox.flush?()
        }
        // Of this connection nothing else is in doubt, whatever its pace.
        await outstanding?.wait()
        outstanding = nil
    }
    /// How long the server took for its first answer to what was sent last.
    private func timeAnswer() {
        guard let asked else { return }
        self.asked = nil
        let time = .now - asked
        let part: DoubtGate.Part = machine.state == .end ? .end : machine.state == .envelope ? .envelope : .connection
        assignment.gate.answered(assignment.candidate.address, after: time, part)
    }

    // MARK: What the machine wants

    /// nil: wait for more.
    private func take(_ actions: [SMTPClientMachine.Action]) -> Step? {
        var step: Step?
        for action in actions {
            switch action {
            case .send(let text):
                note(text)
                line.outbox.bytes.append(text)
                asked = .now
                setDeadline()
            case .startTLS:
                isStartingTLS = true
                line.clientTLS = assignment.candidate.tls
                step = .startTLS
            case .next: tasks.append(.next)
            case .sendBody(let chunked): tasks.append(.body(chunked: chunked))
            case .finished(let results): tasks.append(.settle(results))
            case .close(let words):
                end.words = end.words ?? words
                tasks.append(.close(words))
            }
        }
        return tasks.isEmpty ? step : .perform
    }
    private func setDeadline() {
        let patience = settings.patience
        switch machine.state {
        case .greeting: line.expire(in: patience.greeting)
        case .hello, .startTLS, .logIn: line.expire(in: patience.hello)
        case .end: line.expire(in: patience.end)
        default: line.expire(in: patience.envelope)
        }
    }
    private var isOurselves: Bool { machine.serverName.lowercased() == settings.hostname.lowercased() && assignment.candidate.isExchanger }
    private func loops() -> Step {
        end.isLoop = true
        return take(machine.end("the server is \(settings.hostname) itself")) ?? .close
    }

    private var place: Settlement.Place {
        var words = assignment.candidate.description
        if let security = line.security { words += " \(security.version)" + (security.isVerified ? " verified" : "") } else { words += " without TLS" }
        return Settlement.Place(words: words, host: assignment.candidate.host, transcript: transcript)
    }
    /// Secrets are not kept: what follows AUTH is left out.
    private func note(_ text: String) {
        guard transcript.utf8.count < Limits.transcript else { return }
        if text.hasPrefix("S: ") || text.hasPrefix("(") || text.hasPrefix("C: ") { transcript += text + "\n"; return }
        for part in text.split(separator: "\r\n") {
            transcript += machine.state == .logIn ? "C: (AUTH)\n" : "C: \(part.prefix(500))\n"
        }
    }
}
