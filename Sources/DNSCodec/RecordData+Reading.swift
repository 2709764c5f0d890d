import Model

/// The data of each type of record, out of a message: names in it may point to elsewhere in the message, and it must end where its length says.
extension RecordData {
    init(_ type: RecordType, _ octets: [UInt8], _ range: Range<Int>) throws(LookUpFailure) {
        var reader = DNSReader(octets, at: range.lowerBound)
        func rest() throws(LookUpFailure) -> [UInt8] {
            guard reader.offset <= range.upperBound else { throw .malformed }
            return Array(try reader.bytes(range.upperBound - reader.offset))
        }
        switch type {
        case .a:
            guard range.count == 4 else { throw .malformed }
            self = .a(try rest().map { "\($0)" }.joined(separator: "."))
        case .aaaa:
            guard range.count == 16 else { throw .malformed }
            self = .aaaa(Self.addressText(try rest()))
        case .mx: self = .mx(preference: try reader.number(), exchange: try reader.name())
        case .txt: self = .txt(try Self.strings(try rest()))
        case .ptr: self = .ptr(try reader.name())
        case .cname: self = .cname(try reader.name())
        case .ns: self = .ns(try reader.name())
        case .srv:
            self = .srv(priority: try reader.number(), weight: try reader.number(), port: try reader.number(), target: try reader.name())
        case .tlsa:
            let (usage, selector, matching) = (try reader.byte(), try reader.byte(), try reader.byte())
            self = .tlsa(TLSARecord(usage: usage, selector: selector, matching: matching, data: try rest()))
        case .soa, .ds, .dnskey: self = .other(try rest())
        }
        guard reader.offset == range.upperBound else { throw .malformed }
    }
    /// <character-string>s, put together. (RFC 1035 §3.3.14)
    private static func strings(_ data: [UInt8]) throws(LookUpFailure) -> [UInt8] {
        var text: [UInt8] = []
        var place = 0
        while place < data.count {
            let size = Int(data[place])
            guard place + 1 + size <= data.count else { throw .malformed }
            text += data[place + 1..<place + 1 + size]
            place += 1 + size
        }
        return text
    }
    /// The one text form of an IPv6 address; IPv4-mapped ones are written with dots. (RFC 5952 §4, §5)
    static func addressText(_ bytes: [UInt8]) -> String {
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF { return "::ffff:" + bytes[12...].map { "\($0)" }.joined(separator: ".") }
        var (best, length) = (0, 0)
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > length { (best, length) = (start, end - start) }
            start = end + 1
        }
        func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        // One group alone is not shortened.
        guard length > 1 else { return text(groups[...]) }
        return text(groups[..<best]) + "::" + text(groups[(best + length)...])
    }
}
