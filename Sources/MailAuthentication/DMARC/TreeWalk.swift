import DNSCodec

/// Finds the DMARC records at a name and above it, and with them the organisation it belongs to. (RFC 9989 §4.10)
/// Remembers what it has asked: alignment walks the same branches again.
struct TreeWalk {
    private let resolver: any NameResolver
    private var known: [String: DMARCRecord?] = [:]
    private(set) var queries = 0
    init(_ resolver: any NameResolver) { self.resolver = resolver }

    struct Found: Sendable {
        let domain: String
        let record: DMARCRecord
        var labels: Int { domain.split(separator: ".").count }
    }

    /// From the longest name to the shortest; at most `Limits.treeWalk` queries.
    mutating func records(above domain: String) async throws(LookUpFailure) -> [Found] {
        var found: [Found] = []
        var labels = domain.split(separator: ".").map(String.init)[...]
        for _ in 0..<Limits.treeWalk where !labels.isEmpty {
            let name = labels.joined(separator: ".")
            if let record = try await record(at: name) {
                found.append(Found(domain: name, record: record))
                if record.suffix != .unknown { break }
            }
            // Long names: from the name itself to its last seven labels. (RFC 9989 §4.10 step 4)
            labels = labels.count > Limits.treeWalk ? labels.suffix(Limits.treeWalk - 1) : labels.dropFirst()
        }
        return found
    }

    /// RFC 9989 §4.10.2. Where nothing says otherwise, the domain is its own organisation.
    static func organisation(of domain: String, _ found: [Found]) -> String {
        for entry in found {
            if entry.record.suffix == .isOrganisation { return entry.domain }
            if entry.record.suffix == .isSuffix, entry.domain != domain {
                return domain.split(separator: ".").suffix(entry.labels + 1).joined(separator: ".")
            }
        }
        return found.min { $0.labels < $1.labels }?.domain ?? domain
    }

    /// nil where there is none, or several. (RFC 9989 §4.10 step 2)
    private mutating func record(at domain: String) async throws(LookUpFailure) -> DMARCRecord? {
        if let known = known[domain] { return known }
        let name = "_dmarc." + domain
        var records: [DMARCRecord] = []
        if DomainSyntax.isName(name) {
            queries += 1
            let answer = try await resolver.query(name, .txt)
            records = answer.records.compactMap { if case .txt(let text) = $0 { DMARCRecord(text) } else { nil } }
        }
        let record = records.count == 1 ? records[0] : nil
        known[domain] = .some(record)
        return record
    }
}
