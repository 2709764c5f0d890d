import Bytes

/// One header field as octets with CRLF. Whatever name and value are, the result is one field: nothing can begin another. (threat T38)
enum HeaderLine {
    /// Columns that a line should keep to, and the most it may have. (RFC 5322 §2.1.1)
    static let columns = 78
    static let most = 998

    /// ftext: printable ASCII without colon (RFC 5322 §3.6.8); what is no such octet is left out of the name.
    static func name(_ name: String) -> [UInt8] {
        let octets = Array(name.utf8.filter { $0 > 32 && $0 < 127 && $0 != 0x3A }.prefix(columns - 2))
        return octets.isEmpty ? Array("X-Unnamed".utf8) : octets
    }
    /// `value` has no line ends of its own: CR, LF and NUL become spaces. It is folded before spaces where it has them.
    static func make(_ name: String, _ value: [UInt8]) -> [UInt8] {
        var line = self.name(name) + [0x3A, 32]
        line.reserveCapacity(line.count + value.count + value.count / 16 + 2)
        var column = line.count
        var hasContent = false
        var place = 0
        let clean = value.map { $0 == 13 || $0 == 10 || $0 == 0 ? 32 : $0 }
        while place < clean.count {
            // A word with the spaces before it.
            var wordStart = place
            while wordStart < clean.count, ASCII.isWhitespace(clean[wordStart]) { wordStart += 1 }
            var end = wordStart
            while end < clean.count, !ASCII.isWhitespace(clean[end]) { end += 1 }
            if wordStart == clean.count { break }  // white space at the end could look like an empty line when folded
            if hasContent, wordStart > place, column + (end - place) > columns {
                line += [13, 10]
                column = 0
            }
            for octet in clean[place..<end] {
                if column >= most { line += [13, 10, 32]; column = 1 }
                line.append(octet)
                column += 1
            }
            hasContent = true
            place = end
        }
        return line + [13, 10]
    }
}
