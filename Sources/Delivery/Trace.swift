/// One id for a message from its arrival through the store to the phone's Sync: 13 letters and digits, random, so that it tells nothing.
package enum Trace {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    package static func make() -> String {
        var rest = UInt64.random(in: .min ... .max)
        var text: [UInt8] = []
        for _ in 0..<13 {
            text.append(digits[Int(rest & 31)])
            rest >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }
}
