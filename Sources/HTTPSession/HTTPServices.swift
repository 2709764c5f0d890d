package import Logging
package import Telemetry

/// What every HTTP connection of a listener shares.
package struct HTTPServices: Sendable {
    package let router: Router
    package let log: Logger
    let requests: Metric
    let malformed: Metric
    let parked: Metric
    /// Bytes of long bodies being read or answered now.
    let held: Metric
    package init(router: Router, log: Logger, metrics: Metrics) {
        self.router = router
        self.log = log
        requests = metrics.counter("martlet_http_requests_total", "HTTP requests whose head was sound")
        malformed = metrics.counter("martlet_http_malformed_total", "HTTP requests refused as malformed")
        parked = metrics.gauge("martlet_http_parked", "HTTP requests that wait for something to happen")
        held = metrics.gauge("martlet_http_held_bytes", "Bytes announced by long HTTP request bodies that are being read or answered")
    }
}
