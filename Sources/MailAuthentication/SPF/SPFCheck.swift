import Bytes
package import DNSCodec

/// What SPF says of a client. (RFC 7208 §2.6, RFC 8601 §2.7.2)
package struct SPFResult: Sendable, Hashable {
    package enum Identity: String, Sendable, Hashable { case mailFrom = "smtp.mailfrom", greeting = "smtp.helo" }
    package var result: CheckResult
    package var identity: Identity
    /// The domain that was checked, in lower case.
    package var domain: String
    /// The term that matched, or what is wrong; for people.
    package var words: String
    /// What the domain says to those it does not permit, printable ASCII; only with `fail`.
    package var explanation: String?
    package init(result: CheckResult, identity: Identity, domain: String, words: String, explanation: String? = nil) {
        self.result = result; self.identity = identity; self.domain = domain; self.words = words; self.explanation = explanation
    }
}

/// check_host(): may this client use this domain? (RFC 7208 §4) Asks at most `Limits.spfLookUps` terms' worth of names.
package struct SPFCheck: Sendable {
    private let client: IPAddress
    private let greeting: String
    private let receiver: String
    private let time: Int64
    private let resolver: any NameResolver

    /// `receiver`: our own name, for explanations; `time`: seconds since 1970.
    package init(client: IPAddress, greeting: String, receiver: String, time: Int64, resolver: any NameResolver) {
        self.client = client; self.greeting = greeting; self.receiver = receiver; self.time = time; self.resolver = resolver
    }

    /// The envelope's sender; the null reverse-path stands for postmaster at the greeting. (RFC 7208 §2.4)
    package func mailFrom(localPart: String, domain: String) async -> SPFResult {
        await check(.mailFrom, localPart: localPart.isEmpty ? "postmaster" : localPart, domain: domain)
    }
    /// RFC 7208 §2.3.
    package func hello() async -> SPFResult { await check(.greeting, localPart: "postmaster", domain: greeting) }

    private func check(_ identity: SPFResult.Identity, localPart: String, domain: String) async -> SPFResult {
        let domain = DomainSyntax.normalised(domain)
        let values = SPFMacro.Values(
            localPart: localPart, senderDomain: domain, domain: domain, address: client, greeting: greeting, receiver: receiver, time: time)
        var evaluation = SPFEvaluation(values: values, resolver: resolver)
        let verdict = await evaluation.check(domain)
        return SPFResult(
            result: verdict.result, identity: identity, domain: domain, words: verdict.words,
            explanation: verdict.result == .fail ? await evaluation.explain(verdict) : nil)
    }
}

/// One evaluation with its counts. (RFC 7208 §4.6.4)
private struct SPFEvaluation {
    struct Verdict {
        var result: CheckResult
        var words: String
        var explanation: SPFMacro?
        /// The domain that the explanation belongs to.
        var domain = ""
    }
    /// Ends the whole evaluation.
    struct Stop: Error { let result: CheckResult; let words: String }

    var values: SPFMacro.Values
    let resolver: any NameResolver
    private var lookUps = 0
    private var voids = 0
    /// The client's names that lead back to it; nil until asked for.
    private var names: [String]?

    init(values: SPFMacro.Values, resolver: any NameResolver) { self.values = values; self.resolver = resolver }

    mutating func check(_ domain: String) async -> Verdict {
        do throws(Stop) { return try await evaluate(domain) } catch { return Verdict(result: error.result, words: error.words) }
    }

    private mutating func evaluate(_ domain: String) async throws(Stop) -> Verdict {
        // RFC 7208 §4.3: a name of one label, or none, has no policy.
        guard domain.contains("."), DomainSyntax.isName(domain) else { return Verdict(result: .none, words: "no domain") }
        guard let text = try await record(of: domain) else { return Verdict(result: .none, words: "no record") }
        let record: SPFRecord
        do throws(SPFRecord.SyntaxError) { record = try SPFRecord(text) } catch { throw Stop(result: .permerror, words: error.words) }
        let outer = values.domain
        values.domain = domain
        defer { values.domain = outer }
        for directive in record.directives {
            if directive.mechanism.asks { try countLookUp() }
            if try await matches(directive.mechanism, domain) {
                return Verdict(result: directive.result, words: directive.text, explanation: record.explanation, domain: domain)
            }
        }
        guard let redirect = record.redirect else { return Verdict(result: .neutral, words: "nothing matched") }
        try countLookUp()
        let target = try await name(redirect)
        let verdict = try await evaluate(target)
        // RFC 7208 §6.1: to nowhere is an error.
        if verdict.result == .none { throw Stop(result: .permerror, words: "redirect= to a domain without a record") }
        return verdict
    }

    /// The one SPF record of a name; nil where there is none. (RFC 7208 §4.4, §4.5)
    private func record(of domain: String) async throws(Stop) -> [UInt8]? {
        let answer = try await ask(domain, .txt)
        let texts = answer.records.compactMap { if case .txt(let text) = $0, SPFRecord.isRecord(text) { text } else { nil } }
        guard texts.count < 2 else { throw Stop(result: .permerror, words: "\(texts.count) records") }
        return texts.first
    }

