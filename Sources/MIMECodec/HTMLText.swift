import Bytes

/// Plain text from HTML and back. One pass, linear, whatever the HTML; no layout, no links, no images.
package enum HTMLText {
    /// Text of an HTML page in UTF-8: entities decoded, blocks as lines with CRLF, script, style and head left out.
    package static func plain(fromHTML html: [UInt8], limit: Int = Limits.decodedText) -> [UInt8] {
        var reader = HTMLTextReader(html, limit: limit)
        return reader.run()
    }
    /// A page that shows the text as it is: lines, leading spaces, nothing interpreted.
    package static func html(fromPlain text: [UInt8]) -> [UInt8] {
        var html = Array("<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body><div>".utf8)
        html.reserveCapacity(text.count + text.count / 8 + 256)
        appendHTML(fromPlain: text, to: &html)
        html += Array("</div></body></html>".utf8)
        return html
    }
    static func appendHTML(fromPlain text: [UInt8], to html: inout [UInt8]) {
        var lastIsBlank = true
        for (place, byte) in text.enumerated() {
            switch byte {
            case 0x26: html += [0x26, 0x61, 0x6D, 0x70, 0x3B]
            case 0x3C: html += [0x26, 0x6C, 0x74, 0x3B]
            case 0x3E: html += [0x26, 0x67, 0x74, 0x3B]
            case 0x22: html += [0x26, 0x71, 0x75, 0x6F, 0x74, 0x3B]
            case 13: if place + 1 < text.count, text[place + 1] == 10 { continue } else { html += lineBreak }
            case 10: html += lineBreak
            case 32, 9: html += lastIsBlank ? nonBreaking : [32]
            default: html.append(byte)
            }
            lastIsBlank = byte == 32 || byte == 9 || byte == 10
        }
    }
    private static let lineBreak = Array("<br>\r\n".utf8)
    private static let nonBreaking = Array("&nbsp;".utf8)
}

/// Reads HTML as browsers do where it matters: tags, comments, raw text elements, references. (HTML Living Standard §13.2, much simplified)
struct HTMLTextReader {
    private let html: [UInt8]
    private let limit: Int
    private var place = 0
    private var text: [UInt8] = []
    /// Line ends to be written before the next text.
    private var pendingLines = 0
    private var pendingSpace = false
    private var preDepth = 0
    private var isInHead = false
    /// A quote in a tag was never closed: from there on quotes in tags mean nothing. Keeps the reader linear.
    private var ignoresQuotes = false
    /// Ends that were looked for and are not there any more.
    private var missingEnds: Set<[UInt8]> = []

    init(_ html: [UInt8], limit: Int) {
        self.html = html
        self.limit = max(limit, 0)
        text.reserveCapacity(min(html.count / 2, self.limit) + 16)
    }
    mutating func run() -> [UInt8] {
        while place < html.count, text.count < limit {
            let byte = html[place]
            if byte == 0x3C, takeMarkup() { continue }
            if isInHead { place += 1; continue }
            switch byte {
            case 0x26: takeReference()
            case 32, 9, 10, 13, 12: takeBlank(byte)
            default:
                flush()
                text.append(byte)
                place += 1
            }
        }
        if pendingLines > 0, !text.isEmpty { text += [13, 10] }
        return text
    }
    private mutating func takeBlank(_ byte: UInt8) {
        place += 1
        guard preDepth > 0 else { pendingSpace = true; return }
        if byte == 10 { pendingLines += 1 } else if byte != 13 { flush(); text.append(byte) }
    }
    /// Writes the lines or the space that are due.
    private mutating func flush() {
        if pendingLines > 0 {
            if !text.isEmpty { for _ in 0..<min(pendingLines, 8) { text += [13, 10] } }
        } else if pendingSpace, let last = text.last, last != 32, last != 10 {
            text.append(32)
        }
        pendingLines = 0
        pendingSpace = false
    }

    // MARK: Markup

