package import Model

/// One id for a message from its arrival through the store to the phone's Sync: 16 letters and digits.
package enum Trace {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The time to the millisecond (Received tells it anyway) and 40 random bits: later ones sort behind earlier ones, so that an index over
    /// them grows at its end, one page for a whole commit.
    package static func make(at time: Timestamp = WallClock.now()) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(16)
        append(UInt64(bitPattern: time.rawValue), to: &text, count: 8)
        append(UInt64.random(in: .min ... .max), to: &text, count: 8)
        return String(decoding: text, as: UTF8.self)
    }
    /// 64 random bits: for a word that nobody can have foreseen, such as a boundary.
    package static func unforeseen() -> String {
        var text: [UInt8] = []
        append(UInt64.random(in: .min ... .max), to: &text, count: 13)
        return String(decoding: text, as: UTF8.self)
    }
    private static func append(_ number: UInt64, to text: inout [UInt8], count: Int) {
        for place in (0..<count).reversed() { text.append(digits[Int(number >> UInt64(5 * place) & 31)]) }
    }
}