    private mutating func matches(_ mechanism: SPFRecord.Mechanism, _ domain: String) async throws(Stop) -> Bool {
        switch mechanism {
        case .all: return true
        case .address(let address, let bits): return values.address.isWithin(address, bits: bits)
        case .include(let macro):
            let target = try await name(macro)
            let verdict = try await evaluate(target)
            if verdict.result == .none { throw Stop(result: .permerror, words: "include: of a domain without a record") }
            return verdict.result == .pass
        case .a(let macro, let v4, let v6):
            let target = try await name(macro, or: domain)
            return try await contains(addresses(of: target, isVoidCounted: true), v4, v6)
        case .mx(let macro, let v4, let v6):
            let target = try await name(macro, or: domain)
            return try await matchesExchanges(of: target, v4, v6)
        case .exists(let macro):
            // A record of type A for both families. (RFC 7208 §5.7)
            let answer = try await ask(try await name(macro), .a)
            try countVoid(answer.records.isEmpty)
            return answer.records.contains { if case .a = $0 { true } else { false } }
        case .ptr(let macro):
            let target = try await name(macro, or: domain)
            return await validatedNames().contains { DomainSyntax.isWithin($0, target) }
        }
    }
    private mutating func matchesExchanges(of target: String, _ v4: Int, _ v6: Int) async throws(Stop) -> Bool {
        let answer = try await ask(target, .mx)
        let hosts = answer.records.compactMap { record -> (UInt16, String)? in
            if case .mx(let preference, let exchange) = record, !exchange.isEmpty { (preference, exchange) } else { nil }
        }
        try countVoid(answer.records.isEmpty)
        guard hosts.count <= Limits.spfHosts else { throw Stop(result: .permerror, words: "mx: of \(hosts.count) hosts") }
        for host in hosts.sorted(by: { $0 < $1 }) where try await contains(addresses(of: host.1, isVoidCounted: false), v4, v6) { return true }
        return false
    }
    private func contains(_ addresses: [IPAddress], _ v4: Int, _ v6: Int) -> Bool {
        addresses.contains { values.address.isWithin($0, bits: $0.isV6 ? v6 : v4) }
    }
    /// Of the client's family.
    private mutating func addresses(of name: String, isVoidCounted: Bool) async throws(Stop) -> [IPAddress] {
        let answer = try await ask(name, values.address.isV6 ? .aaaa : .a)
        if isVoidCounted { try countVoid(answer.records.isEmpty) }
        return Self.addresses(answer)
    }
    private static func addresses(_ answer: DNSAnswer) -> [IPAddress] {
        answer.records.compactMap { record in
            switch record {
            case .a(let text), .aaaa(let text): IPAddress(text)
            default: nil
            }
        }
    }

    /// Names under the client's address that lead back to it. Trouble on the way only means fewer of them. (RFC 7208 §5.5)
    private mutating func validatedNames() async -> [String] {
        if let names { return names }
        var found: [String] = []
        let pointers = (try? await resolver.query(values.address.reverseName, .ptr))?.records ?? []
        let candidates = pointers.compactMap { if case .ptr(let name) = $0 { DomainSyntax.normalised(name) } else { nil } }
        for name in candidates.prefix(Limits.spfHosts) {
            guard let answer = try? await resolver.query(name, values.address.isV6 ? .aaaa : .a) else { continue }
            if Self.addresses(answer).contains(values.address) { found.append(name) }
        }
        names = found
        return found
    }
    /// The name a term gives, or the domain itself where it gives none.
    private mutating func name(_ macro: SPFMacro?, or domain: String) async throws(Stop) -> String {
        guard let macro else { return domain }
        return try await name(macro)
    }
    /// A macro expanded to a name.
    private mutating func name(_ macro: SPFMacro) async throws(Stop) -> String {
        if macro.usesName {
            let known = await validatedNames(), domain = values.domain
            // The domain itself, one below it, any other. (RFC 7208 §7.3)
            values.name = known.first { $0 == domain } ?? known.first { DomainSyntax.isWithin($0, domain) } ?? known.first ?? "unknown"
        }
        return macro.domain(values)
    }

    /// A name that cannot be asked for has no records. (RFC 7208 §4.8: the mechanism does not match)
    private func ask(_ name: String, _ type: RecordType) async throws(Stop) -> DNSAnswer {
        do throws(LookUpFailure) { return try await resolver.query(name, type) } catch {
            if error == .badName { return DNSAnswer(name: name, isNoSuchName: true) }
            throw Stop(result: .temperror, words: "\(name) cannot be looked up now")
        }
    }
    private mutating func countLookUp() throws(Stop) {
        lookUps += 1
        if lookUps > Limits.spfLookUps { throw Stop(result: .permerror, words: "more than \(Limits.spfLookUps) look-ups") }
    }
    private mutating func countVoid(_ isVoid: Bool) throws(Stop) {
        guard isVoid else { return }
        voids += 1
        if voids > Limits.spfVoids { throw Stop(result: .permerror, words: "more than \(Limits.spfVoids) look-ups that find nothing") }
    }

    /// The domain's own words for those it does not permit; nil where anything is wrong with them. (RFC 7208 §6.2)
    mutating func explain(_ verdict: Verdict) async -> String? {
        values.domain = verdict.domain
        guard let macro = verdict.explanation, let target = try? await name(macro), let answer = try? await resolver.query(target, .txt) else { return nil }
        let texts = answer.records.compactMap { if case .txt(let text) = $0 { text } else { nil } }
        guard texts.count == 1, let text = texts.first, text.allSatisfy({ (32...126).contains($0) }),
            let words = SPFMacro(String(decoding: text, as: UTF8.self), isExplanation: true)
        else { return nil }
        return String(words.expand(values).unicodeScalars.filter { (32...126).contains($0.value) }.map(Character.init).prefix(Limits.spfExplanation))
    }
}