    /// At `<`. false: it is text.
    private mutating func takeMarkup() -> Bool {
        guard place + 1 < html.count else { return false }
        let next = html[place + 1]
        if next == 0x21 {  // a comment, or a declaration
            if place + 3 < html.count, html[place + 2] == 0x2D, html[place + 3] == 0x2D, let end = find([0x2D, 0x2D, 0x3E], from: place + 4) {
                place = end + 3
            } else {
                place = (find([0x3E], from: place) ?? html.count - 1) + 1
            }
            return true
        }
        if next == 0x3F { place = (find([0x3E], from: place) ?? html.count - 1) + 1; return true }
        let isEnd = next == 0x2F
        var nameEnd = place + (isEnd ? 2 : 1)
        let nameStart = nameEnd
        guard nameStart < html.count, ASCII.isLetter(html[nameStart]) else { return false }
        while nameEnd < html.count, nameEnd - nameStart < 32, html[nameEnd] > 32, html[nameEnd] != 0x3E, html[nameEnd] != 0x2F { nameEnd += 1 }
        let name = String(decoding: html[nameStart..<nameEnd].map(ASCII.lower), as: UTF8.self)
        guard let end = tagEnd(from: nameEnd) else { return false }
        place = end
        if isEnd { close(name) } else { open(name) }
        return true
    }
    /// The place behind the `>` of a tag; quoted attribute values may hold one.
    private mutating func tagEnd(from start: Int) -> Int? {
        guard !missingEnds.contains([0x3E]) else { return nil }
        var index = start
        var quote: UInt8 = 0
        var isValue = false
        while index < html.count {
            let byte = html[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == 0x3E {
                return index + 1
            } else if byte == 0x3D {
                isValue = true
            } else if byte > 32 {
                if isValue, !ignoresQuotes, byte == 0x22 || byte == 0x27 { quote = byte }
                isValue = false
            }
            index += 1
        }
        if quote != 0 {
            ignoresQuotes = true
            return find([0x3E], from: start).map { $0 + 1 }
        }
        missingEnds.insert([0x3E])
        return nil
    }
    /// Where a sequence is, letters in either case; what was once missing is not searched again.
    private mutating func find(_ wanted: [UInt8], from start: Int) -> Int? {
        guard !missingEnds.contains(wanted) else { return nil }
        var index = start
        while index + wanted.count <= html.count {
            var matched = 0
            while matched < wanted.count, ASCII.lower(html[index + matched]) == wanted[matched] { matched += 1 }
            if matched == wanted.count { return index }
            index += 1
        }
        missingEnds.insert(wanted)
        return nil
    }
    private mutating func open(_ name: String) {
        switch name {
        case "script", "style", "title":
            // Raw text up to the end tag; without one the element is the rest for script and style, and nothing for title.
            if let end = find(Array("</\(name)".utf8), from: place) { place = end } else if name != "title" { place = html.count }
        case "head": isInHead = true
        case "meta", "link", "base", "noscript", "html": break
        case "br": leaveHead(); pendingLines += 1
        case "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "hr": block(2)
        case "pre": block(2); preDepth += 1
        case "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "form", "address", "center", "fieldset", "body": block(1)
        case "td", "th": leaveHead(); if pendingLines == 0 { pendingSpace = true }
        default: if !name.utf8.contains(0x3A) { leaveHead() }  // Office puts its own elements into the head: o:p, w:WordDocument
        }
    }
    private mutating func close(_ name: String) {
        switch name {
        case "head": isInHead = false
        case "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote": block(2)
        case "pre": block(2); preDepth = max(0, preDepth - 1)
        case "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "form", "address", "center", "fieldset": block(1)
        default: break
        }
    }
    private mutating func leaveHead() { isInHead = false }
    private mutating func block(_ lines: Int) {
        leaveHead()
        pendingLines = max(pendingLines, lines)
    }

    // MARK: References

    /// At `&`: a reference, or the sign itself.
    private mutating func takeReference() {
        flush()
        if let (scalar, end) = reference() {
            if scalar.value == 0xA0 { text.append(32) } else if scalar.value != 0xAD { text += Array(String(Character(scalar)).utf8) }
            place = end
        } else {
            text.append(0x26)
            place += 1
        }
    }
    private func reference() -> (Unicode.Scalar, Int)? {
        var index = place + 1
        guard index < html.count else { return nil }
        if html[index] == 0x23 {
            index += 1
            guard index < html.count else { return nil }
            let isHex = ASCII.lower(html[index]) == 0x78
            if isHex { index += 1 }
            let start = index
            var value: UInt32 = 0
            while index < html.count, index - start < 8, let digit = Hex.value(html[index]), isHex || digit < 10 {
                value = value &* (isHex ? 16 : 10) &+ UInt32(digit)
                index += 1
            }
            guard index > start else { return nil }
            if index < html.count, html[index] == 0x3B { index += 1 }
            let isControl = value < 32 && value != 9 && value != 10 && value != 13 || value == 127
            return (isControl ? " " : Unicode.Scalar(value) ?? "\u{FFFD}", index)
        }
        while index < html.count, index - place <= HTMLEntities.longest, ASCII.isAlphanumeric(html[index]) { index += 1 }
        guard index > place + 1, let value = HTMLEntities.table[String(decoding: html[(place + 1)..<index], as: UTF8.self)],
            let scalar = Unicode.Scalar(value)
        else { return nil }
        if index < html.count, html[index] == 0x3B { index += 1 }
        return (scalar, index)
    }
}
