// Slows down those who guess passwords. Pure: time is passed in, and the answer is a value. It never locks a user out.
internal import Model

/// Failures are counted in buckets that leak: per address and name together, per address, and per name.
/// 1. The right password from a place where it has worked before is never held up by the failures of others: neither by a neighbour
///    behind the same NAT, nor by a stranger who guesses at the name from elsewhere. (threat T21)
/// 2. Nobody is refused for what the address did; they wait. Refused is only the pair of address and name that failed itself.
/// 3. Addresses of this machine are never counted: a webmail or a proxy speaks for many.
package struct Throttle: Sendable {
    package struct Settings: Sendable {
        /// Failures of one name from one address before it is refused, and the time in which one is forgiven.
        package var pairBurst = 10.0
        package var pairDecay = Duration.seconds(60)
        /// Failures from one address before newcomers from there wait.
        package var addressBurst = 20.0
        package var addressDecay = Duration.seconds(10)
        /// Failures of one name from anywhere before newcomers to it wait.
        package var nameBurst = 20.0
        package var nameDecay = Duration.seconds(10)
        package var delay = Duration.seconds(5)
        /// How many may wait at once for one address.
        package var waiting = 20
        /// Buckets kept; the emptiest go first.
        package var buckets = 50_000
        package init() {}
    }
    package enum Verdict: Sendable, Equatable { case go, wait(Duration), refuse }

    private struct Bucket {
        var level = 0.0
        var at: ContinuousClock.Instant
        var waiting = 0
        /// A log-in has worked here.
        var isKnown = false

        func level(at now: ContinuousClock.Instant, decay: Duration) -> Double { max(0, level - at.duration(to: now) / decay) }
        mutating func add(at now: ContinuousClock.Instant, decay: Duration) {
            level = level(at: now, decay: decay) + 1
            at = now
        }
    }
    private enum Key: Hashable { case pair(String, String), address(String), name(String) }

    private let settings: Settings
    private var buckets: [Key: Bucket] = [:]

    package init(_ settings: Settings = Settings()) { self.settings = settings }
    package var count: Int { buckets.count }

    /// Asked before the password is looked at. After `.wait` call `waited`.
    package mutating func verdict(address: String, name: String, now: ContinuousClock.Instant) -> Verdict {
        guard let address = Self.network(of: address) else { return .go }
        let pair = buckets[.pair(address, name)]
        if let pair, pair.level(at: now, decay: settings.pairDecay) > settings.pairBurst - 1 { return .refuse }
        if pair?.isKnown == true { return .go }
        let fromHere = buckets[.address(address)]?.level(at: now, decay: settings.addressDecay) ?? 0
        let forName = buckets[.name(name)]?.level(at: now, decay: settings.nameDecay) ?? 0
        guard fromHere > settings.addressBurst - 1 || forName > settings.nameBurst - 1 else { return .go }
        var bucket = buckets[.address(address)] ?? Bucket(at: now)
        guard bucket.waiting < settings.waiting else { return .refuse }
        bucket.waiting += 1
        buckets[.address(address)] = bucket
        return .wait(settings.delay)
    }
    package mutating func waited(address: String) {
        guard let address = Self.network(of: address) else { return }
        buckets[.address(address)]?.waiting -= 1
    }
    package mutating func failed(address: String, name: String, now: ContinuousClock.Instant) {
        guard let address = Self.network(of: address) else { return }
        buckets[.pair(address, name), default: Bucket(at: now)].add(at: now, decay: settings.pairDecay)
        buckets[.address(address), default: Bucket(at: now)].add(at: now, decay: settings.addressDecay)
        buckets[.name(name), default: Bucket(at: now)].add(at: now, decay: settings.nameDecay)
        trim(now)
    }
    /// The pair starts anew, and is known from now on.
    package mutating func succeeded(address: String, name: String, now: ContinuousClock.Instant) {
        guard let address = Self.network(of: address) else { return }
        var bucket = buckets[.pair(address, name)] ?? Bucket(at: now)
        bucket.level = 0
        bucket.at = now
        bucket.isKnown = true
        buckets[.pair(address, name)] = bucket
        trim(now)
    }

    /// Throws away a quarter when there are too many: first those that hold nothing, then any. Linear, but once in many thousand calls.
    private mutating func trim(_ now: ContinuousClock.Instant) {
        guard buckets.count > settings.buckets else { return }
        let goal = settings.buckets / 4 * 3
        buckets = buckets.filter { $0.value.isKnown || $0.value.waiting > 0 || $0.value.level(at: now, decay: settings.pairDecay) >= 1 }
        for (key, bucket) in buckets where buckets.count > goal && bucket.waiting == 0 { buckets[key] = nil }
    }
    /// What counts as one place: an IPv4 address, or the 64 bits that one subscriber gets of IPv6. nil for this machine itself.
    private static func network(of address: String) -> String? {
        if address.isEmpty || address == "::1" || address.hasPrefix("127.") { return nil }
        guard address.contains(":") else { return address }
        let groups = address.split(separator: ":", omittingEmptySubsequences: false).prefix(while: { !$0.isEmpty }).prefix(4)
        return groups.joined(separator: ":") + "::/64"
    }
}
