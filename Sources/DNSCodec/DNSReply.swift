/// What a resolver said to one question, read whole or refused. (RFC 1035 §4.1, RFC 2308, RFC 6891 §6.1.3)
package struct DNSReply: Sendable, Equatable {
    package enum Limits {
        /// Octets of a message.
        package static let message = 65_535
        /// Records of the type asked for that are kept; what comes after them is not looked at. (threat T44: 10⁴ MX)
        package static let records = 512
        /// CNAMEs from the name that was asked to the one that has the records.
        package static let aliases = 10
        /// Records of all kinds in one message.
        package static let read = 8192
        /// Longer lifetimes than this are lies. (RFC 2181 §8)
        package static let lifetime = UInt32(Int32.max)
    }
    /// `isAuthentic` is the AD bit as it came: whether it may be believed is the resolver's business.
    package var answer: DNSAnswer
    /// TC: more would have come over TCP. `answer` is empty then.
    package var isTruncated = false

    private struct Record {
        var owner: String
        var type: UInt16
        var lifetime: UInt32
        var data: Range<Int>
    }
    /// Throws `.server` for every code but NOERROR and NXDOMAIN, and `.malformed` for what is no answer to that question.
    package init(_ octets: [UInt8], to query: DNSQuery) throws(LookUpFailure) {
        guard octets.count <= Limits.message else { throw .malformed }
        var reader = DNSReader(octets)
        let id = try reader.number()
        let flags = try reader.number()
        // QR set, opcode QUERY. (RFC 1035 §4.1.1)
        guard id == query.id, flags & 0x8000 != 0, flags & 0x7800 == 0 else { throw .malformed }
        let counts = (try reader.number(), Int(try reader.number()), Int(try reader.number()), Int(try reader.number()))
        // Servers that cannot read a question may leave it out of their refusal. (RFC 1035 §4.1.1: FORMERR)
        if counts.0 == 0, flags & 0xF != 0, flags & 0xF != 3 { throw .server(code: UInt8(flags & 0xF)) }
        guard counts.0 == 1, try reader.name() == query.name, try reader.number() == query.type.rawValue, try reader.number() == 1 else { throw .malformed }
        if flags & 0x0200 != 0 {
            answer = DNSAnswer(name: query.name)
            isTruncated = true
            return
        }
        let answers = try Self.records(counts.1, &reader)
        let authorities = try Self.records(counts.2, &reader)
        let additional = try Self.records(counts.3, &reader)
        let extended = additional.first { $0.type == 41 }.map { UInt16(truncatingIfNeeded: $0.lifetime >> 24) } ?? 0
        let code = extended << 4 | flags & 0xF
        guard code == 0 || code == 3 else { throw .server(code: UInt8(clamping: code)) }

        var (name, lifetime) = try Self.follow(query, answers, octets)
        var found: [RecordData] = []
        for record in answers where record.type == query.type.rawValue && record.owner == name {
            lifetime = min(lifetime, record.lifetime)
            if found.count < Limits.records { found.append(try RecordData(query.type, octets, record.data)) }
        }
        if code == 3 { found = [] }
        if found.isEmpty { lifetime = min(lifetime, try Self.negativeLifetime(authorities, octets)) }
        answer = DNSAnswer(
            records: found, name: name, isNoSuchName: code == 3, isAuthentic: flags & 0x0020 != 0, lifetime: Int(lifetime))
    }
    private static func records(_ count: Int, _ reader: inout DNSReader) throws(LookUpFailure) -> [Record] {
        guard count <= Limits.read else { throw .malformed }
        var all: [Record] = []
        for _ in 0..<count {
            let owner = try reader.name()
            let (type, kind) = (try reader.number(), try reader.number())
            let lifetime = try reader.longNumber()
            let length = Int(try reader.number())
            let start = reader.offset
            try reader.skip(length)
            // Class IN; in OPT the field is the sender's datagram size.
            guard kind == 1 || type == 41 else { continue }
            let believed = type == 41 || lifetime <= Limits.lifetime ? lifetime : 0
            all.append(Record(owner: owner, type: type, lifetime: believed, data: start..<start + length))
        }
        return all
    }
    /// The name that has the records, and how long the way there may be remembered. (RFC 1034 §3.6.2)
    private static func follow(_ query: DNSQuery, _ answers: [Record], _ octets: [UInt8]) throws(LookUpFailure) -> (String, UInt32) {
        var (name, lifetime) = (query.name, Limits.lifetime)
        guard query.type != .cname else { return (name, lifetime) }
        var aliases: [String: Record] = [:]
        for record in answers where record.type == RecordType.cname.rawValue && aliases[record.owner] == nil { aliases[record.owner] = record }
        var followed = 0
        while let alias = aliases[name] {
            followed += 1
            // A circle has no end either.
            guard followed <= Limits.aliases, case .cname(let target) = try RecordData(.cname, octets, alias.data) else { throw .malformed }
            (name, lifetime) = (target, min(lifetime, alias.lifetime))
        }
        return (name, lifetime)
    }
    /// The smaller of the SOA's own lifetime and its MINIMUM; 0 where there is no SOA. (RFC 2308 §5)
    private static func negativeLifetime(_ authorities: [Record], _ octets: [UInt8]) throws(LookUpFailure) -> UInt32 {
        guard let soa = authorities.first(where: { $0.type == RecordType.soa.rawValue }) else { return 0 }
        var reader = DNSReader(octets, at: soa.data.lowerBound)
        _ = try reader.name()
        _ = try reader.name()
        try reader.skip(16)
        let minimum = try reader.longNumber()
        guard reader.offset == soa.data.upperBound else { throw .malformed }
        return min(soa.lifetime, minimum <= Limits.lifetime ? minimum : 0)
    }
}
