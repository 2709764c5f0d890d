// dns.records, dns.check: what a domain's zone should say, and where it does not.
internal import DNSCodec
internal import Directory
internal import Telemetry
internal import Transport

extension ControlTable {
    static let dnsRows: [String: Row] = [
        "dns.records": { request, context async throws(ControlFailure) in
            .array(try await zoneLines(request, context).map { .object(fields($0)) })
        },
        "dns.check": { request, context async throws(ControlFailure) in
            let lines = try await zoneLines(request, context)
            // A resolver of its own: what the daemon remembers may be older than what was published a minute ago.
            let resolver: Resolver
            do throws(Resolver.Failure) {
                resolver = try Resolver(servers: context.settings.outbound.resolver, metrics: Metrics())
            } catch {
                throw ControlFailure(code: ExitStatus.settings, "outbound.resolver: \(error)")
            }
            var differences: [JSONValue] = []
            for line in lines { if let difference = await difference(line, resolver) { differences.append(difference) } }
            differences += await unreachable(try hostname(context), resolver)
            return .array(differences)
        },
    ]

    private static func hostname(_ context: ControlContext) throws(ControlFailure) -> String {
        guard let name = DomainName.ascii(context.settings.hostname), DomainName.isHost(name), name.contains(".") else {
            throw ControlFailure(code: ExitStatus.settings, "hostname in the settings is \(context.settings.hostname): other servers need a full domain name")
        }
        return name
    }
    private static func zoneLines(_ request: ControlRequest, _ context: ControlContext) async throws(ControlFailure) -> [ZoneLine] {
        let text = try request.text("domain")
        guard let domain = DomainName.ascii(text) else {
            throw ControlFailure(code: ExitStatus.badData, "\(VisibleText.of(text)) is no domain")
        }
        let host = try hostname(context)
        let keys = try await asking { () async throws(AdministrationFailure) in try await context.directory.administration.publishedKeys(of: domain) }
        // Without a certificate, or with one that cannot be read here, there is nothing to pin.
        let identity = try? TLSIdentity.load(chain: context.settings.certificate, key: context.settings.key)
        return ZoneLine.all(domain: domain, host: host, keys: keys, keyDigest: identity?.keyDigest)
    }
    private static func fields(_ line: ZoneLine) -> [String: JSONValue] {
        [
            "name": .string(line.name), "type": .string(ZoneLine.word(line.type)), "value": .string(line.value), "line": .string(line.text),
            "reason": .string(line.reason), "optional": .bool(line.isOptional),
        ]
    }
    /// nil where the zone says what it should.
    private static func difference(_ line: ZoneLine, _ resolver: Resolver) async -> JSONValue? {
        var row = fields(line)
        do throws(LookUpFailure) {
            let published = try await resolver.query(line.name, line.type).records.compactMap(ZoneLine.text)
            if line.isMet(by: published) { return nil }
            let related = published.filter { isRelated($0, line) }
            row["state"] = .string(related.isEmpty ? "missing" : related.count > 1 && line.match != .same ? "twice" : "different")
            row["published"] = .strings(related)
        } catch {
            row["state"] = .string("unknown: \(words(error))")
            row["published"] = .strings([])
        }
        return .object(row)
    }
    /// Of texts under one name, those of the same kind.
    private static func isRelated(_ published: String, _ line: ZoneLine) -> Bool {
        guard line.type == .txt, let kind = line.value.split(separator: ";").first?.split(separator: " ").first else { return true }
        return published.hasPrefix(kind)
    }
    private static func unreachable(_ host: String, _ resolver: Resolver) async -> [JSONValue] {
        for type in [RecordType.a, .aaaa] {
            if let answer = try? await resolver.query(host, type), !answer.records.isEmpty { return [] }
        }
        return [
            .object([
                "name": .string(host), "type": .string("A"), "value": .string(""), "line": .string("\(host). IN A …"), "state": .string("missing"),
                "published": .strings([]), "optional": .bool(false), "reason": .string("this server's own name has no address that others can find"),
            ])
        ]
    }
    private static func words(_ failure: LookUpFailure) -> String {
        switch failure {
        case .timeout: "no answer from the resolver"
        case .server(let code): "the resolver failed (code \(code))"
        case .malformed: "the answer was malformed"
        case .badName: "the name cannot be asked for"
        }
    }
}
