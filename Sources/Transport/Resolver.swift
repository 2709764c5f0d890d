import CCAres
package import DNSCodec
import Dispatch
import Synchronization
package import Telemetry

/// Looks names up: what is remembered is answered at once, what others are asking already is asked once, the rest goes to c-ares on a queue of its own.
package final class Resolver: NameResolver {
    package enum Limits {
        /// Time of one look-up, whatever the servers do. (threat T44)
        package static let time = Duration.seconds(5)
        /// Of the first try; the second takes twice as long.
        static let firstTry = 1_200
        static let tries = 2
        /// Different questions on their way.
        package static let inFlight = 500
        /// Questions that wait for their turn; more are told to try later.
        package static let waiting = 5_000
        package static let servers = 16
    }
    /// Why there is no resolver. Words for people.
    package struct Failure: Error, CustomStringConvertible { package let description: String }

    private let asker: Asker
    private let cache = Mutex(AnswerCache())
    private let remembered: Metric
    private let asked: Metric
    private let failed: Metric
    /// All servers are on this machine: their word on DNSSEC did not cross a network. (RFC 6698 §A.3)
    package let isTrusted: Bool

    /// `servers`: "127.0.0.1:53", "[::1]:5353"; empty takes those of /etc/resolv.conf.
    package init(servers: [String] = [], metrics: Metrics) throws(Failure) {
        guard servers.count <= Limits.servers else { throw Failure(description: "more than \(Limits.servers) resolvers") }
        let channel = try Channel(servers: servers)
        isTrusted = channel.isLoopback
        asker = Asker(channel)
        remembered = metrics.counter("martlet_dns_remembered_total", "Look-ups answered from memory")
        asked = metrics.counter("martlet_dns_asked_total", "Look-ups sent to a resolver")
        failed = metrics.counter("martlet_dns_failures_total", "Of those, the ones without an answer")
    }
    deinit {
        let asker = asker
        Task { await asker.close() }
    }
    package func query(_ name: String, _ type: RecordType) async throws(LookUpFailure) -> DNSAnswer {
        let question = Question(name: try DomainName.question(name), type: type)
        if let outcome = cache.withLock({ $0.outcome(of: question, at: .now) }) {
            remembered.add()
            return try outcome.get()
        }
        var outcome = await asker.ask(question)
        if !isTrusted, case .success(var answer) = outcome {
            answer.isAuthentic = false
            outcome = .success(answer)
        }
        asked.add()
        if case .failure = outcome { failed.add() }
        let result = outcome
        cache.withLock { $0.remember(result, of: question, at: .now) }
        return try result.get()
    }
    package var rememberedCount: Int { cache.withLock { $0.count } }
}

