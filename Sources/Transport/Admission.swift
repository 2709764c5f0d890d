import SessionKit
import Synchronization

/// Counts who is in, over all loops, and says no beyond the limits. Knows addresses, no sockets.
final class Admission: Sendable {
    enum Refusal: String { case total, address }
    enum Answer { case welcome(Key?), refused(Refusal) }
    /// What is counted as one client.
    struct Key: Hashable, Sendable {
        let text: String
        /// An IPv6 client owns at least a /64: counting single addresses would count nothing. (RFC 6177 §2)
        init?(_ address: String) {
            guard !address.isEmpty else { return nil }
            guard address.contains(":") else { text = address; return }
            var groups: [Substring] = []
            let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
            groups = halves[0].split(separator: ":")
            if groups.count < 4, halves.count == 2 {
                let tail = halves[1].split(separator: ":")
                groups += Array(repeating: "0", count: max(0, 8 - groups.count - tail.count)) + tail
            }
            // The host itself is ::1, and has no network beside it.
            text = address == "::1" ? address : groups.prefix(4).joined(separator: ":") + "::/64"
        }
    }
    private struct Counts { var total = 0; var addresses: [Key: Int] = [:] }
    private let counts = Mutex(Counts())
    private let limits: ServiceLimits

    init(limits: ServiceLimits) { self.limits = limits }

    var total: Int { counts.withLock { $0.total } }

    func enter(_ peer: Peer) -> Answer {
        let key = Key(peer.address)
        return counts.withLock { counts in
            guard counts.total < limits.connections else { return .refused(.total) }
            if let key {
                let here = counts.addresses[key] ?? 0
                guard here < limits.perAddress else { return .refused(.address) }
                counts.addresses[key] = here + 1
            }
            counts.total += 1
            return .welcome(key)
        }
    }
    /// A client in the place of the proxy that brought it.
    func replace(_ old: Key?, by peer: Peer) -> Answer {
        let key = Key(peer.address)
        return counts.withLock { counts in
            let here = key.flatMap { counts.addresses[$0] } ?? 0
            guard key == nil || here < limits.perAddress else { return .refused(.address) }
            if let key { counts.addresses[key] = here + 1 }
            if let old, let count = counts.addresses[old] { counts.addresses[old] = count > 1 ? count - 1 : nil }
            return .welcome(key)
        }
    }
    func leave(_ key: Key?) {
        counts.withLock { counts in
            counts.total -= 1
            guard let key, let here = counts.addresses[key] else { return }
            counts.addresses[key] = here > 1 ? here - 1 : nil
        }
    }
}
