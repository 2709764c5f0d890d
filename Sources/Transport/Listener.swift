import CLinux
import Glibc
import Logging
import SessionKit
import Telemetry

/// One listening socket: takes connections in batches, asks for admission, deals them out to the loops. Confined to the loop that listens.
final class Listener {
    enum Limits {
        static let batch = 64
        static let backlog: Int32 = 4096
        /// How long nothing is accepted after the process has run out of descriptors or memory.
        static let pause = Duration.milliseconds(500)
        /// Refusals are counted, and told at most this often.
        static let silence = Duration.seconds(10)
    }
    let id: UInt64
    let address: String
    private let descriptor: Int32
    private let service: Service
    private let deal: (Incoming) -> Void
    private let pauses: Metric
    private var core: LoopCore?
    private var isPaused = false
    private var told: ContinuousClock.Instant?

    init(id: UInt64, address: String, descriptor: Int32, service: Service, pauses: Metric, deal: @escaping (Incoming) -> Void) {
        self.id = id
        self.address = address
        self.descriptor = descriptor
        self.service = service
        self.deal = deal
        self.pauses = pauses
    }
    func begin(_ core: LoopCore) {
        self.core = core
        _ = core.watch(descriptor, id: id, for: EPOLLIN.rawValue, isKnown: false)
    }
    func end() {
        core?.unwatch(descriptor)
        core = nil
        close(descriptor)
    }
    /// Connections are waiting.
    func ready() {
        for _ in 0..<Limits.batch {
            var port: Int32 = 0
            var name = [CChar](repeating: 0, count: 64)
            let taken = unsafe martlet_accept(descriptor, &name, &port)
            guard taken >= 0 else { return failed(errno) }
            let length = name.firstIndex(of: 0) ?? name.count
            let address = String(decoding: name[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            admit(taken, Peer(address: address, port: Int(port)))
            guard Descriptors.areEnough(with: taken) else { return pause(EMFILE) }
        }
    }
    private func admit(_ taken: Int32, _ peer: Peer) {
        // A proxy speaks for many: its clients are counted when it has named them.
        switch service.admission.enter(service.settings.proxyFrom(peer) ? Peer(address: "", port: 0) : peer) {
        case .welcome(let key):
            service.accepted.add()
            let user = peer.address.isEmpty ? martlet_peer_uid(taken) : -1
            deal(Incoming(descriptor: taken, service: service, peer: peer, userID: user >= 0 ? UInt32(user) : nil, admission: key))
        case .refused(let reason):
            service.refused.add()
            tell(peer, reason)
            let word = Array(service.settings.busyWord.utf8)
            // A new socket takes a line; if not, the word is lost, not the loop's time.
            if !word.isEmpty { _ = unsafe send(taken, word, word.count, Int32(MSG_NOSIGNAL)) }
            shutdown(taken, Int32(SHUT_WR))
            close(taken)
        }
    }
    private func tell(_ peer: Peer, _ reason: Admission.Refusal) {
        if let told, told.duration(to: .now) < Limits.silence { return }
        told = .now
        service.log.notice("transport.refused", metadata: ["service": "\(service.settings.name)", "peer": "\(peer)", "limit": "\(reason.rawValue)"])
    }
    private func failed(_ error: Int32) {
        switch error {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: pause(error)
        // The client has gone before we looked, or nobody waits any more. (accept(2))
        default: return
        }
    }
    /// Level-triggered readiness would call again at once, and spin. (threat T32)
    private func pause(_ error: Int32) {
        guard let core, !isPaused else { return }
        isPaused = true
        pauses.add()
        service.log.warning(
            "transport.accept_paused", metadata: ["service": "\(service.settings.name)", "reason": "\(TransportError.words(error))"])
        _ = core.watch(descriptor, id: id, for: 0, isKnown: true)
        _ = core.schedule(id, at: .now + Limits.pause, unlessBefore: .max)
    }
    /// The pause is over.
    func resume() {
        guard let core, isPaused else { return }
        guard Descriptors.areEnough() else {
            _ = core.schedule(id, at: .now + Limits.pause, unlessBefore: .max)
            return
        }
        isPaused = false
        _ = core.watch(descriptor, id: id, for: EPOLLIN.rawValue, isKnown: true)
    }
}
