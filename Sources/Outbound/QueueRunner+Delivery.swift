import Delivery
import Logging
import MailAuthentication
import MailStore
import Model
import SessionKit
import SMTPCodec
import Synchronization
import Telemetry

/// One job on its way: servers in turn, connections, and what they end with.
extension QueueRunner {
    func deliver(_ job: ClientJob, on hop: Hop) async {
        let candidates: [Candidate]
        do throws(HopFailure) {
            candidates = try await hops.candidates(for: hop)
        } catch {
            if case .permanent(let reply) = error { return await settle(job, all(job, .failed(reply)), Settlement.Place(words: "DNS")) }
            return await failed(job, hop, error.reply, Settlement.Place(words: "DNS"))
        }
        var job = job
        var last = (words: "no server to try", place: Settlement.Place(words: "\(hop)"))
        for candidate in candidates {
            let end = await connect(job, candidate, hop)
            if let broken = end.broken { return await settle(broken.job, broken.results, end.place, end.ticket) }
            if end.isLoop {
                let reply = ServerReply(own: 554, "5.4.6", "mail for \(hop) loops back to \(settings.hostname)")
                return await settle(job, all(job, .failed(reply)), end.place)
            }
            guard let rest = end.rest else { return recovered(hop, job) }
            if end.served > 0 {
                // The connection served others and ended before this one: a new one may have it.
                recovered(hop, job)
                return putBack(rest, hop)
            }
            job = rest
            last = (end.words ?? "the server closed the connection", end.place)
            log.info("outbound.host", metadata: ["trace": "\(job.message.trace)", "host": "\(candidate.description)", "reason": "\(last.words)"])
        }
        await failed(job, hop, ServerReply(own: 451, "4.4.1", last.words), last.place)
    }

    /// A connection with its session, until it ends. When TLS fails and nobody insists on it, once more without. (RFC 7435 §3)
    private func connect(_ job: ClientJob, _ candidate: Candidate, _ hop: Hop) async -> Assignment.End {
        let end = await dial(job, candidate, hop, candidate.use)
        guard end.isTLSFailure, candidate.use == .ifOffered, let rest = end.rest, end.served == 0 else { return end }
        log.notice(
            "outbound.tls",
            metadata: [
                "trace": "\(job.message.trace)", "host": "\(candidate.description)", "reason": "\(end.words ?? "")", "action": "in the clear",
            ])
        return await dial(rest, candidate, hop, .never)
    }
    private func dial(_ job: ClientJob, _ candidate: Candidate, _ hop: Hop, _ use: SMTPClientMachine.TLSUse) async -> Assignment.End {
        let assignment = Assignment(job, candidate, hop: hop, runner: self)
        var target = DialTarget(address: candidate.address, port: candidate.port)
        target.source = settings.source
        target.timeout = settings.patience.connect
        if candidate.isImplicit { target.tls = candidate.tls }
        let settings = settings, log = log
        counters.connections.add()
        counters.active.add(1)
        defer { counters.active.add(-1) }
        do throws(DialFailure) {
            let began = ContinuousClock.now, gate = gate
            try await dialer.dial(target) { line in
                gate.answered(candidate.address, after: .now - began, .connection)
                return SMTPClientSession(line, assignment, settings: settings, use: use, log: log)
            }
            return await assignment.end()
        } catch {
            var end = Assignment.End(rest: job)
            end.words = Self.words(error)
            end.place = Settlement.Place(words: candidate.description, host: candidate.host)
            return end
        }
    }
    private static func words(_ failure: DialFailure) -> String {
        switch failure {
        case .refused: "connection refused"
        case .timeout: "no connection in time"
        case .unreachable(let words): "cannot be reached: \(words)"
        case .tls(let words): "TLS: \(words)"
        case .busy: "too many connections of our own"
        }
    }
    private func all(_ job: ClientJob, _ result: RecipientResult) -> [RecipientResult] { job.recipients.map { _ in result } }

