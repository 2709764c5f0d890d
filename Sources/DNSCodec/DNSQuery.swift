/// One question to a recursive resolver, as octets. (RFC 1035 §4.1, RFC 6891)
package struct DNSQuery: Sendable, Equatable {
    package enum Limits {
        /// What an answer over UDP may be long: no fragments on any path. (RFC 6891 §6.2.5; DNS flag day 2020)
        package static let datagram = 1232
    }
    package let id: UInt16
    /// Lower case, without the last dot.
    package let name: String
    package let type: RecordType
    package let octets: [UInt8]

    /// `hasExtensions` false: without EDNS, for servers that know nothing of it. (RFC 6891 §7)
    package init(id: UInt16, name: String, type: RecordType, hasExtensions: Bool = true) throws(LookUpFailure) {
        let name = try DomainName.question(name)
        var octets: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF)]
        // RD, and AD: "tell me whether you have verified it". (RFC 6840 §5.7)
        octets += [0x01, 0x20]
        octets += [0, 1, 0, 0, 0, 0, 0, hasExtensions ? 1 : 0]
        for label in name.utf8.split(separator: UInt8(ascii: ".")) {
            octets.append(UInt8(label.count))
            octets += label
        }
        octets += [0, UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xFF), 0, 1]
        if hasExtensions {
            // OPT: the root's name, type 41, our datagrams, version 0, DO, no options. (RFC 6891 §6.1.2, RFC 3225)
            octets += [0, 0, 41, UInt8(Limits.datagram >> 8), UInt8(Limits.datagram & 0xFF), 0, 0, 0x80, 0, 0, 0]
        }
        (self.id, self.name, self.type, self.octets) = (id, name, type, octets)
    }
}
