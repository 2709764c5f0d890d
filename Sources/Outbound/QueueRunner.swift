package import DNSCodec
package import Delivery
package import Logging
package import MailStore
package import Model
package import SessionKit
package import Telemetry
import SMTPCodec
import Synchronization

/// Sends what the queue holds. Remembers destinations, never messages: a hundred thousand mails for a dead server are one entry here.
///
/// 1. A recipient is in one hand at a time (`inFlight`), and what a connection is told about it is written before its next message ends.
/// 2. What fails for a whole destination pauses the destination; what fails for one recipient postpones that one.
/// 3. After a restart the store says all there is to know.
package actor QueueRunner {
    package enum Limits {
        /// Recipients that are read for one destination at a time.
        static let page = 200
        /// Contents up to this size are read with their page, until all jobs that wait hold so many octets.
        static let small: Int64 = 65_536
        static let held = 16_777_216
        static let heldByPage = 1_048_576
        /// How often expired and late messages are looked for.
        static let sweep = Duration.seconds(30)
        static let swept = 100
        /// Destinations that are read at a time after a start.
        static let destinations = 1_000
        /// Pauses of a destination, in milliseconds, grow no longer than this.
        static let longestPause: Int64 = 30 * 60_000
    }
    /// A destination that is being worked on, or in trouble.
    struct Trouble {
        var inFlight: Set<RecipientID> = []
        var loads = 0
        /// Settled while a page was being read, which may still show them.
        var settledMeanwhile: Set<RecipientID> = []
        /// Something new came while a page was being read.
        var hinted = false
        var failures = 0
        var pausedUntil: Int64 = 0
        var isIdle: Bool { inFlight.isEmpty && loads == 0 && failures == 0 }
    }
    struct Place {
        var active = 0
        /// It waits for one of all connections.
        var isBlocked = false
        /// Destinations of this hop with something due, and jobs that are ready.
        var ready = ReadyLine()
        var jobs: [ClientJob] = []
        /// One of its workers reads a page; one at a time, so that no page is judged by what an older one showed.
        var isLoading = false
        /// Connections without work, the one that was used last at the end.
        var idle: [Idle] = []
        var hasWork: Bool { !jobs.isEmpty || !isLoading && !ready.isEmpty }
    }
    /// A worker that waits for work, until a time.
    struct Idle {
        let until: ContinuousClock.Instant
        /// True: look again. False: it is time to go.
        let continuation: CheckedContinuation<Bool, Never>
    }

    let store: MailStore
    let settings: OutboundSettings
    let hops: NextHops
    let dialer: any Dialer
    let log: Logger
    let settlement: Settlement
    let counters: OutboundCounters
    let gate: DoubtGate
    /// Results that are in the log, of which the runner does not know yet.
    let written = Mutex<[Written]>([])
    let now: @Sendable () -> Timestamp
    private let hinted = Mutex<Set<String>>([])
    private let poke: AsyncStream<Void>.Continuation
    private let pokes: AsyncStream<Void>
    var agenda = Agenda()
    var states: [String: Trouble] = [:]
    var places: [Hop: Place] = [:]
    var active = 0
    /// Hops that found all connections taken, in their order, from `blockedHead` on.
    private var blocked: [Hop] = []
    private var blockedHead = 0
    let signatures: Signatures
    /// Octets of contents that jobs hold.
    var held = 0
    private var isStopping = false
    private var timer: (task: Task<Void, Never>, time: Int64)?
    private var lastDismissal = ContinuousClock.now
    private var lastSweep = ContinuousClock.now - Limits.sweep

    package init(
        store: MailStore, resolver: any NameResolver, dialer: any Dialer, settings: OutboundSettings, entrance: QueueEntrance, metrics: Metrics,
        log: Logger = Logger(label: "outbound"), now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) {
        self.store = store
        self.settings = settings
        gate = DoubtGate(settings.doubt)
        signatures = Signatures(store)
        self.dialer = dialer
        self.log = log
        self.now = now
        hops = NextHops(
            resolver: resolver, settings: settings, policies: MTASTS(resolver: resolver, dialer: dialer, port: settings.httpsPort))
        settlement = Settlement(schedule: settings.schedule, reports: Reports(hostname: settings.hostname, queue: entrance), hostname: settings.hostname)
        counters = OutboundCounters(metrics)
        (pokes, poke) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// There is something for these destinations; from anywhere, at once.
    package nonisolated func hint(_ destinations: [String]) {
        hinted.withLock { $0.formUnion(destinations) }
        poke.yield()
    }
    /// The administrator wants these tried now, whatever pauses there are.
    package func retry(_ destinations: [String]) {
        for name in destinations {
            states[name]?.pausedUntil = 0
            agenda.add(name, at: 0)
        }
        poke.yield()
    }

    /// For tests: how often the runner looked around.
    private(set) var turns = 0
    /// For tests and metrics: what the runner remembers.
    var known: (destinations: Int, troubled: Int) { (agenda.count, states.count) }
    /// Until the task is cancelled; connections under way end with the transport's drain.
    package func run() async {
        await scan()
        var iterator = pokes.makeAsyncIterator()
        while !Task.isCancelled {
            if ContinuousClock.now - lastSweep >= Limits.sweep {
                lastSweep = .now
                await sweep()
            }
            turns += 1
            takeHints()
            dispatch()
            dismissIdle()
            wake(at: min(agenda.first() ?? .max, now().rawValue + 1_000))
            _ = await iterator.next()
        }
        timer?.task.cancel()
        isStopping = true
        dismissIdle()
    }

    /// Pokes the runner at a time, in milliseconds, or before. A timer that still runs is left alone: hints come by the thousand.
    private func wake(at time: Int64) {
        let time = max(time, now().rawValue + 1)
        if let timer, timer.time > now().rawValue, timer.time <= time { return }
        timer?.task.cancel()
        let poke = poke, wait = time - now().rawValue
        let task = Task {
            // One that is called off says nothing: its poke would call the next one off.
            guard (try? await Task.sleep(for: .milliseconds(wait))) != nil else { return }
            poke.yield()
        }
        timer = (task, time)
    }

    /// All destinations that have somebody waiting.
    private func scan() async {
        var name = ""
        while !Task.isCancelled {
            let from = name
            do {
                let page = try await store.read { try $0.destinations(after: from, limit: Limits.destinations) }
                for row in page { agenda.add(row.name, at: row.next.rawValue) }
                guard page.count == Limits.destinations, let last = page.last else { return }
                name = last.name
            } catch {
                log.error("outbound.scan", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
    private func takeHints() {
        let names = hinted.withLock { names in
            defer { names = [] }
            return names
        }
        for name in names {
            states[name]?.hinted = true
            // What waits for its own time is told by the store when the destination is read.
            agenda.add(name, at: states[name].map(\.pausedUntil) ?? 0)
        }
    }
    private func dispatch() {
        let time = now().rawValue
        for name in agenda.take(until: time) {
            if let until = states[name]?.pausedUntil, until > time {
                agenda.add(name, at: until)
                continue
            }
            let hop = settings.hop(to: name, from: "")
            if places[hop, default: Place()].ready.contains(name) { states[name]?.hinted = true } else { places[hop, default: Place()].ready.append(name) }
            startWorker(hop)
        }
        counters.destinations.set(agenda.count + places.count)
    }

    // MARK: Workers

    /// Sees to it that somebody does what there is to do.
    func startWorker(_ hop: Hop) {
        guard !isStopping, let place = places[hop], place.hasWork else { return }
        if let idle = places[hop]?.idle.popLast() { return idle.continuation.resume(returning: true) }
        guard place.active < settings.concurrency else { return }
        guard active < settings.connections else {
            if !place.isBlocked { blocked.append(hop) }
            places[hop]?.isBlocked = true
            return dismissOne()
        }
        places[hop]?.active += 1
        active += 1
        Task { await work(hop) }
    }
    /// Connections that waited long enough; all of them when the process stops.
    private func dismissIdle() {
        let now = ContinuousClock.now
        guard isStopping || now - lastDismissal >= .milliseconds(250) else { return }
        lastDismissal = now
        for (hop, place) in places where !place.idle.isEmpty {
            for idle in place.idle where isStopping || idle.until <= now { idle.continuation.resume(returning: false) }
            places[hop]?.idle.removeAll { isStopping || $0.until <= now }
        }
    }
    /// A connection without work makes room for a place that has some.
    private func dismissOne() {
        guard let hop = places.first(where: { !$0.value.idle.isEmpty })?.key else { return }
        places[hop]?.idle.removeFirst().continuation.resume(returning: false)
    }
    private func work(_ hop: Hop) async {
        while !isStopping, let job = await nextJob(hop) { await deliver(job, on: hop) }
        active -= 1
        places[hop]?.active -= 1
        if let place = places[hop], place.active == 0, place.ready.isEmpty, place.jobs.isEmpty { places[hop] = nil }
        unblock()
    }
    /// Others that waited for a connection.
    private func unblock() {
        while active < settings.connections, blockedHead < blocked.count {
            let hop = blocked[blockedHead]
            blockedHead += 1
            places[hop]?.isBlocked = false
            startWorker(hop)
        }
        if blockedHead == blocked.count { (blocked, blockedHead) = ([], 0) }
    }
    /// For a session that is done with its job: the next one, for which it waits a little. nil when it is somebody else's turn.
    func another(for hop: Hop, served: Int) async -> ClientJob? { await nextJob(hop, idle: settings.idle) }

    /// `idle`: how long a connection waits for work; without one it is told at once that there is none.
    private func nextJob(_ hop: Hop, idle: Duration = .zero) async -> ClientJob? {
        takeWritten()
        let until = ContinuousClock.now + idle
        while !isStopping, let place = places[hop] {
            if !place.jobs.isEmpty {
                let job = places[hop]?.jobs.removeFirst()
                held -= job?.content?.count ?? 0
                if let job, let name = job.recipients.first?.destination, let state = states[name], state.pausedUntil > now().rawValue {
                    release(job)
                    agenda.add(name, at: state.pausedUntil)
                    continue
                }
                startWorker(hop)
                return job
            }
            if !place.isLoading, let name = places[hop]?.ready.first() {
                places[hop]?.isLoading = true
                await load(name, hop)
                places[hop]?.isLoading = false
                continue
            }
            // Whoever reads the page wakes others when it has more than one job.
            guard idle > .zero, blockedHead == blocked.count, until > .now else { return nil }
            guard await withCheckedContinuation({ places[hop]?.idle.append(Idle(until: until, continuation: $0)) }) else { return nil }
        }
        return nil
    }
    /// One page of what is due at a destination, made into jobs.
    private func load(_ name: String, _ hop: Hop) async {
        let time = now()
        if let state = states[name], state.pausedUntil > time.rawValue {
            places[hop]?.ready.remove(name)
            return agenda.add(name, at: state.pausedUntil)
        }
        states[name, default: Trouble()].loads += 1
        states[name]?.hinted = false
        let inFlight = states[name]?.inFlight ?? []
        let limit = Limits.page + inFlight.count
        let room = min(Limits.heldByPage, Limits.held - held)
        let read = try? await store.read { transaction in
            let rows = try transaction.due(name, at: time, limit: limit)
            var messages: [QueueID: QueuedMessage] = [:], contents: [QueueID: [UInt8]] = [:]
            var left = room
            for row in rows where messages[row.message] == nil && !inFlight.contains(row.id) {
                guard let message = try transaction.queued(row.message) else { continue }
                messages[row.message] = message
                guard message.size <= Limits.small, message.size <= left else { continue }
                left -= Int(message.size)
                contents[row.message] = try transaction.content(message.content)
            }
            return (rows, messages, contents, try transaction.firstDue(name, after: time))
        }
        states[name]?.loads -= 1
        let (rows, messages, contents, later) = read ?? ([], [:], [:], Timestamp(milliseconds: time.rawValue + 5_000))
        let state = states[name] ?? Trouble()
        let fresh = rows.filter { !state.inFlight.contains($0.id) && !state.settledMeanwhile.contains($0.id) && messages[$0.message] != nil }
        if state.loads == 0 { states[name]?.settledMeanwhile = [] }
        if let later { agenda.add(name, at: later.rawValue) }
        if fresh.isEmpty {
            if !state.hinted { places[hop]?.ready.remove(name) }
            return forget(name)
        }
        states[name]?.inFlight.formUnion(fresh.map(\.id))
        // To the end of the line: others of this hop have their turn. A page that was not full showed all there is.
        if rows.count < limit, !state.hinted { places[hop]?.ready.remove(name) } else { places[hop]?.ready.append(name) }
        for (id, recipients) in Dictionary(grouping: fresh, by: \.message).sorted(by: { $0.key < $1.key }) {
            guard let message = messages[id] else { continue }
            let way = settings.hasSenderRoutes ? settings.hop(to: name, from: message.sender) : hop
            var start = 0
            while start < recipients.count {
                let end = min(start + ClientJob.Limits.recipients, recipients.count)
                let job = ClientJob(message: message, recipients: Array(recipients[start..<end]), content: contents[id])
                held += job.content?.count ?? 0
                places[way, default: Place()].jobs.append(job)
                start = end
            }
            if way != hop { startWorker(way) }
        }
    }
    /// A job that nobody has begun: its recipients are as the store has them.
    func release(_ job: ClientJob) {
        for recipient in job.recipients {
            states[recipient.destination]?.inFlight.remove(recipient.id)
            forget(recipient.destination)
        }
    }
    func forget(_ name: String) { if let state = states[name], state.isIdle, state.pausedUntil <= now().rawValue { states[name] = nil } }

    // MARK: What waits too long

    func sweepNow() async { await sweep() }
    private func sweep() async {
        let time = now(), settlement = settlement
        do {
            let (expired, late) = try await store.read { (try $0.expired(at: time, limit: Limits.swept), try $0.late(at: time, limit: Limits.swept)) }
            for message in expired {
                let held = states.values.reduce(into: Set<RecipientID>()) { $0.formUnion($1.inFlight) }
                let outcome = try await store.write(trace: message.trace) { try settlement.expire(message, except: held, now: time, in: $0) }
                counters.failed.add(outcome.failed)
                if outcome.failed > 0 { log.notice("outbound.expired", metadata: ["trace": "\(message.trace)", "recipients": "\(outcome.failed)"]) }
                hint(outcome.hints)
            }
            for recipient in late { hint(try await store.write { try settlement.warn(recipient, now: time, in: $0) }) }
            if expired.count == Limits.swept || late.count == Limits.swept { lastSweep = .now - Limits.sweep }
            let counts = try await store.read { try $0.queueCounts() }
            counters.waiting.set(counts.waiting)
            counters.held.set(counts.held)
        } catch {
            log.error("outbound.sweep", metadata: ["error": "\(error)"])
        }
    }
}

/// What is counted about mail that leaves.
struct OutboundCounters: Sendable {
    let delivered: Metric
    let deferred: Metric
    let failed: Metric
    let connections: Metric
    let waiting: Metric
    let held: Metric
    let destinations: Metric
    let active: Metric

    init(_ metrics: Metrics) {
        delivered = metrics.counter("martlet_outbound_delivered_total", "Recipients that other servers have taken")
        deferred = metrics.counter("martlet_outbound_deferred_total", "Attempts for a recipient that came to nothing for now")
        failed = metrics.counter("martlet_outbound_failed_total", "Recipients given up")
        connections = metrics.counter("martlet_outbound_connections_total", "Connections to other servers")
        waiting = metrics.gauge("martlet_queue_waiting", "Recipients waiting in the queue")
        held = metrics.gauge("martlet_queue_held", "Recipients held in the queue")
        destinations = metrics.gauge("martlet_queue_destinations", "Destinations with somebody waiting")
        active = metrics.gauge("martlet_outbound_active", "Connections to other servers that are open")
    }
}
