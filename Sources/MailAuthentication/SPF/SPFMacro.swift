import Bytes

/// A macro string: text with `%{…}` in it, read once and expanded for each check. (RFC 7208 §7)
struct SPFMacro: Sendable {
    private enum Part: Sendable {
        case text([UInt8])
        case value(letter: UInt8, isEscaped: Bool, digits: Int, isReversed: Bool, delimiters: [UInt8])
    }
    private var parts: [Part] = []
    /// It can be a domain: what is literal has no "/" after its last expansion and ends with a label that is not all digits.
    private(set) var isDomainSpec = false
    /// %{p} costs look-ups of its own. (RFC 7208 §4.6.4)
    private(set) var usesName = false

    /// nil where a "%" begins nothing that is known. `isExplanation` allows c, r and t, which an explanation's text alone may have, and spaces.
    init?(_ text: String, isExplanation: Bool = false) {
        let octets = Array(text.utf8)
        var literal: [UInt8] = [], place = 0
        while place < octets.count {
            let byte = octets[place]
            guard byte == 0x25 else {
                guard isExplanation || (0x21...0x7E).contains(byte) else { return nil }
                literal.append(byte)
                place += 1
                continue
            }
            guard place + 1 < octets.count else { return nil }
            switch octets[place + 1] {
            case 0x25: literal.append(0x25); place += 2
            case 0x5F: literal.append(0x20); place += 2
            case 0x2D: literal += Array("%20".utf8); place += 2
            case 0x7B:
                guard let end = octets[place...].firstIndex(of: 0x7D), let part = Self.expansion(Array(octets[(place + 2)..<end]), isExplanation) else {
                    return nil
                }
                if !literal.isEmpty { parts.append(.text(literal)); literal = [] }
                if case .value(UInt8(ascii: "p"), _, _, _, _) = part { usesName = true }
                parts.append(part)
                place = end + 1
            default: return nil
            }
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        isDomainSpec = Self.endsAsDomain(parts)
    }

    private static func endsAsDomain(_ parts: [Part]) -> Bool {
        guard let last = parts.last else { return false }
        guard case .text(let text) = last else { return true }
        // The top label: letters, digits, hyphens, not digits alone; a dot before it and perhaps one behind. (RFC 7208 §7.1, toplabel)
        var end = text
        if end.last == 0x2E { end.removeLast() }
        guard let dot = end.lastIndex(of: 0x2E) else { return false }
        let label = end[(dot + 1)...]
        guard let first = label.first, let final = label.last, first != 0x2D, final != 0x2D else { return false }
        return label.allSatisfy { ASCII.isAlphanumeric($0) || $0 == 0x2D } && label.contains { !ASCII.isDigit($0) }
    }
    private static func expansion(_ text: [UInt8], _ isExplanation: Bool) -> Part? {
        guard let first = text.first else { return nil }
        let letter = ASCII.lower(first)
        guard "slodiphv".utf8.contains(letter) || isExplanation && "crt".utf8.contains(letter) else { return nil }
        var place = 1, digits = 0
        while place < text.count, ASCII.isDigit(text[place]) {
            digits = min(digits * 10 + Int(text[place] - 48), 1_000)
            place += 1
        }
        if place > 1, digits == 0 { return nil }  // "the DIGIT MUST be nonzero" (RFC 7208 §7.3)
        var isReversed = false
        if place < text.count, ASCII.lower(text[place]) == UInt8(ascii: "r") { isReversed = true; place += 1 }
        let delimiters = Array(text[place...])
        guard delimiters.allSatisfy({ ".-+,/_=".utf8.contains($0) }) else { return nil }
        return .value(letter: letter, isEscaped: letter != first, digits: digits, isReversed: isReversed, delimiters: delimiters.isEmpty ? [0x2E] : delimiters)
    }

    /// What the letters stand for in one check.
    struct Values: Sendable {
        /// The sender's address; "postmaster" where it has no local part.
        var localPart: String, senderDomain: String
        var domain: String
        var address: IPAddress
        var greeting: String
        /// %{p}: a validated name of the client; "unknown" where there is none.
        var name = "unknown"
        var receiver = "unknown"
        var time: Int64 = 0
    }

    func expand(_ values: Values) -> String {
        var output: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): output += text
            case .value(let letter, let isEscaped, let digits, let isReversed, let delimiters):
                var pieces = Array(Self.value(letter, values).utf8).split(omittingEmptySubsequences: false) { delimiters.contains($0) }
                if isReversed { pieces.reverse() }
                if digits > 0, pieces.count > digits { pieces = Array(pieces.suffix(digits)) }
                let text = Array(pieces.joined(separator: [0x2E]))
                output += isEscaped ? Self.escaped(text) : text
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
    /// For a look-up: labels at the left are dropped until it fits; without the last dot. (RFC 7208 §7.3)
    func domain(_ values: Values) -> String {
        var name = Substring(expand(values))
        if name.last == "." { name = name.dropLast() }
        while name.utf8.count > Limits.domainName, let dot = name.firstIndex(of: ".") { name = name[name.index(after: dot)...] }
        return ASCII.lowercased(String(name))
    }
    private static func value(_ letter: UInt8, _ values: Values) -> String {
        switch letter {
        case UInt8(ascii: "s"): "\(values.localPart)@\(values.senderDomain)"
        case UInt8(ascii: "l"): values.localPart
        case UInt8(ascii: "o"): values.senderDomain
        case UInt8(ascii: "d"): values.domain
        case UInt8(ascii: "i"): values.address.dotted
        case UInt8(ascii: "p"): values.name
        case UInt8(ascii: "v"): values.address.isV6 ? "ip6" : "in-addr"
        case UInt8(ascii: "h"): values.greeting
        case UInt8(ascii: "c"): values.address.description
        case UInt8(ascii: "r"): values.receiver
        case UInt8(ascii: "t"): String(values.time)
        default: ""
        }
    }
    /// Everything but unreserved characters as "%XX". (RFC 3986 §2.3)
    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for byte in text {
            if ASCII.isAlphanumeric(byte) || "-._~".utf8.contains(byte) {
                output.append(byte)
            } else {
                output += Array("%\(ASCII.uppercased(Hex.encode([byte])))".utf8)
            }
        }
        return output
    }
}
