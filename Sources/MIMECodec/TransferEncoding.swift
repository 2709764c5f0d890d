import Bytes

/// Octets into the 7-bit forms of mail. (RFC 2045 §6.7, §6.8)
package enum TransferEncoding {
    /// Lines of 76 characters with CRLF.
    package static func base64(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count / 57 * 78 + 80)
        var place = 0
        while place < octets.count {
            let end = min(place + 57, octets.count)
            result += Base64.encode(Array(octets[place..<end])) + [13, 10]
            place = end
        }
        return result
    }
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Of text whose lines end in CRLF.
    package static func quotedPrintable(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 8)
        var column = 0
        var place = 0
        while place < text.count {
            let octet = text[place]
            if octet == 13, place + 1 < text.count, text[place + 1] == 10 {
                result += [13, 10]
                column = 0
                place += 2
                continue
            }
            let isLast = place + 1 == text.count || text[place + 1] == 13
            // Blanks at a line's end would be lost; "From " and "." at its start are changed by old mailers. (RFC 2049 §3)
            let isMangled = column == 0 && (octet == 0x2E || octet == 0x46)
            let isSafe = octet > 32 && octet < 127 && octet != 0x3D && !isMangled || (octet == 32 || octet == 9) && !isLast
            let width = isSafe ? 1 : 3
            if column + width > 75 { result += [0x3D, 13, 10]; column = 0; continue }
            if isSafe { result.append(octet) } else { result += [0x3D, digits[Int(octet >> 4)], digits[Int(octet & 15)]] }
            column += width
            place += 1
        }
        return result
    }
    /// Text with CRLF at every line end.
    package static func crlf(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 32)
        var place = 0
        while place < text.count {
            let octet = text[place]
            if octet == 10 || octet == 13 {
                result += [13, 10]
                if octet == 13, place + 1 < text.count, text[place + 1] == 10 { place += 1 }
            } else {
                result.append(octet)
            }
            place += 1
        }
        return result
    }
    /// Text in the form that `choice` finds, with that form's name.
    static func encoded(_ text: [UInt8]) -> (name: String, octets: [UInt8]) {
        switch choice(for: text) {
        case .sevenBit: ("7bit", text)
        case .quotedPrintable: ("quoted-printable", quotedPrintable(text))
        case .base64: ("base64", base64(text))
        }
    }
    enum Choice { case sevenBit, quotedPrintable, base64 }
    /// The shortest form that survives 7-bit ways: as it is, QP for text with few octets to escape, base64 otherwise.
    static func choice(for text: [UInt8]) -> Choice {
        var special = 0, line = 0, longest = 0
        for octet in text {
            if octet == 10 { longest = max(longest, line); line = 0 } else { line += 1 }
            if octet >= 127 || octet < 32 && octet != 9 && octet != 10 && octet != 13 { special += 1 }
        }
        if special == 0, max(longest, line) <= HeaderLine.most { return .sevenBit }
        return special * 5 > text.count ? .base64 : .quotedPrintable
    }
}
