import CLinux
import Glibc
package import Logging
package import SessionKit
package import Telemetry

/// The room's front: services are added, started, listed, drained. One for the process; tests may have several.
package actor Server {
    enum Limits {
        static let loops = 256
    }
    private let loops: [EventLoop]
    private let outbound: Dialling
    private let log: Logger
    private let metrics: Metrics
    private let pauses: Metric
    private var planned: [ServiceSettings] = []
    private var services: [Service] = []
    private var identities: [TLSIdentity]
    private var bound: [BoundAddress] = []
    private var isStarted = false
    private var isStopped = false

    /// `loops` 0 stands for one on each core.
    package init(
        loops count: Int = 0, identities: [TLSIdentity] = [], dialling: DialSettings = DialSettings(), log: Logger, metrics: Metrics
    ) throws(TransportError) {
        guard (0...Limits.loops).contains(count) else { throw .badLoopCount(count) }
        let wanted = count > 0 ? count : min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), Limits.loops)
        var made: [EventLoop] = []
        for index in 0..<wanted { made.append(EventLoop(index: index, of: wanted, log: log)) }
        loops = made
        outbound = Dialling(dialling, loops: made, log: log, metrics: metrics)
        self.identities = identities
        self.log = log
        self.metrics = metrics
        pauses = metrics.counter("martlet_accept_pauses_total", "Times that accepting was paused for want of descriptors or memory")
    }
    /// Opens connections that live on the server's loops, from `start` to `drain`; before and after it answers `busy`.
    package nonisolated var dialer: any Dialer { outbound }
    package func addService(_ settings: ServiceSettings) throws(TransportError) {
        guard !isStarted else { throw .alreadyStarted }
        planned.append(settings)
    }
    /// The certificates to show, before `start` or under running connections, which keep theirs. The first is for clients that name none, or none of
    /// these. Throws when one cannot be used, and then nothing has changed.
    package func reload(_ identities: [TLSIdentity]) throws(TLSIdentityError) {
        // Tried on a context of its own first, so that services never differ.
        if !identities.isEmpty { _ = try TLSState(identities, service: "trial", protocols: []) }
        for service in services { try service.tls?.reload(identities) }
        self.identities = identities
    }
    /// Listens everywhere, or nowhere: throws at the first address that cannot be had, and when a service with TLS has no certificate.
    package func start() async throws(TransportError) {
        guard !isStarted else { throw .alreadyStarted }
        isStarted = true
        do throws(TLSIdentityError) {
            var made: [Service] = []
            for settings in planned { made.append(try Service(settings, identities: identities, log: log, metrics: metrics)) }
            services = made
        } catch {
            throw .tls(error)
        }
        var sockets: [(Service, ListeningSocket)] = []
        do throws(TransportError) {
            for service in services {
                for text in service.settings.addresses {
                    for address in try ListenAddress.parse(text) { sockets.append((service, try ListeningSocket.open(address))) }
                }
            }
            for loop in loops { try await loop.run() }
            await Descriptors.openThoseOfDispatch()
        } catch {
            for (_, socket) in sockets { close(socket.descriptor) }
            throw error
        }
        for (number, (service, socket)) in sockets.enumerated() {
            bound.append(BoundAddress(service: service.settings.name, address: socket.name, port: socket.port))
            log.info("transport.listening", metadata: ["service": "\(service.settings.name)", "address": "\(socket.name)"])
            await loops[0].listen(id: UInt64(number), socket, service, pauses, loops)
        }
        outbound.open()
    }
    /// Where the services listen, with the ports that the kernel chose for port 0.
    package var addresses: [BoundAddress] { bound }
    package func port(of service: String) -> Int? { bound.first { $0.service == service }?.port }

    /// Every connection that is there.
    package func who() async -> [ConnectionRow] {
        var rows: [ConnectionRow] = []
        for loop in loops { rows += await loop.rows() }
        return rows.sorted { $0.id.rawValue < $1.id.rawValue }
    }
    /// Ends one connection at once; false when it has gone already.
    package func kick(_ id: ConnectionID) async -> Bool {
        guard isStarted else { return false }
        return await loops[Int(id.rawValue % UInt64(loops.count))].kick(id)
    }
    package var connectionCount: Int { services.reduce(outbound.service.admission.total) { $0 + $1.admission.total } }
    /// Times that accepting was paused for want of descriptors or memory.
    package var acceptPauses: Int { pauses.current }
    /// Connections now, for each service; those that we opened are "outbound".
    package var counts: [(service: String, connections: Int)] {
        (services + [outbound.service]).map { ($0.settings.name, $0.admission.total) }
    }

    /// Accepts nothing more, tells every session, and returns when all have gone; what is left at the end of the time is cut off.
    /// Answers how many were cut off.
    @discardableResult
    package func drain(within time: Duration) async -> Int {
        guard isStarted, !isStopped else { return 0 }
        isStopped = true
        outbound.close()
        for loop in loops { await loop.stopListening() }
        for loop in loops { await loop.drainAll() }
        await wait(atMost: time)
        var left = 0
        for loop in loops { left += await loop.talking }
        for loop in loops { await loop.closeAll() }
        // Calls that wait for the store are told by `isClosed`; give them a moment to come back.
        await wait(atMost: .seconds(1))
        for loop in loops { await loop.stop() }
        for case .unix(let path) in services.flatMap({ $0.settings.addresses }).compactMap({ try? ListenAddress.parse($0).first }) { unsafe unlink(path) }
        return left
    }
    private func wait(atMost time: Duration) async {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            var left = 0
            for loop in loops { left += await loop.talking }
            if left == 0 { return }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}

package struct BoundAddress: Sendable, Equatable {
    package let service: String
    /// As the settings name it, with the port that was bound.
    package let address: String
    /// 0 for a unix socket.
    package let port: Int
}

/// One line of `who`.
package struct ConnectionRow: Sendable {
    package let id: ConnectionID
    package let service: String
    package let peer: Peer
    package let security: Security?
    package let user: String?
    package let age: Duration
    /// A command is being carried out.
    package let isBusy: Bool
}
