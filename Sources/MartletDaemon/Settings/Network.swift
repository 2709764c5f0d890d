// A block of addresses: "192.0.2.0/24", "2001:db8::/32", or one address. Pure.
internal import Glibc

package struct Network: Sendable, Equatable, CustomStringConvertible {
    private let bytes: [UInt8]
    private let bits: Int
    package let description: String

    /// nil for text that is no address, or a length that does not fit it. Bits behind the length must be zero: "10.0.0.1/8" is a mistake.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let bytes = Self.bytes(String(parts[0])) else { return nil }
        var bits = bytes.count * 8
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...bits).contains(given), parts[1].utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
            bits = given
        }
        self.bytes = bytes
        self.bits = bits
        description = text
        for bit in bits..<bytes.count * 8 where bytes[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0 { return nil }
    }
    package func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(address), other.count == bytes.count else { return false }
        let whole = bits / 8
        guard other[..<whole] == bytes[..<whole] else { return false }
        guard bits % 8 != 0 else { return true }
        return (other[whole] ^ bytes[whole]) >> UInt8(8 - bits % 8) == 0
    }
    private static func bytes(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(0) else { return nil }  // C would read as far as there
        var buffer = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &buffer) == 1 { return Array(buffer[..<4]) }
        if unsafe inet_pton(AF_INET6, text, &buffer) == 1 { return buffer }
        return nil
    }
}
