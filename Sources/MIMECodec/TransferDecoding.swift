import Bytes

/// Content-Transfer-Encoding undone, leniently: whatever stands there, some octets come out. Linear. (RFC 2045 §6)
package enum TransferDecoding {
    /// An unknown encoding is passed through, as 8bit is. (RFC 2045 §6.4 lets a reader treat it as it likes)
    package static func decode(_ octets: [UInt8], encoding: String, limit: Int = .max) -> [UInt8] {
        switch encoding {
        case "base64", "base-64", "b": return base64(octets, limit: limit)
        case "quoted-printable", "quotedprintable", "q": return quotedPrintable(octets, limit: limit)
        case "x-uuencode", "uuencode", "x-uue", "uue": return uuencode(octets, limit: limit)
        default: return octets.count > limit ? Array(octets[..<max(limit, 0)]) : octets
        }
    }
    package static func isIdentity(_ encoding: String) -> Bool {
        switch encoding {
        case "base64", "base-64", "b", "quoted-printable", "quotedprintable", "q", "x-uuencode", "uuencode", "x-uue", "uue": false
        default: true
        }
    }
    /// How many octets will come out, without decoding.
    package static func estimate(encoded: Int, lines: Int, encoding: String) -> Int {
        guard encoding == "base64" else { return encoded }
        return max(0, encoded - min(lines, encoded / 2) * 2) / 4 * 3
    }

    /// 0-63, 64 for `=`, 255 for everything else, which is passed over. (RFC 2045 §6.8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, byte) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() { table[Int(byte)] = UInt8(value) }
        table[0x3D] = 64
        return table
    }()

    /// Padding ends a group, not the text: pieces that were encoded one by one and joined come out whole.
    static func base64(_ octets: [UInt8], limit: Int = .max) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(min(octets.count / 4 * 3 + 3, max(limit, 0)))
        var group: UInt32 = 0
        var digits = 0
        let values = Self.values
        for octet in octets {
            let value = values[Int(octet)]
            if value < 64 {
                group = group << 6 | UInt32(value)
                digits += 1
                guard digits == 4 else { continue }
                result.append(UInt8(truncatingIfNeeded: group >> 16))
                result.append(UInt8(truncatingIfNeeded: group >> 8))
                result.append(UInt8(truncatingIfNeeded: group))
                if result.count >= limit { return result }
                digits = 0
            } else if value == 64 {
                flush(group, digits, &result)
                digits = 0
            }
        }
        flush(group, digits, &result)
        return result
    }
    private static func flush(_ group: UInt32, _ digits: Int, _ result: inout [UInt8]) {
        if digits == 2 { result.append(UInt8(truncatingIfNeeded: group >> 4)) }
        if digits == 3 {
            result.append(UInt8(truncatingIfNeeded: group >> 10))
            result.append(UInt8(truncatingIfNeeded: group >> 2))
        }
    }
    /// White space before a line end was added on the way (RFC 2045 §6.7 rule 3); a `=` that begins nothing stands for itself.
    static func quotedPrintable(_ octets: [UInt8], limit: Int = .max) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(min(octets.count, max(limit, 0)))
        var place = 0
        /// Where white space of this line begins that may have to go.
        var blanks = 0
        while place < octets.count, result.count < limit {
            let octet = octets[place]
            switch octet {
            case 0x3D:
                blanks = 0
                if place + 2 < octets.count, let high = Hex.value(octets[place + 1]), let low = Hex.value(octets[place + 2]) {
                    result.append(high << 4 | low)
                    place += 3
                } else if let next = softBreak(octets, place + 1) {
                    place = next
                } else {
                    result.append(octet)
                    place += 1
                }
                continue
            case 32, 9: blanks += 1
            case 10, 13:
                if octet == 10 || place + 1 < octets.count && octets[place + 1] == 10 { result.removeLast(min(blanks, result.count)) }
                blanks = 0
            default: blanks = 0
            }
            result.append(octet)
            place += 1
        }
        return result
    }
    /// After `=`: blanks and a line end (or the end of all); the place behind.
    private static func softBreak(_ octets: [UInt8], _ start: Int) -> Int? {
        var place = start
        while place < octets.count, ASCII.isWhitespace(octets[place]), place - start < Limits.softBreakBlanks { place += 1 }
        if place >= octets.count { return place }
        if octets[place] == 10 { return place + 1 }
        if octets[place] == 13 { return place + 1 < octets.count && octets[place + 1] == 10 ? place + 2 : place + 1 }
        return nil
    }
    /// Lines of a count and groups of four between `begin` and `end`. (POSIX uuencode)
    static func uuencode(_ octets: [UInt8], limit: Int = .max) -> [UInt8] {
        var result: [UInt8] = []
        var hasBegun = false
        for line in octets.split(separator: 10, omittingEmptySubsequences: true) where result.count < limit {
            if !hasBegun { hasBegun = line.starts(with: [0x62, 0x65, 0x67, 0x69, 0x6E, 0x20]); continue }
            guard let first = line.first, first > 32, first < 97 else { continue }
            if line.starts(with: [0x65, 0x6E, 0x64]) { break }
            var count = Int(first - 32) & 63
            var digits = line.dropFirst().filter { $0 != 13 }[...]
            while count > 0, !digits.isEmpty {
                var group: UInt32 = 0
                for _ in 0..<4 { group = group << 6 | UInt32((digits.popFirst() ?? 32) &- 32 & 63) }
                for shift in [16, 8, 0] where count > 0 {
                    result.append(UInt8(truncatingIfNeeded: group >> UInt32(shift)))
                    count -= 1
                }
            }
        }
        return result
    }
}
