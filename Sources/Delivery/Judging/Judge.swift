package import DNSCodec
package import MailAuthentication
package import MailStore
import Model

/// What else has a word about a message: a filter. It sees the message as it came, and what was found about its sender.
package protocol MessageFilter: Sendable {
    var name: String { get }
    /// A filter that cannot answer says so by `.refuse` with a temporary refusal: the gate stays shut. (threat T47)
    func judge(_ message: FilteredMessage) async -> FilterAnswer
}

/// What a filter is shown.
package struct FilteredMessage: Sendable {
    /// The client's octets begin behind our trace fields.
    package let spool: Spool
    package let start: Int
    package let envelope: Envelope
    package let origin: Origin
    package let hostname: String
    package let results: AuthenticationResults
    package init(spool: Spool, start: Int, envelope: Envelope, origin: Origin, hostname: String, results: AuthenticationResults) {
        self.spool = spool; self.start = start; self.envelope = envelope; self.origin = origin; self.hostname = hostname; self.results = results
    }
}

package struct FilterAnswer: Sendable, Equatable {
    package var verdict: Verdict
    /// Whole fields with line ends, for the top of the message.
    package var fields: [UInt8] = []
    /// Changes to fields that are there.
    package var edits: [HeaderEdit] = []
    package init(_ verdict: Verdict, fields: [UInt8] = []) { self.verdict = verdict; self.fields = fields }
}

