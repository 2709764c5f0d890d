package import DNSCodec

/// What DMARC says of a message. (RFC 9989 §5, RFC 8601 §2.7)
package struct DMARCResult: Sendable, Hashable {
    package var result: CheckResult
    /// What is to be done about it: "none" unless it failed and the owner asks for more.
    package var disposition: DMARCPolicy
    /// What the record says, testing or not.
    package var published: DMARCPolicy
    /// The author's domain, and where the record is ("" without one).
    package var domain: String
    package var policyDomain: String
    /// For people.
    package var words: String
    package init(
        result: CheckResult, disposition: DMARCPolicy = .none, published: DMARCPolicy = .none, domain: String, policyDomain: String = "", words: String = ""
    ) {
        self.result = result; self.disposition = disposition; self.published = published; self.domain = domain; self.policyDomain = policyDomain;
        self.words = words
    }
}

/// Holds what SPF and DKIM found against the author's domain and its owner's wishes. (RFC 9989 §5.3)
package enum DMARCCheck {
    /// `author`: the domain of From, in lower case. `spf`: that of MAIL FROM (or of the greeting, for the null reverse-path).
    package static func check(author: String, spf: SPFResult?, dkim: [DKIMResult], _ resolver: any NameResolver) async -> DMARCResult {
        guard DomainSyntax.isName(author) else { return DMARCResult(result: .permerror, domain: author, words: "From has no domain that could be asked") }
        var walk = TreeWalk(resolver)
        do throws(LookUpFailure) {
            let found = try await walk.records(above: author)
            let organisation = TreeWalk.organisation(of: author, found)
            guard let policy = Self.policy(for: author, organisation, found) else {
                return DMARCResult(result: .none, domain: author, words: "no policy")
            }
            var outcome = DMARCResult(result: .pass, domain: author, policyDomain: policy.domain)
            outcome.published = try await wish(policy, author, resolver)
            var isUnsure = false
            for (domain, isStrict, result) in identifiers(spf, dkim, policy.record) where result == .pass || result == .temperror {
                guard try await isAligned(domain, author, organisation, isStrict: isStrict, &walk) else { continue }
                if result == .pass { return outcome }
                isUnsure = true
            }
            // What might have passed another time is no failure. (RFC 9989 §5.4)
            outcome.result = isUnsure ? .temperror : .fail
            outcome.words = isUnsure ? "a check could not be made now" : "nothing that passed belongs to \(author)"
            if outcome.result == .fail { outcome.disposition = policy.record.isTesting ? .none : outcome.published }
            if policy.record.isTesting { outcome.words += ", the domain is testing" }
            return outcome
        } catch {
            return DMARCResult(result: error == .badName ? .permerror : .temperror, domain: author, words: "the policy cannot be looked up now")
        }
    }

    /// The author's domain, its organisation, the suffix above it: the first that has a record. (RFC 9989 §4.10.1)
    private static func policy(for author: String, _ organisation: String, _ found: [TreeWalk.Found]) -> TreeWalk.Found? {
        found.first { $0.domain == author } ?? found.first { $0.domain == organisation } ?? found.first { $0.record.suffix == .isSuffix }
    }
    private static func wish(_ policy: TreeWalk.Found, _ author: String, _ resolver: any NameResolver) async throws(LookUpFailure) -> DMARCPolicy {
        let record = policy.record
        if policy.domain == author { return record.policy }
        let forSubdomains = record.subdomains ?? record.policy
        guard let forNonexistent = record.nonexistent, forNonexistent != forSubdomains else { return forSubdomains }
        return try await exists(author, resolver) ? forSubdomains : forNonexistent
    }
    /// A domain without A, AAAA and MX is as good as none. (RFC 9989 §3.2.12)
    private static func exists(_ domain: String, _ resolver: any NameResolver) async throws(LookUpFailure) -> Bool {
        for type in [RecordType.a, .aaaa, .mx] {
            let answer = try await resolver.query(domain, type)
            if !answer.records.isEmpty { return true }
            if answer.isNoSuchName { return false }
        }
        return false
    }
    private static func identifiers(_ spf: SPFResult?, _ dkim: [DKIMResult], _ record: DMARCRecord) -> [(String, Bool, CheckResult)] {
        (spf.map { [($0.domain, record.isSPFStrict, $0.result)] } ?? []) + dkim.map { ($0.domain, record.isDKIMStrict, $0.result) }
    }
    /// Strict: the same name. Relaxed: the same organisation. (RFC 9989 §4.4)
    private static func isAligned(
        _ domain: String, _ author: String, _ organisation: String, isStrict: Bool, _ walk: inout TreeWalk
    ) async throws(LookUpFailure) -> Bool {
        if domain == author { return true }
        // Whatever belongs to the organisation lies below its name: nothing else need be asked about.
        guard !isStrict, DomainSyntax.isName(domain), DomainSyntax.isWithin(domain, organisation) else { return false }
        let found = try await walk.records(above: domain)
        return TreeWalk.organisation(of: domain, found) == organisation
    }
}
