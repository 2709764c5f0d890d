import Bytes

/// tag-list of RFC 6376 §3.2, which DKIM's fields, its keys and DMARC's records are written in. Knows no tag's meaning.
struct TagList: Sendable {
    struct Tag: Sendable {
        let name: String
        /// Without the white space around it.
        let value: [UInt8]
        /// Everything between "=" and ";", as offsets into the text.
        let place: Range<Int>
    }
    private(set) var tags: [Tag] = []

    /// nil where it is no list: a tag without "=", a name that is none, the same name twice. (RFC 6376 §3.2)
    /// `isLenient`: bad parts are passed over instead, the first of two of a name counts, and names are
    /// in lower case, for an ABNF's words have no case. (RFC 9989 §4.7, RFC 5234 §2.3)
    init?(_ text: [UInt8], isLenient: Bool = false) {
        var seen: Set<String> = []
        var start = 0
        while start <= text.count {
            let end = text[start...].firstIndex(of: 0x3B) ?? text.count
            if let tag = Self.tag(text, start..<end, lowersName: isLenient) {
                if !seen.insert(tag.name).inserted { if isLenient { start = end + 1; continue } else { return nil } }
                tags.append(tag)
                guard tags.count <= Limits.tags else { return nil }
            } else if !isLenient, text[start..<end].contains(where: { !Self.isSpace($0) }) || end < text.count {
                return nil  // an empty part is allowed at the end alone
            }
            start = end + 1
        }
    }

    subscript(_ name: String) -> [UInt8]? { tags.first { $0.name == name }?.value }
    /// The value as text; octets that are no UTF-8 become U+FFFD, which no valid value has.
    func text(_ name: String) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }
    /// The value without any white space: what base 64 and lists may be folded with.
    func compact(_ name: String) -> [UInt8]? { self[name]?.filter { !Self.isSpace($0) } }
    /// The parts of a list with colons between, without white space around them.
    func list(_ name: String) -> [String]? {
        compact(name)?.split(separator: 0x3A, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func tag(_ text: [UInt8], _ part: Range<Int>, lowersName: Bool) -> Tag? {
        guard let equals = text[part].firstIndex(of: 0x3D) else { return nil }
        let name = trimmed(text, part.lowerBound..<equals)
        guard (1...Limits.tagName).contains(name.count), ASCII.isLetter(text[name.lowerBound]),
            text[name].allSatisfy({ ASCII.isAlphanumeric($0) || $0 == 0x5F })
        else { return nil }
        let place = (equals + 1)..<part.upperBound
        let word = String(decoding: text[name], as: UTF8.self)
        return Tag(name: lowersName ? ASCII.lowercased(word) : word, value: Array(text[trimmed(text, place)]), place: place)
    }
    private static func trimmed(_ text: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound, end = range.upperBound
        while start < end, isSpace(text[start]) { start += 1 }
        while end > start, isSpace(text[end - 1]) { end -= 1 }
        return start..<end
    }
    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }
}
