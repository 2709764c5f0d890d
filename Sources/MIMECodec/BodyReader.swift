package import Bytes

/// Chooses the body for display among the parts of a message, fetches only their octets, decodes them to UTF-8.
package struct BodyReader: Sendable {
    package let root: MessagePart
    package init(_ root: MessagePart) { self.root = root }

    /// The form the message itself is written in (html where it has an HTML part): ActiveSync's NativeBodyType.
    package var nativeForm: BodyForm { BodyChoice(root: root).segments(.html).contains(where: \.isHTML) ? .html : .plain }
    /// Charset of the body's first text part in lower case, for InternetCPID; "us-ascii" where none is named.
    package var charset: String {
        guard let part = BodyChoice(root: root).segments(nativeForm).first?.part, let name = Self.charset(of: part) else { return "us-ascii" }
        return CharsetNames.normalized(name)
    }
    /// Octets that the body takes in the message, encoded: an upper bound for what `text` fetches.
    package func encodedSize(_ form: BodyForm) -> Int { BodyChoice(root: root).segments(form).reduce(0) { $0 + $1.part.body.count } }

    /// The body as UTF-8 in the form asked for: HTML made from text and text from HTML where the message has only the other.
    /// `fetch` returns the octets of a range of the content. Stops soon after `limit` octets of text; then also fetches no more than it needs.
    package func text(_ form: BodyForm, limit: Int = Limits.decodedText, fetch: (ByteRange) throws -> [UInt8]) rethrows -> [UInt8] {
        let segments = BodyChoice(root: root).segments(form)
        let wanted = min(max(limit, 0), Limits.decodedText)
        if segments.count == 1, form == .plain || segments[0].isHTML { return try text(segments[0], form, wanted, fetch) }
        var result: [UInt8] = []
        var hasPage = false
        for segment in segments where result.count < wanted {
            let piece = try text(segment, segment.isHTML && form == .html ? .html : .plain, wanted - result.count, fetch)
            if form == .plain {
                if let last = result.last, last != 10 { result += [13, 10] }
                result += piece
            } else if segment.isHTML {
                hasPage = true
                result += piece
            } else {
                result += Array("<div>".utf8)
                HTMLText.appendHTML(fromPlain: piece, to: &result)
                result += Array("</div>\r\n".utf8)
            }
        }
        guard form == .html, !hasPage else { return result }
        return Self.pageStart + result + Array("</body></html>".utf8)
    }
    private static let pageStart = Array("<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>".utf8)

    private func text(_ segment: BodySegment, _ form: BodyForm, _ limit: Int, _ fetch: (ByteRange) throws -> [UInt8]) rethrows -> [UInt8] {
        let part = segment.part
        // Base64 and charsets need at most four octets for one of text; a page has markup besides.
        let most = segment.isHTML && form == .plain ? limit &* 24 &+ 262_144 : limit &* 4 &+ 4_096
        let range = ByteRange(start: part.body.start, count: min(part.body.count, max(most, 0)))
        return Self.text(of: part, octets: try fetch(range), as: form, limit: limit)
    }
    /// The text of one part from its encoded octets.
    static func text(of part: MessagePart, octets: [UInt8], as form: BodyForm, limit: Int) -> [UInt8] {
        let isHTML = part.subtype == "html"
        let decoded = TransferDecoding.decode(octets, encoding: part.encoding, limit: isHTML && form == .plain ? Limits.decodedText : limit &* 4 &+ 4)
        let text = Charset.utf8(decoded, charset: charset(of: part, isHTML ? decoded : []))
        if isHTML { return form == .plain ? HTMLText.plain(fromHTML: text, limit: limit) : text }
        if part.subtype == "enriched" || part.subtype == "richtext" { return form == .plain ? HTMLText.plain(fromHTML: text, limit: limit) : text }
        if ParameterParser.text("format", part.parameters)?.lowercased() == "flowed" {
            return FlowedText.unwrap(text, deletesSpace: ParameterParser.text("delsp", part.parameters)?.lowercased() == "yes")
        }
        return text
    }
    /// The charset parameter; of HTML without one, what the page says in its first octets. (RFC 2854 §6)
    static func charset(of part: MessagePart, _ html: [UInt8] = []) -> String? {
        if let name = ParameterParser.text("charset", part.parameters), !name.isEmpty { return name }
        guard !html.isEmpty else { return nil }
        let head = html.prefix(2_048).map(ASCII.lower)
        let mark = Array("charset=".utf8)
        guard head.count > mark.count else { return nil }
        for place in 0..<(head.count - mark.count) where head[place] == mark[0] && Array(head[place..<(place + mark.count)]) == mark {
            let behind = head[(place + mark.count)...].drop { $0 == 0x22 || $0 == 0x27 }
            let name = behind.prefix { ASCII.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x3A }
            // A page cannot be read as UTF-16 and have said so in ASCII.
            let text = String(decoding: name, as: UTF8.self)
            return text.hasPrefix("utf-16") || text.isEmpty ? nil : text
        }
        return nil
    }
    /// The decoded octets of a part (an attachment, an inline image); nil where there is no such part.
    package func octets(of path: [Int], fetch: (ByteRange) throws -> [UInt8]) rethrows -> [UInt8]? {
        guard let part = root.part(at: path), !path.isEmpty else { return nil }
        return TransferDecoding.decode(try fetch(part.body), encoding: part.isMultipart || part.isMessage ? "8bit" : part.encoding)
    }
}
