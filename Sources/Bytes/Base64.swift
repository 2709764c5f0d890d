/// Base 64 (RFC 4648 §4 and §5). Decoding is strict unless the caller asks for mail's leniency.
public enum Base64 {
    @usableFromInline static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    @usableFromInline static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// 0-63; 64 for `=`, 255 for everything else. `-` and `_` count as `+` and `/`.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        for (value, byte) in urlAlphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        table[61] = 64
        return table
    }()

    public static func encode(_ bytes: [UInt8]) -> [UInt8] { encode(bytes, alphabet, padding: true) }
    public static func encodeText(_ bytes: [UInt8]) -> String { String(decoding: encode(bytes), as: UTF8.self) }
    public static func encodeURL(_ bytes: [UInt8]) -> String { String(decoding: encode(bytes, urlAlphabet, padding: false), as: UTF8.self) }

    private static func encode(_ bytes: [UInt8], _ table: [UInt8], padding: Bool) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index + 2 < bytes.count {
            let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            text.append(table[group >> 18]); text.append(table[group >> 12 & 63])
            text.append(table[group >> 6 & 63]); text.append(table[group & 63])
            index += 3
        }
        switch bytes.count - index {
        case 1:
            let group = Int(bytes[index]) << 16
            text.append(table[group >> 18]); text.append(table[group >> 12 & 63])
            if padding { text.append(61); text.append(61) }
        case 2:
            let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8
            text.append(table[group >> 18]); text.append(table[group >> 12 & 63]); text.append(table[group >> 6 & 63])
            if padding { text.append(61) }
        default: break
        }
        return text
    }

    /// Strict: groups of four, padding only at the end (it may be absent altogether), no foreign octet. nil otherwise.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 3)
        var group: UInt32 = 0
        var digits = 0, padding = 0
        for byte in text {
            let value = values[Int(byte)]
            if value == 64 { padding += 1; continue }
            guard value < 64, padding == 0 else { return nil }
            group = group << 6 | UInt32(value)
            digits += 1
            if digits % 4 == 0 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16)); bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                group = 0
            }
        }
        switch (digits % 4, padding) {
        case (0, 0): break
        case (2, 0), (2, 2): bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        case (3, 0), (3, 1): bytes.append(UInt8(truncatingIfNeeded: group >> 10)); bytes.append(UInt8(truncatingIfNeeded: group >> 2))
        default: return nil
        }
        return bytes
    }
    public static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }
}
