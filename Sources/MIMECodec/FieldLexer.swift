import Bytes

/// Reads tokens, quoted strings and comments of structured fields that were unfolded. Goes forward only; never fails. (RFC 5322 §3.2; RFC 2045 §5.1)
struct FieldLexer {
    let text: [UInt8]
    var place = 0

    init(_ text: [UInt8]) { self.text = text }
    var peek: UInt8? { place < text.count ? text[place] : nil }
    var isAtEnd: Bool { place >= text.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard place < text.count, text[place] == byte else { return false }
        place += 1
        return true
    }
    /// Passes over white space and comments. Line ends count as white space here: a field may not have been unfolded well.
    mutating func skipSpace() {
        while let byte = peek {
            if byte == 32 || byte == 9 || byte == 13 || byte == 10 { place += 1 } else if byte == 0x28 { _ = takeComment() } else { return }
        }
    }
    /// The text of a comment, its inner comments with their parentheses, backslashes taken off. At `(`. An open comment ends with the field.
    mutating func takeComment() -> [UInt8] {
        var comment: [UInt8] = []
        var depth = 0
        while place < text.count {
            let byte = text[place]
            place += 1
            switch byte {
            case 0x28:
                depth += 1
                if depth > Limits.commentDepth { place = text.count; return comment }
                if depth > 1 { comment.append(byte) }
            case 0x29:
                depth -= 1
                if depth == 0 { return comment }
                comment.append(byte)
            case 0x5C:
                if place < text.count { comment.append(text[place]); place += 1 }
            default: comment.append(byte)
            }
        }
        return comment
    }
    /// The text of a quoted string, backslashes taken off. At the quote. An open string ends with the field.
    mutating func takeQuoted() -> [UInt8] {
        var string: [UInt8] = []
        place += 1
        while place < text.count {
            let byte = text[place]
            place += 1
            if byte == 0x22 { return string }
            if byte == 0x5C, place < text.count {
                string.append(text[place])
                place += 1
            } else {
                string.append(byte)
            }
        }
        return string
    }
    /// Octets as long as the test holds.
    mutating func take(while test: (UInt8) -> Bool) -> [UInt8] {
        let start = place
        while place < text.count, test(text[place]) { place += 1 }
        return Array(text[start..<place])
    }
    /// token of RFC 2045 §5.1; 8-bit octets are let through, as mail has them.
    mutating func takeToken() -> [UInt8] { take(while: Self.isTokenByte) }

    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...32, 127: false
        case 0x28, 0x29, 0x3C, 0x3E, 0x40, 0x2C, 0x3B, 0x3A, 0x5C, 0x22, 0x2F, 0x5B, 0x5D, 0x3F, 0x3D: false
        default: true
        }
    }
}
