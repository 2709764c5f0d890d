// What a running daemon knows about itself: for status, who, readiness and metrics.
internal import Directory
internal import Glibc
internal import MailStore
internal import Model
internal import Outbound
internal import SessionKit
internal import Synchronization
internal import Telemetry
internal import Transport

final class RunningProcess: ProcessView {
    private let settings: Settings
    private let store: MailStore
    private let directory: Directory
    private let server: Server
    private let metrics: Metrics
    private let runner: QueueRunner
    private let started = Timestamp(seconds: Int64(time(nil)))
    private let ready = Mutex(false)

    init(settings: Settings, store: MailStore, directory: Directory, server: Server, metrics: Metrics, runner: QueueRunner) {
        self.settings = settings
        self.store = store
        self.directory = directory
        self.server = server
        self.metrics = metrics
        self.runner = runner
    }
    func setReady(_ value: Bool) { ready.withLock { $0 = value } }
    /// Ready is who listens and whose store answers.
    func isReady() async -> Bool {
        guard ready.withLock({ $0 }) else { return false }
        return (try? await store.read { try $0.domains() }) != nil
    }

    func status() async -> JSONValue {
        var services: [JSONValue] = []
        let counts = await server.counts
        for bound in await server.addresses {
            let count = counts.first { $0.service == bound.service }?.connections ?? 0
            services.append(.object(["service": .string(bound.service), "address": .string(bound.address), "connections": .int(Int64(count))]))
        }
        let accounts = (try? await store.read { try $0.accounts().count }) ?? 0
        let logIns = directory.counts
        return .object([
            "state": .string(ready.withLock { $0 } ? "running" : "stopping"), "version": .string(Version.text), "process": .int(Int64(getpid())),
            "since": .string(Moment.text(started)),
            "hostname": .string(settings.hostname), "store": .string(settings.storePath), "memory": .int(Self.memory()), "accounts": .int(Int64(accounts)),
            "connections": .int(Int64(await server.connectionCount)), "services": .array(services),
            "logins": .object([
                "succeeded": .int(Int64(logIns.succeeded)), "remembered": .int(Int64(logIns.remembered)), "failed": .int(Int64(logIns.failed)),
                "throttled": .int(Int64(logIns.throttled)),
            ]),
        ])
    }
    func retryQueue(_ destinations: [String]) async { await runner.retry(destinations) }
    func who() async -> JSONValue {
        .array(
            await server.who().map { row in
                .object([
                    "id": .string("\(row.id)"), "service": .string(row.service), "user": .optional(row.user),
                    "peer": .string(row.peer.address.isEmpty ? "local" : "\(row.peer)"), "tls": .optional(row.security?.version),
                    "seconds": .int(row.age.components.seconds), "busy": .bool(row.isBusy),
                ])
            })
    }
    /// Prometheus' text format.
    func metricsText() -> String {
        let logIns = directory.counts
        metrics.gauge("martlet_logins_succeeded", "Log-ins that succeeded").set(logIns.succeeded)
        metrics.gauge("martlet_logins_remembered", "Of those, without a slow hash").set(logIns.remembered)
        metrics.gauge("martlet_logins_failed", "Log-ins with a wrong name or password").set(logIns.failed)
        metrics.gauge("martlet_logins_throttled", "Log-ins refused after too many failures").set(logIns.throttled)
        metrics.gauge("martlet_memory_bytes", "Resident memory").set(Int(Self.memory()))
        return metrics.text()
    }
    /// Resident memory in bytes: the second number of /proc/self/statm, in pages.
    private static func memory() -> Int64 {
        guard case .text(let text) = SettingsPath.read("/proc/self/statm") else { return 0 }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int64(fields[1]) ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}

package enum Version {
    package static let text = "0.1"
}