/// The questions on their way, on one serial queue. One Dispatch source on the channel's epoll descriptor, one timer; no thread for anybody.
private actor Asker {
    private nonisolated let executor = LoopExecutor(label: "martlet.dns")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private struct Flight {
        let question: Question
        let query: DNSQuery
        let until: ContinuousClock.Instant
        var waiting: [CheckedContinuation<AnswerCache.Outcome, Never>]
    }
    private let channel: Channel
    private var flights: [UInt64: Flight] = [:]
    private var tickets: [Question: UInt64] = [:]
    private var queue: [(question: Question, until: ContinuousClock.Instant, waiting: CheckedContinuation<AnswerCache.Outcome, Never>)] = []
    private var lastTicket: UInt64 = 0
    private var source: (any DispatchSourceRead)?
    private var timer: (any DispatchSourceTimer)?
    private var isClosed = false

    init(_ channel: Channel) { self.channel = channel }

    func ask(_ question: Question) async -> AnswerCache.Outcome {
        await withCheckedContinuation { continuation in
            guard !isClosed, queue.count < Resolver.Limits.waiting else { return continuation.resume(returning: .failure(.timeout)) }
            let until = ContinuousClock.now + Resolver.Limits.time
            if let ticket = tickets[question] {
                flights[ticket]?.waiting.append(continuation)
            } else if flights.count < Resolver.Limits.inFlight {
                send(question, until, [continuation])
            } else {
                queue.append((question, until, continuation))
            }
            work()
        }
    }
    private func send(
        _ question: Question, _ until: ContinuousClock.Instant, _ waiting: [CheckedContinuation<AnswerCache.Outcome, Never>], hasExtensions: Bool = true
    ) {
        do throws(LookUpFailure) {
            let query = try DNSQuery(id: UInt16.random(in: 0...UInt16.max), name: question.name, type: question.type, hasExtensions: hasExtensions)
            lastTicket += 1
            flights[lastTicket] = Flight(question: question, query: query, until: until, waiting: waiting)
            tickets[question] = lastTicket
            channel.send(lastTicket, query.octets)
        } catch {
            for continuation in waiting { continuation.resume(returning: .failure(error)) }
        }
    }
    /// Takes the answers that are there, lets others begin, and sets the timer.
    private func work() {
        guard !isClosed else { return }
        begin()
        repeat {
            while let (ticket, outcome) = channel.take() { answered(ticket, outcome) }
            while let next = queue.first, flights.count < Resolver.Limits.inFlight {
                queue.removeFirst()
                if let ticket = tickets[next.question] {
                    flights[ticket]?.waiting.append(next.waiting)
                } else {
                    send(next.question, next.until, [next.waiting])
                }
            }
        } while channel.hasAnswers
        setTimer()
    }
    private func answered(_ ticket: UInt64, _ outcome: Result<[UInt8], LookUpFailure>) {
        guard let flight = flights[ticket] else { return }
        do throws(LookUpFailure) {
            let reply = try DNSReply(try outcome.get(), to: flight.query)
            // c-ares asks over TCP where an answer is cut off; if that too is cut off, there is no more to be had.
            finish(ticket, reply.isTruncated ? .failure(.malformed) : .success(reply.answer))
        } catch {
            // FORMERR, or NOTIMP: a server that knows no EDNS. (RFC 6891 §7)
            if case .server(let code) = error, code == 1 || code == 4, flight.query.octets[11] == 1 {
                flights[ticket] = nil
                tickets[flight.question] = nil
                return send(flight.question, flight.until, flight.waiting, hasExtensions: false)
            }
            finish(ticket, .failure(error))
        }
    }
    private func finish(_ ticket: UInt64, _ outcome: AnswerCache.Outcome) {
        guard let flight = flights.removeValue(forKey: ticket) else { return }
        tickets[flight.question] = nil
        for continuation in flight.waiting { continuation.resume(returning: outcome) }
    }

    // MARK: Time and sockets

    private func begin() {
        guard source == nil else { return }
        let (source, timer) = (executor.readSource(channel.descriptor), executor.timer())
        source.setEventHandler { @Sendable [weak self] in self?.entered { $0.process() } }
        // The descriptor may be closed when Dispatch has let go of it.
        source.setCancelHandler { @Sendable [channel] in withExtendedLifetime(channel) {} }
        timer.setEventHandler { @Sendable [weak self] in self?.entered { $0.process() } }
        timer.schedule(deadline: .distantFuture)
        source.activate()
        timer.activate()
        (self.source, self.timer) = (source, timer)
    }
    private nonisolated func entered(_ body: @Sendable (isolated Asker) -> Void) { executor.enter { assumeIsolated { body($0) } } }
    private func process() {
        guard !isClosed else { return }
        channel.process()
        let now = ContinuousClock.now
        for (ticket, flight) in flights where flight.until <= now { finish(ticket, .failure(.timeout)) }
        while let next = queue.first, next.until <= now { queue.removeFirst().waiting.resume(returning: .failure(.timeout)) }
        work()
    }
    private func setTimer() {
        let now = ContinuousClock.now
        var wait = channel.wait
        let first = min(flights.values.map(\.until).min() ?? .now + .seconds(3600), queue.first?.until ?? .now + .seconds(3600))
        let left = now.duration(to: first).components
        let milliseconds = max(0, Int(clamping: left.seconds) * 1000 + Int(left.attoseconds / 1_000_000_000_000_000) + 1)
        wait = min(wait ?? milliseconds, milliseconds)
        guard !flights.isEmpty || !queue.isEmpty else { return timer?.schedule(deadline: .distantFuture) ?? () }
        timer?.schedule(deadline: .now() + .milliseconds(wait ?? milliseconds), leeway: .milliseconds(5))
    }
    func close() {
        isClosed = true
        source?.cancel()
        timer?.cancel()
        for ticket in Array(flights.keys) { finish(ticket, .failure(.timeout)) }
        for next in queue { next.waiting.resume(returning: .failure(.timeout)) }
        queue = []
    }
}

