import Bytes
import Model

/// An answer or a forward out of two messages: what the user wrote, and what it is about. The user's text stays above; the source's text stands below it in the
/// form of the user's own, and with a forward go the source's files as they are. (MS-ASCMD §2.2.1.19, §2.2.1.20)
///
/// 1. What is signed or encrypted is not touched: such an answer goes out as it was written, and such a source is forwarded whole. (RFC 8551 §3.1)
/// 2. No octet of a file is encoded anew.
/// 3. The user's own fields stay; In-Reply-To and References are added where they are missing. (RFC 5322 §3.6.4)
package struct SourceInclusion {
    package enum Kind: Sendable { case reply, forward }
    private let written: [UInt8]
    private let new: MessageSummary
    private let source: [UInt8]
    private let old: MessageSummary
    private let kind: Kind

    /// `boundary`: letters and digits that no part holds.
    package static func make(_ written: [UInt8], about source: [UInt8], _ kind: Kind, boundary: String) -> [UInt8] {
        let inclusion = SourceInclusion(written, source, kind)
        return inclusion.threaded(inclusion.new.kind.isSealed ? written : inclusion.combined(boundary))
    }
    private init(_ written: [UInt8], _ source: [UInt8], _ kind: Kind) {
        (self.written, self.source, self.kind) = (written, source, kind)
        new = MessageSummary(parsing: written.span)
        old = MessageSummary(parsing: source.span)
    }

    private func combined(_ boundary: String) -> [UInt8] {
        let choice = BodyChoice(root: new.root)
        let plain = choice.segments(.plain).first { !$0.isHTML }?.part, html = choice.segments(.html).first(where: \.isHTML)?.part
        let goesWhole = kind == .forward && (old.kind.isSealed || plain == nil && html == nil)
        var edits: [(range: Range<Int>, octets: [UInt8])] = []
        var page: [UInt8] = []
        if !goesWhole {
            if let plain { edits.append(text(plain, "plain", sourceText(.plain))) }
            if let html {
                page = sourceText(.html)
                edits.append(text(html, "html", page))
            }
        }
        var result: [UInt8] = [], place = 0
        for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            result += written[place..<edit.range.lowerBound] + edit.octets
            place = edit.range.upperBound
        }
        result += written[place...]
        let files = goesWhole ? [Self.message(source)] : self.files(shownIn: page)
        return files.isEmpty ? result : Self.wrapped(result, files, boundary)
    }

    // MARK: Texts

    /// A text part with the source below its own text.
    private func text(_ part: MessagePart, _ subtype: String, _ below: [UInt8]) -> (range: Range<Int>, octets: [UInt8]) {
        let own = BodyReader.text(of: part, octets: Array(written[part.body.range]), as: subtype == "html" ? .html : .plain, limit: Limits.decodedText)
        var joined: [UInt8]
        if subtype == "html" {
            let place = HTMLPage.end(of: own)
            joined = own[..<place] + below + own[place...]
        } else {
            joined = own + below
        }
        joined = TransferEncoding.crlf(joined)
        var header = Self.fields(of: part.header.range, in: written) { $0 != "content-type" && $0 != "content-transfer-encoding" }
        header += HeaderLine.make("Content-Type", Array("text/\(subtype); charset=utf-8".utf8))
        if part.header.start == 0 { header += Self.missingVersion(of: written) }
        let (name, body) = TransferEncoding.encoded(joined)
        header += Array("Content-Transfer-Encoding: \(name)\r\n\r\n".utf8)
        return (part.header.start..<part.body.end, header + body)
    }
    /// Who wrote the source when to whom, and its text.
    private func sourceText(_ form: BodyForm) -> [UInt8] {
        let reader = BodyReader(old.root)
        let isPage = form == .html
        let text = reader.text(isPage && reader.nativeForm == .html ? .html : .plain) { Array(source[$0.range]) }
        var result = Array((isPage ? "<br><hr>\r\n<div>" : "\r\n\r\n-----Original Message-----\r\n").utf8)
        for (name, value) in particulars {
            guard isPage else {
                result += Array("\(name): \(value)\r\n".utf8)
                continue
            }
            result += Array("<b>\(name):</b> ".utf8)
            HTMLText.appendHTML(fromPlain: Array(value.utf8), to: &result)
            result += Array("<br>\r\n".utf8)
        }
        result += Array((isPage ? "</div><br>\r\n<div>" : "\r\n").utf8)
        guard isPage else { return result + text }
        if reader.nativeForm == .html { result += HTMLPage.content(of: text) } else { HTMLText.appendHTML(fromPlain: text, to: &result) }
        return result + Array("</div>\r\n".utf8)
    }
    private var particulars: [(name: String, value: String)] {
        func list(_ addresses: [DisplayAddress]) -> String {
            addresses.prefix(Limits.displayAddresses).map { $0.name.isEmpty ? $0.address : "\($0.name) <\($0.address)>" }.joined(separator: "; ")
        }
        let texts = old.display
        let all = [
            ("From", list(texts.from)), ("Sent", old.sentDate.map { MailDate.text($0) } ?? ""), ("To", list(texts.to)), ("Cc", list(texts.cc)),
            ("Subject", texts.subject),
        ]
        return all.filter { !$0.1.isEmpty }
    }

    // MARK: Files

    /// All of the source's with a forward; with an answer those that its page shows.
    private func files(shownIn page: [UInt8]) -> [[UInt8]] {
        old.attachments.compactMap { file in
            let isShown = !file.contentID.isEmpty && !page.isEmpty && TextSearch.find(Array("cid:\(file.contentID)".utf8), in: page.span)
            guard kind == .forward || isShown, let part = old.root.part(at: file.path) else { return nil }
            let header = Self.fields(of: part.header.range, in: source) { $0.hasPrefix("content-") }
            return header + [13, 10] + source[part.body.range]
        }
    }
    private static func message(_ octets: [UInt8]) -> [UInt8] {
        let encoding = octets.span.isASCII ? "7bit" : "8bit"
        return Array("Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n".utf8) + octets
    }
    /// The message as the first part of a multipart/mixed, the files behind it.
    private static func wrapped(_ message: [UInt8], _ files: [[UInt8]], _ boundary: String) -> [UInt8] {
        let end = HeaderReader.end(of: message.span)
        let inner = fields(of: 0..<end, in: message) { $0.hasPrefix("content-") } + [13, 10] + message[end...]
        let (mark, body) = Multipart.joined([inner] + files, boundary: Array("=_\(boundary)".utf8))
        let header = fields(of: 0..<end, in: message) { !$0.hasPrefix("content-") } + missingVersion(of: message)
        return header + HeaderLine.make("Content-Type", Array("multipart/mixed; boundary=\"".utf8) + mark + [0x22]) + [13, 10] + body
    }
    /// MIME-Version, where the message has none. (RFC 2045 §4)
    private static func missingVersion(of message: [UInt8]) -> [UInt8] {
        HeaderReader.value("MIME-Version", in: message.span) == nil ? HeaderLine.make("MIME-Version", Array("1.0".utf8)) : []
    }
    /// Whole fields of a header by their name in lower case, without the empty line.
    private static func fields(of range: Range<Int>, in message: [UInt8], where isWanted: (String) -> Bool) -> [UInt8] {
        let header = Array(message[range])
        var kept: [UInt8] = []
        for field in HeaderReader.fields(header.span).fields where isWanted(ASCII.lowercased(String(decoding: header[field.name.range], as: UTF8.self))) {
            kept += header[field.whole.range]
            if !kept.span.endsLine { kept += [13, 10] }
        }
        return kept
    }

    // MARK: Threads

    private func threaded(_ message: [UInt8]) -> [UInt8] {
        guard let own = ThreadKeys.ids(Array(old.messageID.utf8)).first else { return message }
        func name(_ id: [UInt8]) -> String { "<\(String(decoding: id, as: UTF8.self))>" }
        var editor = HeaderEditor(message)
        if !editor.contains("References") {
            let before = HeaderReader.value("References", in: source.span) ?? HeaderReader.value("In-Reply-To", in: source.span) ?? []
            editor.prepend("References", (ThreadKeys.ids(before).suffix(Limits.references) + [own]).map(name).joined(separator: " "))
        }
        if kind == .reply, !editor.contains("In-Reply-To") { editor.prepend("In-Reply-To", name(own)) }
        return editor.message
    }
}

