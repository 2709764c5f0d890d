import Glibc

/// An IPv4 or IPv6 address as octets. An IPv4 address mapped into IPv6 is an IPv4 address. (RFC 7208 §5)
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16, most significant first.
    package let octets: [UInt8]
    package var isV6: Bool { octets.count == 16 }

    package init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }  // C would read as far as there
        var buffer = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &buffer) == 1 {
            octets = Array(buffer[..<4])
        } else if unsafe inet_pton(AF_INET6, text, &buffer) == 1 {
            let isMapped = buffer[..<10].allSatisfy { $0 == 0 } && buffer[10] == 0xFF && buffer[11] == 0xFF
            octets = isMapped ? Array(buffer[12...]) : buffer
        } else {
            return nil
        }
    }
    package var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(isV6 ? AF_INET6 : AF_INET, octets, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    /// Whether both are the same in their first `bits`. Addresses of two families are never.
    package func isWithin(_ other: IPAddress, bits: Int) -> Bool {
        guard octets.count == other.octets.count else { return false }
        let bits = min(max(bits, 0), octets.count * 8), whole = bits / 8
        guard octets[..<whole] == other.octets[..<whole] else { return false }
        return bits % 8 == 0 || (octets[whole] ^ other.octets[whole]) >> UInt8(8 - bits % 8) == 0
    }
    /// The first so many bits, the rest zero: "192.0.2.0".
    package func network(bits: Int) -> IPAddress {
        IPAddress(
            octets: octets.enumerated().map { number, octet in
                let kept = min(max(bits - number * 8, 0), 8)
                return kept == 8 ? octet : octet & ~(0xFF >> UInt8(kept))
            })
    }
    private init(octets: [UInt8]) { self.octets = octets }

    /// Dotted decimals, or dotted hexadecimal digits: what %{i} stands for. (RFC 7208 §7.3)
    var dotted: String {
        isV6
            ? octets.map { String($0 >> 4, radix: 16) + "." + String($0 & 15, radix: 16) }.joined(separator: ".")
            : octets.map(String.init).joined(separator: ".")
    }
    /// Where its PTR records are, and where block lists have it below their own name. (RFC 1035 §3.5, RFC 3596 §2.5, RFC 5782 §2.1)
    package var reversed: String { dotted.split(separator: ".").reversed().joined(separator: ".") }
    var reverseName: String { reversed + (isV6 ? ".ip6.arpa" : ".in-addr.arpa") }
}
