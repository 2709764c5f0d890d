package import DNSCodec
package import SessionKit
package import SMTPCodec
import Bytes
import Model

/// One server to try.
package struct Candidate: Sendable, Equatable {
    /// The exchanger's name, or what the settings say; for TLS and for the history.
    package var host: String
    package var address: String
    package var port: Int
    package var use: SMTPClientMachine.TLSUse
    package var tls: ClientTLS
    package var isImplicit = false
    /// Found by DNS, not named in the settings.
    package var isExchanger = false
    package var description: String { "\(host)[\(address)]:\(port)" }
}

/// Why there is nobody to ask: for good, or just now.
package enum HopFailure: Error, Equatable, Sendable {
    case permanent(ServerReply)
    case temporary(ServerReply)
    package var reply: ServerReply {
        switch self {
        case .permanent(let reply), .temporary(let reply): reply
        }
    }
}

/// From a domain to servers, in the order in which they are to be tried. (RFC 5321 §5.1)
package struct NextHops: Sendable {
    package enum Limits {
        /// Exchangers that are looked up, and addresses that are tried, whatever a zone lists. (threat T44)
        package static let exchangers = 10
        package static let addresses = 20
        package static let associations = 20
    }
    private let resolver: any NameResolver
    private let settings: OutboundSettings
    private let policies: MTASTS?

    package init(resolver: any NameResolver, settings: OutboundSettings, policies: MTASTS? = nil) {
        self.resolver = resolver
        self.policies = policies
        self.settings = settings
    }

    package func candidates(for hop: Hop) async throws(HopFailure) -> [Candidate] {
        switch hop {
        case .smarthost(let host): return try await candidates(host)
        case .exchangers(let domain):
            if domain.hasPrefix("["), domain.hasSuffix("]") {
                var address = String(domain.dropFirst().dropLast())
                if address.lowercased().hasPrefix("ipv6:") { address = String(address.dropFirst(5)) }
                return [candidate(host: domain, address: address)]
            }
            guard let name = DomainName.ascii(domain) else { throw .permanent(ServerReply(own: 550, "5.1.2", "\(domain) is no domain")) }
            return try await exchangers(of: name)
        }
    }

    private func candidates(_ host: Smarthost) async throws(HopFailure) -> [Candidate] {
        let found = try await addresses(of: host.host)
        guard !found.isEmpty else { throw .temporary(ServerReply(own: 451, "4.4.4", "no address for \(host.host)")) }
        let isVerified = host.tls == .required || host.tls == .implicit
        return found.prefix(Limits.addresses).map { address in
            Candidate(
                host: host.host, address: address, port: host.port,
                use: host.tls == .never ? .never : isVerified ? .required : .ifOffered,
                tls: ClientTLS(serverName: Self.isAddress(host.host) ? "" : host.host, verification: isVerified ? .names([host.host]) : .none),
                isImplicit: host.tls == .implicit)
        }
    }

    private func exchangers(of domain: String) async throws(HopFailure) -> [Candidate] {
        let answer = try await query(domain, .mx)
        if answer.isNoSuchName { throw .permanent(ServerReply(own: 550, "5.1.2", "there is no domain \(domain)")) }
        var rows: [(preference: UInt16, host: String)] = []
        for case .mx(let preference, let exchange) in answer.records { rows.append((preference, exchange)) }
        // RFC 7505 §3: this domain takes no mail.
        if rows.count == 1, rows[0].host.isEmpty { throw .permanent(ServerReply(own: 556, "5.1.10", "\(domain) takes no mail (null MX)")) }
        rows.removeAll { $0.host.isEmpty }
        // RFC 5321 §5.1: without MX, the name itself is its exchanger.
        if rows.isEmpty { rows = [(0, domain)] }
        var generator = SystemRandomNumberGenerator()
        rows.shuffle(using: &generator)
        rows.sort { $0.preference < $1.preference }
        // RFC 5321 §5.1: what is not better than ourselves would send it back to us. (threat T20)
        if let own = rows.first(where: { $0.host == settings.hostname }) {
            rows.removeAll { $0.preference >= own.preference }
            if rows.isEmpty { throw .permanent(ServerReply(own: 554, "5.4.6", "mail for \(domain) loops back to \(settings.hostname)")) }
        }
        let policy = await policies?.policy(for: domain)
        var found: [Candidate] = []
        var failure: HopFailure?
        for row in rows.prefix(Limits.exchangers) where found.count < Limits.addresses {
            do throws(HopFailure) {
                found += try await candidates(host: row.host, of: domain, isAuthentic: answer.isAuthentic, policy)
            } catch {
                failure = error
            }
        }
        if !found.isEmpty { return Array(found.prefix(Limits.addresses)) }
        if let failure { throw failure }
        throw .permanent(ServerReply(own: 550, "5.1.2", "the exchangers of \(domain) have no address"))
    }
    /// The addresses of one exchanger, with what its TLS must be: DANE where DNSSEC covers everything (RFC 7672 §2.2), else MTA-STS (RFC 8461 §2),
    /// else whatever there is.
    private func candidates(host: String, of domain: String, isAuthentic: Bool, _ policy: STSPolicy?) async throws(HopFailure) -> [Candidate] {
        let (addresses, areAuthentic) = try await addressesWithProof(of: host)
        guard !addresses.isEmpty else { return [] }
        var use = SMTPClientMachine.TLSUse.ifOffered
        var verification = ClientTLS.Verification.none
        let dane = isAuthentic && areAuthentic ? try await associations(of: host) : nil
        if let dane {
            // Records that we cannot use still promise TLS. (RFC 7672 §2.2)
            use = .required
            if !dane.isEmpty { verification = .dane(dane, names: [host, domain]) }
        }
        // A policy does not change what DANE decides, and has its say where DANE decides nothing. (RFC 8461 §2)
        if dane?.isEmpty ?? true, let policy, policy.mode == .enforce {
            guard policy.allows(host) else { throw .temporary(ServerReply(own: 451, "4.7.5", "the MTA-STS policy of \(domain) does not name \(host)")) }
            (use, verification) = (.required, .names([host]))
        }
        return addresses.map { address in
            var made = candidate(host: host, address: address)
            made.use = use
            made.tls = ClientTLS(serverName: host, verification: verification)
            return made
        }
    }
    /// nil: no DANE here. Empty: TLSA records, none of which can be used. A look-up that fails keeps the mail back. (RFC 7672 §2.1.2, §3.1)
    private func associations(of host: String) async throws(HopFailure) -> [TLSARecord]? {
        let answer = try await query("_\(settings.port)._tcp.\(host)", .tlsa)
        guard answer.isAuthentic else { return nil }
        var all: [TLSARecord] = []
        for case .tlsa(let record) in answer.records { all.append(record) }
        if all.isEmpty { return nil }
        return Array(all.filter(\.isUsable).prefix(Limits.associations))
    }
    private func candidate(host: String, address: String) -> Candidate {
        Candidate(
            host: host, address: address, port: settings.port, use: .ifOffered,
            tls: ClientTLS(serverName: host.hasPrefix("[") ? "" : host, verification: .none), isExchanger: true)
    }

    /// IPv6 and IPv4 in turn, so that one that does not work costs one attempt. (RFC 8305 §4)
    private func addresses(of host: String) async throws(HopFailure) -> [String] { try await addressesWithProof(of: host).addresses }
    private func addressesWithProof(of host: String) async throws(HopFailure) -> (addresses: [String], areAuthentic: Bool) {
        if Self.isAddress(host) { return ([host], false) }
        var areAuthentic = true
        var six: [String] = [], four: [String] = []
        var failure: HopFailure?
        do throws(HopFailure) {
            let answer = try await query(host, .aaaa)
            areAuthentic = areAuthentic && answer.isAuthentic
            for case .aaaa(let address) in answer.records { six.append(address) }
        } catch {
            failure = error
        }
        do throws(HopFailure) {
            let answer = try await query(host, .a)
            areAuthentic = areAuthentic && answer.isAuthentic
            for case .a(let address) in answer.records { four.append(address) }
        } catch {
            failure = error
        }
        var all: [String] = []
        for index in 0..<max(six.count, four.count) {
            if index < six.count { all.append(six[index]) }
            if index < four.count { all.append(four[index]) }
        }
        if all.isEmpty, let failure { throw failure }
        return (all, areAuthentic)
    }
    private func query(_ name: String, _ type: RecordType) async throws(HopFailure) -> DNSAnswer {
        do throws(LookUpFailure) {
            return try await resolver.query(name, type)
        } catch .badName {
            throw .permanent(ServerReply(own: 550, "5.1.2", "\(name) is no name that can be looked up"))
        } catch {
            throw .temporary(ServerReply(own: 451, "4.4.3", "DNS has no answer for \(name): \(error)"))
        }
    }
    private static func isAddress(_ text: String) -> Bool {
        text.contains(":") || text.split(separator: ".", omittingEmptySubsequences: false).count == 4 && text.utf8.allSatisfy { $0 == 46 || ASCII.isDigit($0) }
    }
}
