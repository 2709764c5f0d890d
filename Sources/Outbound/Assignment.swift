import MailStore
import SMTPCodec
import Synchronization

/// What one connection works on: where its session gets jobs from and leaves results, and how its end is told to whoever dialled.
///
/// A job is in one hand at a time: the worker's before the session has begun it and after the connection's end, the session's between.
final class Assignment: Sendable {
    /// How a connection ended.
    struct End: Sendable {
        /// A job that was not begun, or was begun and never answered: another connection may have it.
        var rest: ClientJob?
        /// A job that was cut off, with what is known of its recipients.
        var broken: (job: ClientJob, results: [RecipientResult])?
        /// What `broken` holds in doubt.
        var ticket: DoubtGate.Ticket?
        /// Why it did not go well; nil for a good end.
        var words: String?
        /// It was the handshake that failed: without TLS it may work.
        var isTLSFailure = false
        /// The server says that it is ourselves.
        var isLoop = false
        var place = Settlement.Place(words: "", host: nil, transcript: nil)
        /// Messages that were answered on this connection.
        var served = 0
    }
    private struct State {
        var first: ClientJob?
        var end: End?
        var waiting: CheckedContinuation<End, Never>?
    }
    private let state: Mutex<State>
    let candidate: Candidate
    let hop: Hop
    let runner: QueueRunner

    init(_ job: ClientJob, _ candidate: Candidate, hop: Hop, runner: QueueRunner) {
        state = Mutex(State(first: job))
        self.candidate = candidate
        self.hop = hop
        self.runner = runner
    }

    // MARK: For the session

    /// The next job; nil when there is none, or it is somebody else's turn.
    func next(served: Int) async -> ClientJob? {
        let first = state.withLock { state in
            defer { state.first = nil }
            return state.first
        }
        if let first { return first }
        return await runner.another(for: hop, served: served)
    }
    func octets(of job: ClientJob, sevenBit: Bool) async -> OutgoingMessage? {
        await runner.octets(of: job, sevenBit: sevenBit)
    }
    /// Written down at once; the ticket is left when it is written.
    func settle(_ job: ClientJob, _ results: [RecipientResult], _ place: Settlement.Place, _ ticket: DoubtGate.Ticket?) -> Outstanding {
        runner.begin(job, results, place, ticket)
    }
    var gate: DoubtGate { runner.gate }
    /// The connection is over. Called once.
    func ended(_ end: End) {
        let waiting = state.withLock { state -> CheckedContinuation<End, Never>? in
            guard state.end == nil else { return nil }
            var end = end
            if end.rest == nil, end.broken == nil { end.rest = state.first }
            state.first = nil
            state.end = end
            defer { state.waiting = nil }
            return state.waiting
        }
        if let waiting, let end = state.withLock({ $0.end }) { waiting.resume(returning: end) }
    }

    // MARK: For the worker

    func end() async -> End {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state -> End? in
                if state.end == nil { state.waiting = continuation }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }
}
