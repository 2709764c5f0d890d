import CLinux
import Glibc
import Logging
import SessionKit
import Synchronization
import Telemetry

/// How many connections we open, and whom they trust.
package struct DialSettings: Sendable {
    /// Connections of ours at the same time.
    package var connections = 2_000
    /// Time for a TLS handshake after STARTTLS.
    package var handshake = Duration.seconds(30)
    /// A PEM file of certificate authorities in place of the system's.
    package var authorities: String?
    package init() {}
}

/// The dialer of a server: it connects, and deals the connections out to the server's loops in turn. Open from `start` to `drain`.
final class Dialling: Dialer {
    let service: Service
    private let loops: [EventLoop]
    private let context: ClientContext
    private let isOpen = Atomic(false)
    private let turn = Atomic<UInt>(0)

    init(_ settings: DialSettings, loops: [EventLoop], log: Logger, metrics: Metrics) {
        service = Service(dialling: settings, log: log, metrics: metrics)
        context = ClientContext(authorities: settings.authorities)
        self.loops = loops
    }
    func open() { isOpen.store(true, ordering: .relaxed) }
    func close() { isOpen.store(false, ordering: .relaxed) }

    func dial(_ target: DialTarget, _ make: @escaping SessionFactory) async throws(DialFailure) {
        guard isOpen.load(ordering: .relaxed) else { throw .busy }
        let peer = Peer(address: target.isUnix ? "" : target.address, port: target.isUnix ? 0 : target.port)
        guard case .welcome(let key) = service.admission.enter(peer) else {
            service.refused.add()
            throw .busy
        }
        let descriptor = Self.connect(target)
        guard descriptor >= 0 else {
            let failure = Self.failure(errno)
            service.admission.leave(key)
            service.refused.add()
            throw failure
        }
        guard Descriptors.areEnough(with: descriptor) else {
            Glibc.close(descriptor)
            service.admission.leave(key)
            service.refused.add()
            throw .busy
        }
        let loop = loops[Int(turn.wrappingAdd(1, ordering: .relaxed).oldValue % UInt(loops.count))]
        let incoming = Incoming(descriptor: descriptor, service: service, peer: peer, userID: nil, admission: key)
        let failure = await withCheckedContinuation { continuation in
            loop.post(.dial(Outgoing(incoming: incoming, target: target, context: context, makeSession: make, answer: DialAnswer(continuation))))
        }
        guard let failure else { return service.accepted.add() }
        service.refused.add()
        throw failure
    }
    private static func connect(_ target: DialTarget) -> Int32 {
        if target.isUnix { return unsafe martlet_connect_unix(target.address) }
        guard (1...65_535).contains(target.port) else {
            errno = EINVAL
            return -1
        }
        guard let source = target.source else { return unsafe martlet_connect_tcp(target.address, Int32(target.port), nil) }
        return unsafe martlet_connect_tcp(target.address, Int32(target.port), source)
    }
    /// What connect(2) says, for those who decide what to do next.
    static func failure(_ number: Int32) -> DialFailure {
        switch number {
        case ECONNREFUSED: .refused
        case ETIMEDOUT: .timeout
        // EAGAIN: the unix socket's queue is full, or there is no free port. (connect(2))
        case EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN: .busy
        case EINVAL: .unreachable("not an address that can be connected to")
        default: .unreachable(TransportError.words(number))
        }
    }
}

extension DialTarget {
    var isUnix: Bool { address.hasPrefix("/") }
}

/// A connection that is being made, on its way to its loop.
struct Outgoing: Sendable {
    let incoming: Incoming
    let target: DialTarget
    let context: ClientContext
    let makeSession: SessionFactory
    let answer: DialAnswer

    func succeeded() { answer.give(nil) }
    /// Only the first reason counts. Told by `ended`.
    func failed(_ failure: DialFailure) { answer.remember(failure) }
    /// The connection is over and its place free: whoever waits may dial again at once.
    func ended() { answer.giveReason() }
}

/// Whoever waits in `dial`, told once.
final class DialAnswer: Sendable {
    private struct Waiting {
        var continuation: CheckedContinuation<DialFailure?, Never>?
        var reason: DialFailure?
    }
    private let waiting: Mutex<Waiting>

    init(_ continuation: CheckedContinuation<DialFailure?, Never>) { waiting = Mutex(Waiting(continuation: continuation)) }
    func remember(_ failure: DialFailure) { waiting.withLock { $0.reason = $0.reason ?? failure } }
    func giveReason() { give(waiting.withLock { $0.reason } ?? .busy) }
    func give(_ failure: DialFailure?) {
        let continuation = waiting.withLock { waiting in
            defer { waiting.continuation = nil }
            return waiting.continuation
        }
        continuation?.resume(returning: failure)
    }
}
