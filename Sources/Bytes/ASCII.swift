/// Octet classes of the mail standards, by table-free arithmetic.
public enum ASCII {
    @inlinable public static var cr: UInt8 { 13 }
    @inlinable public static var lf: UInt8 { 10 }
    @inlinable public static var space: UInt8 { 32 }
    @inlinable public static var tab: UInt8 { 9 }

    @inlinable public static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }
    @inlinable public static func upper(_ byte: UInt8) -> UInt8 { byte &- 97 < 26 ? byte & 0xDF : byte }
    @inlinable public static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    @inlinable public static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }
    @inlinable public static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    @inlinable public static func isWhitespace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
    @inlinable public static func isControl(_ byte: UInt8) -> Bool { byte < 32 || byte == 127 }

    @inlinable public static func equalIgnoringCase(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        for index in a.indices where lower(a[index]) != lower(b[index]) { return false }
        return true
    }
    /// ASCII letters lowered, every other octet as it is.
    public static func lowercased(_ text: String) -> String { String(decoding: text.utf8.map(lower), as: UTF8.self) }
    public static func uppercased(_ text: String) -> String { String(decoding: text.utf8.map(upper), as: UTF8.self) }
}