/// Judges mail from strangers: whose is it, and what do its owner and the filters want done with it. Stores nothing.
package struct Judge: Sendable {
    package enum Mode: String, Sendable, Equatable {
        /// DMARC's wishes are followed; results are only written down; nothing is asked.
        case enforce, observe, off
    }
    package enum Limits {
        /// For all look-ups of one message together. (threat T44)
        package static let lookUps = Duration.seconds(5)
    }
    package static let verdictField = "X-Martlet-Verdict"

    private let resolver: any NameResolver
    private let hostname: String
    private let mode: Mode
    private let filters: [any MessageFilter]
    private let isTrusted: @Sendable (String) -> Bool

    /// `isTrusted`: addresses whose mail is not judged (our own machines).
    package init(
        resolver: any NameResolver, hostname: String, mode: Mode = .enforce, filters: [any MessageFilter] = [],
        isTrusted: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        self.resolver = resolver; self.hostname = hostname; self.mode = mode; self.filters = filters; self.isTrusted = isTrusted
    }

    /// Users who have logged in and trusted machines are not judged.
    package func concerns(_ origin: Origin) -> Bool { origin.logIn == nil && origin.service == "smtp" && !isTrusted(origin.address) }

    /// Off the loop: signatures and hashes take time. Throws what the session is to say instead of 250.
    @concurrent func judge(_ incoming: Incoming) async throws -> Judged {
        let results = mode == .off ? AuthenticationResults() : await examine(incoming)
        var verdict = mode == .enforce ? Self.wish(results.dmarc) : .accept
        var fields: [UInt8] = [], edits: [HeaderEdit] = []
        if mode != .off { fields = results.field(by: hostname, sender: incoming.envelope.sender?.description ?? "") }
        let message = FilteredMessage(
            spool: incoming.spool, start: incoming.traceOctets, envelope: incoming.envelope, origin: incoming.origin, hostname: hostname, results: results)
        for filter in filters {
            // What is refused already need not be shown around.
            if case .refuse(let refusal) = verdict, !refusal.isTemporary { break }
            let answer = await filter.judge(message)
            fields += answer.fields
            edits += answer.edits
            verdict = verdict.worse(answer.verdict)
        }
        if case .refuse(let refusal) = verdict { throw AcceptanceFailure.rejected(refusal) }
        if verdict != .accept { fields += Array("\(Self.verdictField): \(Self.clean(verdict.words))\r\n".utf8) }
        var judged = Judged(spool: try rewritten(incoming, fields, edits), words: Self.summary(results) + verdict.words)
        if case .junk = verdict { judged.isJunk = true }
        if case .discard = verdict { judged.isDiscarded = true }
        return judged
    }

    /// The three checks; trouble of the DNS for longer than the limit is `temperror` for those that were not done.
    private func examine(_ incoming: Incoming) async -> AuthenticationResults {
        let facts: (check: DKIMCheck, authors: [String])?
        let now = incoming.date.seconds
        facts = try? incoming.spool.withBytes { bytes in
            let message = bytes.extracting(incoming.traceOctets..<bytes.count)
            return (DKIMCheck(message, now: now), AuthorDomains.read(message))
        }
        guard let facts else { return AuthenticationResults() }
        return await Deadline.run(Limits.lookUps, otherwise: Self.unknown(facts.authors)) {
            async let spf = senders(incoming, now)
            async let dkim = facts.check.results(resolver)
            var results = AuthenticationResults()
            (results.spf, results.dkim) = await (spf, dkim)
            // For DMARC: MAIL FROM, or the greeting where that is null. (RFC 9989 §4.4.2)
            let domain = results.spf.first { $0.identity == .mailFrom } ?? results.spf.first
            results.dmarc = await Self.owners(facts.authors, domain, results.dkim, resolver)
            return results
        }
    }
    private static func unknown(_ authors: [String]) -> AuthenticationResults {
        var results = AuthenticationResults()
        results.dmarc = authors.prefix(1).map { DMARCResult(result: .temperror, domain: $0, words: "the look-ups took too long") }
        return results
    }
    private func senders(_ incoming: Incoming, _ now: Int64) async -> [SPFResult] {
        guard let client = IPAddress(incoming.origin.address) else { return [] }
        let check = SPFCheck(client: client, greeting: incoming.origin.greeting, receiver: hostname, time: now, resolver: resolver)
        guard let sender = incoming.envelope.sender else { return [await check.hello()] }
        async let hello = check.hello()
        let mailFrom = await check.mailFrom(localPart: sender.localPart, domain: sender.domain)
        let greeting = await hello
        return greeting.result == .none ? [mailFrom] : [mailFrom, greeting]
    }
    private static func owners(_ authors: [String], _ spf: SPFResult?, _ dkim: [DKIMResult], _ resolver: any NameResolver) async -> [DMARCResult] {
        if authors.count > AuthorDomains.Limits.domains {
            return [DMARCResult(result: .permerror, disposition: .quarantine, domain: authors[0], words: "From has more domains than one mail can have")]
        }
        var results: [DMARCResult] = []
        for author in authors { results.append(await DMARCCheck.check(author: author, spf: spf, dkim: dkim, resolver)) }
        return results
    }

    /// The strictest wish of all owners.
    static func wish(_ results: [DMARCResult]) -> Verdict {
        var verdict = Verdict.accept
        for result in results {
            switch (result.result, result.disposition) {
            case (.fail, .reject):
                let words = "DMARC: \(result.domain) asks to reject mail that is not its own"
                verdict = verdict.worse(.refuse(Refusal(isTemporary: false, status: "5.7.26", words: words)))
            case (_, .quarantine): verdict = verdict.worse(.junk("dmarc=\(result.result) policy=quarantine from=\(result.domain)"))
            case (.temperror, _) where result.published == .reject:
                let words = "DMARC: whether this is mail of \(result.domain) cannot be told now, please try again"
                verdict = verdict.worse(.refuse(Refusal(isTemporary: true, status: "4.7.26", words: words)))
            default: break
            }
        }
        return verdict
    }

    /// Our trace fields, the findings, the client's octets without what pretends to be ours.
    private func rewritten(_ incoming: Incoming, _ fields: [UInt8], _ edits: [HeaderEdit]) throws -> Spool {
        let start = incoming.traceOctets
        return try incoming.spool.withBytes { bytes in
            let message = bytes.extracting(start..<bytes.count)
            let forged = AuthenticationResults.forged(in: message, hostname: hostname, others: [Self.verdictField.lowercased()])
            let cuts = HeaderEdit.merged(forged, edits, message)
            if cuts.isEmpty, fields.isEmpty { return incoming.spool }
            let spool = incoming.spool.sibling()
            try spool.append(bytes.extracting(0..<start))
            try spool.append(fields)
            var place = start
            for cut in cuts {
                try spool.append(bytes.extracting(place..<(start + cut.range.lowerBound)))
                try spool.append(cut.replacement)
                place = start + cut.range.upperBound
            }
            try spool.append(bytes.extracting(place..<bytes.count))
            return spool
        }
    }
    private static func clean(_ words: String) -> String {
        String(words.unicodeScalars.prefix(400).map { (32...126).contains($0.value) ? Character($0) : "?" })
    }
    /// "spf=pass dkim=pass dmarc=pass " for the log and the history.
    private static func summary(_ results: AuthenticationResults) -> String {
        var words = results.spf.map { "\($0.identity == .mailFrom ? "spf" : "spf-helo")=\($0.result)[\($0.domain)]" }
        words += results.dkim.map { "dkim=\($0.result)[\($0.domain)]" }
        words += results.dmarc.map { "dmarc=\($0.result)[\($0.domain)]" }
        return words.isEmpty ? "" : clean(words.joined(separator: " ")) + " "
    }
}
