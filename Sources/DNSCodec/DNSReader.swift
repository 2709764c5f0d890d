/// Reads a DNS message forward; names may point backward. Never traps, whatever the octets; every step is bounded. (RFC 1035 §4.1.4)
struct DNSReader {
    enum Limits {
        /// Pointers followed for one name. A name has at most 127 labels, so honest ones need fewer.
        static let pointers = 127
        /// Octets of a name on the wire. (RFC 1035 §2.3.4)
        static let name = 255
    }
    let octets: [UInt8]
    private(set) var offset = 0

    init(_ octets: [UInt8], at offset: Int = 0) { (self.octets, self.offset) = (octets, offset) }

    mutating func byte() throws(LookUpFailure) -> UInt8 {
        guard offset < octets.count else { throw .malformed }
        defer { offset += 1 }
        return octets[offset]
    }
    mutating func number() throws(LookUpFailure) -> UInt16 { UInt16(try byte()) << 8 | UInt16(try byte()) }
    mutating func longNumber() throws(LookUpFailure) -> UInt32 { UInt32(try number()) << 16 | UInt32(try number()) }
    mutating func bytes(_ count: Int) throws(LookUpFailure) -> ArraySlice<UInt8> {
        guard count >= 0, count <= octets.count - offset else { throw .malformed }
        defer { offset += count }
        return octets[offset..<offset + count]
    }
    mutating func skip(_ count: Int) throws(LookUpFailure) { _ = try bytes(count) }

    /// A name as text: lower case, no last dot. A pointer must go to before the label where it was met, so no chain of them can close. (threat T44)
    mutating func name() throws(LookUpFailure) -> String {
        var text: [UInt8] = []
        var length = 1
        var pointers = 0
        var place = offset
        var limit = offset
        var end: Int?
        while true {
            guard place < octets.count else { throw .malformed }
            let size = Int(octets[place])
            switch size & 0xC0 {
            case 0xC0:
                guard place + 1 < octets.count else { throw .malformed }
                let target = (size & 0x3F) << 8 | Int(octets[place + 1])
                pointers += 1
                guard target < limit, pointers <= Limits.pointers else { throw .malformed }
                end = end ?? place + 2
                (place, limit) = (target, target)
            case 0:
                if size == 0 {
                    offset = end ?? place + 1
                    return String(decoding: text, as: UTF8.self)
                }
                length += size + 1
                guard length <= Limits.name, place + 1 + size <= octets.count else { throw .malformed }
                if !text.isEmpty { text.append(UInt8(ascii: ".")) }
                for byte in octets[place + 1..<place + 1 + size] { Self.write(byte, to: &text) }
                place += 1 + size
            // Other label types were never used. (RFC 6891 §5)
            default: throw .malformed
            }
        }
    }
    /// What would be read as something else is escaped, so that no odd label equals an honest name. (RFC 1035 §5.1)
    private static func write(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case 65...90: text.append(byte | 0x20)
        case 0x21...0x2D, 0x2F...0x5B, 0x5D...0x7E: text.append(byte)
        default: text += [UInt8(ascii: "\\"), 48 + byte / 100, 48 + byte / 10 % 10, 48 + byte % 10]
        }
    }
}
