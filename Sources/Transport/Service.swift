import Logging
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

    init(_ settings: ServiceSettings, identities: [TLSIdentity], log: Logger, metrics: Metrics) throws(TLSIdentityError) {
        self.settings = settings
        tls = settings.tls == .none ? nil : try TLSState(identities, service: settings.name, protocols: settings.protocols)
        admission = Admission(limits: settings.limits)
        self.log = log
        let name = settings.name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        accepted = metrics.counter("martlet_\(name)_accepted_total", "Connections accepted")
        refused = metrics.counter("martlet_\(name)_refused_total", "Connections refused because of a limit")
        current = metrics.gauge("martlet_\(name)_connections", "Connections now")
        bytesIn = metrics.counter("martlet_\(name)_received_bytes_total", "Bytes received")
        bytesOut = metrics.counter("martlet_\(name)_sent_bytes_total", "Bytes sent")
        handshakes = metrics.counter("martlet_\(name)_tls_handshakes_total", "TLS handshakes completed")
        resumptions = metrics.counter("martlet_\(name)_tls_resumptions_total", "TLS handshakes that resumed a session")
        handshakeFailures = metrics.counter("martlet_\(name)_tls_failures_total", "TLS handshakes that failed")
    }
}
