import Bytes

/// `*` and `%` of LIST and LSUB against full names; time is pattern times name, whatever the wildcards. (RFC 3501 §6.3.8)
package struct ListPattern: Sendable {
    package static let delimiter = UInt8(ascii: "/")
    private let pattern: [UInt8]

    /// The reference and the pattern as one name; INBOX in any case is INBOX.
    package init(_ text: String) {
        var pattern: [UInt8] = []
        for byte in text.utf8 {
            // `**` says no more than `*`, `%%` no more than `%`, and beside a `*` a `%` is idle.
            if byte == UInt8(ascii: "*") {
                while let last = pattern.last, last == UInt8(ascii: "*") || last == UInt8(ascii: "%") { pattern.removeLast() }
            } else if byte == UInt8(ascii: "%"), let last = pattern.last, last == UInt8(ascii: "*") || last == byte {
                continue
            }
            pattern.append(byte)
        }
        let inbox = Array("INBOX".utf8)
        if pattern.count >= 5, ASCII.equalIgnoringCase(Array(pattern[..<5]), inbox), pattern.count == 5 || !Self.isNameOctet(pattern[5]) {
            pattern.replaceSubrange(..<5, with: inbox)
        }
        self.pattern = pattern
    }
    private static func isNameOctet(_ byte: UInt8) -> Bool { byte != delimiter && byte != UInt8(ascii: "*") && byte != UInt8(ascii: "%") }

    /// Keeps the set of pattern places that the octets read so far can have led to.
    package func matches(_ name: String) -> Bool {
        var places = [Bool](repeating: false, count: pattern.count + 1)
        places[0] = true
        spread(&places)
        for byte in name.utf8 {
            var next = [Bool](repeating: false, count: pattern.count + 1)
            for place in 0..<pattern.count where places[place] {
                switch pattern[place] {
                case UInt8(ascii: "*"): next[place] = true
                case UInt8(ascii: "%"): if byte != Self.delimiter { next[place] = true }
                default: if pattern[place] == byte { next[place + 1] = true }
                }
            }
            places = next
            spread(&places)
        }
        return places[pattern.count]
    }
    /// A wildcard may stand for nothing.
    private func spread(_ places: inout [Bool]) {
        for place in 0..<pattern.count where places[place] && !Self.isNameOctet(pattern[place]) && pattern[place] != Self.delimiter {
            places[place + 1] = true
        }
    }
}