/// The c-ares channel. Confined to the asker's queue after it is made.
@safe private final class Channel: @unchecked Sendable {
    private let pointer: OpaquePointer
    private var first: UnsafeMutablePointer<martlet_ares_answer>?

    init(servers: [String]) throws(Resolver.Failure) {
        var status: Int32 = 0
        let list = servers.joined(separator: ",")
        let made =
            servers.isEmpty
            ? unsafe martlet_ares_new(nil, Int32(Resolver.Limits.firstTry), Int32(Resolver.Limits.tries), &status)
            : unsafe martlet_ares_new(list, Int32(Resolver.Limits.firstTry), Int32(Resolver.Limits.tries), &status)
        guard let made = unsafe made else {
            let words = unsafe martlet_ares_words(status).map { unsafe String(cString: $0) } ?? "status \(status)"
            throw Resolver.Failure(description: "the resolver (\(servers.isEmpty ? "/etc/resolv.conf" : list)): \(words)")
        }
        unsafe pointer = made
    }
    deinit {
        if let waiting = unsafe first { unsafe martlet_ares_answer_free(waiting) }
        unsafe martlet_ares_free(pointer)
    }
    var descriptor: Int32 { unsafe martlet_ares_descriptor(pointer) }
    var isLoopback: Bool { unsafe martlet_ares_is_loopback(pointer) == 1 }
    /// Milliseconds until c-ares has something to do.
    var wait: Int? {
        let left = unsafe martlet_ares_wait(pointer)
        return left < 0 ? nil : Int(left)
    }
    func send(_ ticket: UInt64, _ octets: [UInt8]) { _ = unsafe martlet_ares_send(pointer, ticket, octets, octets.count) }
    func process() { unsafe martlet_ares_process(pointer) }
    var hasAnswers: Bool {
        if unsafe first == nil { unsafe first = martlet_ares_take(pointer) }
        return unsafe first != nil
    }
    func take() -> (UInt64, Result<[UInt8], LookUpFailure>)? {
        guard hasAnswers, let answer = unsafe first else { return nil }
        unsafe first = nil
        defer { unsafe martlet_ares_answer_free(answer) }
        let ticket = unsafe answer.pointee.ticket
        let status = unsafe answer.pointee.status
        guard status == ARES_SUCCESS else { return (ticket, .failure(Self.failure(status))) }
        let start = unsafe martlet_ares_octets(answer)
        return (ticket, .success(unsafe Array(UnsafeBufferPointer(start: start, count: answer.pointee.length))))
    }
    private static func failure(_ status: Int32) -> LookUpFailure {
        switch status {
        case ARES_EFORMERR: .server(code: 1)
        case ARES_ESERVFAIL: .server(code: 2)
        case ARES_ENOTIMP: .server(code: 4)
        case ARES_EREFUSED: .server(code: 5)
        case ARES_EBADRESP: .malformed
        // What is left when every one of several servers has failed, whatever each of them said.
        case ARES_ECONNREFUSED: .server(code: 2)
        default: .timeout
        }
    }
}
