import Bytes
import Logging
import Model
import SessionKit
import Synchronization
import Telemetry

/// A service as it runs: its settings, its counters, and the TLS it uses now. Shared by all loops.
final class Service: Sendable {
    let settings: ServiceSettings
    let admission: Admission
    /// nil for a service that is always in the clear.
    let tls: TLSState?
    let log: Logger
    let accepted: Metric
    let refused: Metric
    let current: Metric
    let bytesIn: Metric
    let bytesOut: Metric
    let handshakes: Metric
    let resumptions: Metric
    let handshakeFailures: Metric

    convenience init(_ settings: ServiceSettings, identities: [TLSIdentity], log: Logger, metrics: Metrics) throws(TLSIdentityError) {
        let tls = settings.tls == .none ? nil : try TLSState(identities, service: settings.name, protocols: settings.protocols)
        self.init(
            settings, tls, ("accepted", "Connections accepted"), ("refused", "Connections refused because of a limit"), log: log, metrics: metrics)
    }
    /// For the connections that we open: `accepted` counts those that came about, `refused` those that did not.
    convenience init(dialling dial: DialSettings, log: Logger, metrics: Metrics) {
        var limits = ServiceLimits()
        limits.connections = dial.connections
        limits.perAddress = dial.connections
        limits.handshake = dial.handshake
        let settings = ServiceSettings(name: "outbound", addresses: [], limits: limits) { _ in NobodysSession() }
        self.init(settings, nil, ("dialled", "Connections opened"), ("dial_failures", "Connections that could not be opened"), log: log, metrics: metrics)
    }
    private init(
        _ settings: ServiceSettings, _ tls: TLSState?, _ good: (name: String, help: String), _ bad: (name: String, help: String), log: Logger,
        metrics: Metrics
    ) {
        self.settings = settings
        self.tls = tls
        admission = Admission(limits: settings.limits)
        self.log = log
        let name = settings.name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        accepted = metrics.counter("martlet_\(name)_\(good.name)_total", good.help)
        refused = metrics.counter("martlet_\(name)_\(bad.name)_total", bad.help)
        current = metrics.gauge("martlet_\(name)_connections", "Connections now")
        bytesIn = metrics.counter("martlet_\(name)_received_bytes_total", "Bytes received")
        bytesOut = metrics.counter("martlet_\(name)_sent_bytes_total", "Bytes sent")
        handshakes = metrics.counter("martlet_\(name)_tls_handshakes_total", "TLS handshakes completed")
        resumptions = metrics.counter("martlet_\(name)_tls_resumptions_total", "TLS handshakes that resumed a session")
        handshakeFailures = metrics.counter("martlet_\(name)_tls_failures_total", "TLS handshakes that failed")
    }
}

/// What a service without listeners would make: it hangs up.
private final class NobodysSession: Session {
    func opened() -> Step { .close }
    func receive(_ input: inout ByteBuffer) -> Step { .close }
    func perform() async -> Step { .close }
    func notice(_ changes: ChangeSet) -> Step { .close }
    func expired() -> Step { .close }
    func secured() -> Step { .close }
    func draining() -> Step { .close }
    func closed() {}
}
