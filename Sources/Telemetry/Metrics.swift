import Synchronization

/// A number that only grows, or a level that goes up and down. Lives as long as the process.
package final class Metric: Sendable {
    package enum Kind: String, Sendable { case counter, gauge }
    package let name: String
    package let help: String
    package let kind: Kind
    private let value = Atomic<Int>(0)

    init(name: String, kind: Kind, help: String) { self.name = name; self.kind = kind; self.help = help }
    package func add(_ amount: Int = 1) { value.wrappingAdd(amount, ordering: .relaxed) }
    package func set(_ amount: Int) { value.store(amount, ordering: .relaxed) }
    package var current: Int { value.load(ordering: .relaxed) }
}

/// Every number the process counts, made once at assembly and handed down. Rendered in Prometheus' text format.
package final class Metrics: Sendable {
    private let all = Mutex<[String: Metric]>([:])

    package init() {}
    /// The metric of that name, made when it is first asked for. Keep the result: the look-up takes a lock.
    package func counter(_ name: String, _ help: String) -> Metric { metric(name, .counter, help) }
    package func gauge(_ name: String, _ help: String) -> Metric { metric(name, .gauge, help) }

    private func metric(_ name: String, _ kind: Metric.Kind, _ help: String) -> Metric {
        all.withLock { all in
            if let known = all[name] { return known }
            let made = Metric(name: name, kind: kind, help: help)
            all[name] = made
            return made
        }
    }
    package func text() -> String {
        all.withLock { $0.values.sorted { $0.name < $1.name } }
            .map { "# HELP \($0.name) \($0.help)\n# TYPE \($0.name) \($0.kind.rawValue)\n\($0.name) \($0.current)\n" }.joined()
    }
    package func values() -> [(name: String, value: Int)] {
        all.withLock { $0.values.sorted { $0.name < $1.name } }.map { ($0.name, $0.current) }
    }
}
