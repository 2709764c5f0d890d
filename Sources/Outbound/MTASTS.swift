package import DNSCodec
package import SessionKit

/// The MTA-STS policies of the domains that we send to: looked up, fetched, and remembered for as long as they say, through failures of the look-up
/// and of the web server, so that nobody in between can make them go away. (RFC 8461 §3.3, §5.1)
package actor MTASTS {
    package enum Limits {
        /// Policies remembered; which goes first when there are more is chance.
        package static let policies = 10_000
        /// Web servers' addresses that are tried for one fetch.
        package static let addresses = 4
        /// Time of one fetch. (RFC 8461 §3.3: a minute is enough)
        package static let fetch = Duration.seconds(30)
        /// A fetch that failed is not tried again before that. (RFC 8461 §3.3: five minutes or longer)
        package static let pause = Duration.seconds(300)
    }
    private struct Known {
        var id: String
        var policy: STSPolicy?
        var until: ContinuousClock.Instant
        /// No fetch before that, unless the id is another one.
        var pause: ContinuousClock.Instant
        var failedID: String?
    }
    private let resolver: any NameResolver
    private let dialer: any Dialer
    private let port: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private var known: [String: Known] = [:]
    private var fetches: [String: Task<STSPolicy?, Never>] = [:]

    package init(
        resolver: any NameResolver, dialer: any Dialer, port: Int = 443, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        (self.resolver, self.dialer, self.port, self.now) = (resolver, dialer, port, now)
    }
    /// The policy in force for a domain (of a recipient, A-label form); nil where there is none or its mode is `none`. In mode `enforce` a host that the
    /// policy does not allow gets no mail, and one that it allows must show a certificate for its name: `ClientTLS.Verification.names([host])`.
    package func policy(for domain: String) async -> STSPolicy? {
        guard let domain = DomainName.ascii(domain) else { return nil }
        let answer: Result<DNSAnswer, LookUpFailure>
        do throws(LookUpFailure) {
            answer = .success(try await resolver.query("_mta-sts.\(domain)", .txt))
        } catch { answer = .failure(error) }
        let held = known[domain].flatMap { $0.until > now() ? $0 : nil }
        // Without a record, or without an answer, what is remembered still holds. (RFC 8461 §5.1)
        guard case .success(let found) = answer, let id = STSPolicy.identifier(in: found.records) else { return effective(held?.policy) }
        if let held, held.id == id, held.policy != nil { return effective(held.policy) }
        if let before = known[domain], before.failedID == id, before.pause > now() { return effective(held?.policy) }
        return effective(await fetched(domain, id))
    }
    private func effective(_ policy: STSPolicy?) -> STSPolicy? { policy?.mode == STSPolicy.Mode.none ? nil : policy }

    /// Fetched once for all who ask at the same time.
    private func fetched(_ domain: String, _ id: String) async -> STSPolicy? {
        if let running = fetches[domain] { return await running.value }
        let task = Task { await self.fetch(domain, id) }
        fetches[domain] = task
        let policy = await task.value
        fetches[domain] = nil
        return policy
    }
    private func fetch(_ domain: String, _ id: String) async -> STSPolicy? {
        let host = "mta-sts.\(domain)"
        let fresh = await file(of: host).flatMap { STSPolicy($0) }
        let time = now()
        if let fresh {
            makeRoom()
            known[domain] = Known(id: id, policy: fresh, until: time + .seconds(fresh.maxAge), pause: time, failedID: nil)
            return fresh
        }
        var entry = known[domain].flatMap { $0.until > time ? $0 : nil } ?? Known(id: "", policy: nil, until: time, pause: time, failedID: nil)
        (entry.pause, entry.failedID) = (time + Limits.pause, id)
        makeRoom()
        known[domain] = entry
        return entry.policy
    }
    private func makeRoom() {
        guard known.count >= Limits.policies else { return }
        let time = now()
        known = known.filter { max($0.value.until, $0.value.pause) > time }
        while known.count >= Limits.policies, let one = known.keys.first { known[one] = nil }
    }
    private func file(of host: String) async -> [UInt8]? {
        var addresses: [String] = []
        for type in [RecordType.aaaa, .a] {
            guard let answer = try? await resolver.query(host, type) else { continue }
            for record in answer.records {
                switch record {
                case .a(let address), .aaaa(let address): addresses.append(address)
                default: continue
                }
            }
        }
        for address in addresses.prefix(Limits.addresses) {
            if let file = await PolicyFetch.file(of: host, at: address, port: port, through: dialer) { return file }
        }
        return nil
    }
}