    /// Nobody there could be asked: the destination pauses, and this job's recipients wait for their next time.
    private func failed(_ job: ClientJob, _ hop: Hop, _ reply: ServerReply, _ place: Settlement.Place) async {
        for name in Set(job.recipients.map(\.destination)) {
            let failures = (states[name]?.failures ?? 0) + 1
            let next = settings.schedule.next(after: failures, from: now(), chance: Double.random(in: 0..<1))
            states[name, default: Trouble()].failures = failures
            states[name]?.pausedUntil = min(next.rawValue, now().rawValue + Limits.longestPause)
        }
        await settle(job, all(job, .deferred(reply)), place)
    }
    private func recovered(_ hop: Hop, _ job: ClientJob) {
        for name in Set(job.recipients.map(\.destination)) {
            states[name]?.failures = 0
            states[name]?.pausedUntil = 0
            forget(name)
        }
    }
    private func putBack(_ job: ClientJob, _ hop: Hop) {
        held += job.content?.count ?? 0
        places[hop, default: Place()].jobs.insert(job, at: 0)
        startWorker(hop)
    }

    /// As it leaves; `sevenBit`: for a server without 8BITMIME. Signed last.
    nonisolated func octets(of job: ClientJob, sevenBit: Bool) async -> OutgoingMessage? {
        let message = job.message
        var stored = job.content
        if stored == nil { stored = try? await store.read { try $0.content(message.content) } }
        guard let stored else { return nil }
        var made = await OutgoingMessage.make(stored, of: message)
        if sevenBit, made.isEightBit { made = await made.inSevenBits() }
        let time = now()
        let signers = await signatures.signers(of: message, made.octets, now: time.rawValue)
        return signers.isEmpty ? made : await made.signed(by: signers, seconds: time.seconds)
    }

    // MARK: Results

    /// A result that is in the log, or could not be written.
    struct Written: Sendable {
        let job: ClientJob
        let results: [RecipientResult]
        let place: Settlement.Place
        let outcome: Result<Settlement.Outcome, any Error>
    }
    /// Writes down what became of a job; `ticket` is left when it is on disk. From anywhere, at once.
    nonisolated func begin(_ job: ClientJob, _ results: [RecipientResult], _ place: Settlement.Place, _ ticket: DoubtGate.Ticket?) -> Outstanding {
        let outstanding = Outstanding(), time = now(), settlement = settlement, chance = Double.random(in: 0..<1)
        store.writeAtOnce(trace: job.message.trace) {
            try settlement.apply(job, results, place, now: time, chance: chance, in: $0)
        } written: { [self] outcome in
            if let ticket { gate.leave(ticket) }
            outstanding.done()
            let isFirst = written.withLock { written in
                written.append(Written(job: job, results: results, place: place, outcome: outcome))
                return written.count == 1
            }
            if isFirst { Task { await takeWritten() } }
        }
        return outstanding
    }
    func settle(_ job: ClientJob, _ results: [RecipientResult], _ place: Settlement.Place, _ ticket: DoubtGate.Ticket? = nil) async {
        await begin(job, results, place, ticket).wait()
        takeWritten()
    }
    /// Recipients go back to the store only here, after their commit: until then no page shows them.
    func takeWritten() {
        let all = written.withLock { written in
            defer { written = [] }
            return written
        }
        for each in all { take(each) }
    }
    private func take(_ written: Written) {
        let (job, results) = (written.job, written.results)
        switch written.outcome {
        case .success(let outcome):
            counters.delivered.add(outcome.delivered)
            counters.deferred.add(outcome.deferred)
            counters.failed.add(outcome.failed)
            log.info(
                "outbound.done",
                metadata: [
                    "trace": "\(job.message.trace)", "host": "\(written.place.words)", "delivered": "\(outcome.delivered)", "deferred": "\(outcome.deferred)",
                    "failed": "\(outcome.failed)",
                ])
            for (name, next) in outcome.later { agenda.add(name, at: max(next.rawValue, states[name]?.pausedUntil ?? 0)) }
            if !outcome.hints.isEmpty { hint(outcome.hints) }
        case .failure(let error):
            // Nothing is written, so all of them are as before; a store in trouble is not asked again at once.
            log.error("outbound.store", metadata: ["trace": "\(job.message.trace)", "error": "\(error)"])
            for recipient in job.recipients {
                states[recipient.destination, default: Trouble()].pausedUntil = now().rawValue + 60_000
                agenda.add(recipient.destination, at: now().rawValue + 60_000)
            }
        }
        for (index, recipient) in job.recipients.enumerated() {
            if let state = states[recipient.destination], state.loads > 0 { states[recipient.destination]?.settledMeanwhile.insert(recipient.id) }
            if index < results.count, results[index] == .untried { agenda.add(recipient.destination, at: 0); states[recipient.destination]?.hinted = true }
        }
        release(job)
        if results.contains(.untried) { hint(job.recipients.map(\.destination)) }
    }
}
