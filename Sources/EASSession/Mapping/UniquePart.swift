import Bytes

/// What a message adds to its conversation: its text without the messages that it quotes at its end. Where no quote is known, all of it.
/// (MS-ASCON §3.1.4.1, MS-ASAIRS §2.2.2.10)
enum UniquePart {
    /// How programs begin the quoted message; the element in which one stands goes with it. In lower case.
    private static let marks = [
        "<blockquote type=\"cite\"", "<blockquote type=cite", "class=\"gmail_quote", "id=\"divrplyfwdmsg\"", "id=\"appendonsend\"", "class=\"moz-cite-prefix\"",
        "class=\"yahoo_quoted\"", "id=\"mail-editor-reference-message-container\"", "name=\"_mailoriginal\"", "-----original message-----",
    ].map { Array($0.utf8) }

    static func html(_ text: [UInt8]) -> [UInt8] {
        guard var end = firstMark(in: text) else { return text }
        // Back to the beginning of the element, if the mark stands in one.
        var start = end
        while start > 0, text[start] != UInt8(ascii: "<"), text[start] != UInt8(ascii: ">") { start -= 1 }
        if text[start] == UInt8(ascii: "<") { end = start }
        let kept = Array(text[..<end])
        // A message that is nothing but a quote keeps it.
        return hasText(kept) ? kept : text
    }
    /// Lines before the quote, without the line that says who wrote it.
    static func plain(_ text: [UInt8]) -> [UInt8] {
        var lines = text.split(separator: 10, omittingEmptySubsequences: false).map { $0.last == 13 ? $0.dropLast() : $0 }
        func isQuote(_ line: ArraySlice<UInt8>) -> Bool { line.first == UInt8(ascii: ">") }
        func isBlank(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy { $0 <= 32 } }
        guard lines.contains(where: isQuote) else { return text }
        while let last = lines.last, isBlank(last) || isQuote(last) { lines.removeLast() }
        if let last = lines.last, last.last == UInt8(ascii: ":"), lines.count > 1 { lines.removeLast() }
        while let last = lines.last, isBlank(last) { lines.removeLast() }
        guard !lines.isEmpty else { return text }
        return Array(lines.joined(separator: [13, 10])) + [13, 10]
    }

    private static func firstMark(in text: [UInt8]) -> Int? {
        var first: Int?
        for mark in marks {
            let end = first ?? text.count
            guard mark.count <= end else { continue }
            var index = 0
            while index + mark.count <= end {
                if ASCII.lower(text[index]) == mark[0], matches(mark, text, index) {
                    first = index
                    break
                }
                index += 1
            }
        }
        return first
    }
    private static func matches(_ mark: [UInt8], _ text: [UInt8], _ index: Int) -> Bool {
        for offset in 1..<mark.count where ASCII.lower(text[index + offset]) != mark[offset] { return false }
        return true
    }
    /// Something outside of tags that can be seen.
    private static func hasText(_ html: [UInt8]) -> Bool {
        var isInTag = false
        for byte in html {
            if byte == UInt8(ascii: "<") { isInTag = true }
            if !isInTag, byte > 32 { return true }
            if byte == UInt8(ascii: ">") { isInTag = false }
        }
        return false
    }
}