extension MessageKind {
    /// Nothing in it may be changed.
    package var isSealed: Bool { self == .signed || self == .opaque || self == .encrypted }
}

/// Where the visible part of a page begins and ends. Names are ASCII; nothing else is understood.
private enum HTMLPage {
    /// Where more can be put: before the last `</body`, else before `</html`, else at the end.
    static func end(of page: [UInt8]) -> Int { last("</body", in: page) ?? last("</html", in: page) ?? page.count }
    /// What lies between `<body …>` and `</body>`; all of it where there is no body.
    static func content(of page: [UInt8]) -> ArraySlice<UInt8> {
        let stop = end(of: page)
        guard let open = first("<body", in: page), let close = page[open...].firstIndex(of: 0x3E), close < stop else {
            return page[(first("</head>", in: page).map { $0 + 7 } ?? 0)..<stop]
        }
        return page[(close + 1)..<stop]
    }
    private static func matches(_ word: [UInt8], _ page: [UInt8], _ place: Int) -> Bool {
        guard place + word.count <= page.count else { return false }
        for index in word.indices where ASCII.lower(page[place + index]) != word[index] { return false }
        return true
    }
    private static func first(_ word: String, in page: [UInt8]) -> Int? {
        let word = Array(word.utf8)
        return page.indices.first { page[$0] == 0x3C && matches(word, page, $0) }
    }
    private static func last(_ word: String, in page: [UInt8]) -> Int? {
        let word = Array(word.utf8)
        return page.indices.last { page[$0] == 0x3C && matches(word, page, $0) }
    }
}
