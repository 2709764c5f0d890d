import Bytes

/// Finds the parts of a message and where their octets lie, in one pass over the lines. Decodes nothing. (RFC 2046 §5.1)
/// 1. A line that begins with an open boundary ends every part inside that multipart, closed properly or not.
/// 2. The line end before a boundary belongs to the boundary.
/// 3. At `Limits.depth` a multipart or message stays closed; at `Limits.parts` the last part keeps the rest. The cut depends on the octets alone.
struct MessageParser {
    private struct Node {
        var part = MessagePart()
        var children: [Int] = []
        /// LFs before the body.
        var linesBefore = 0
        var defaultsToMessage = false
        /// A multipart or message that was looked into, even when nothing was found.
        var isOpened = false
    }
    /// A multipart or nested message that is open.
    private struct Frame { let node: Int; let boundary: [UInt8]? }
    private enum HeaderEnd { case body, end, delimiter(Delimiter) }
    private struct Delimiter { let owner: Int; let isClosing: Bool; let line: Range<Int>; let linesBefore: Int }

    private var nodes: [Node] = []
    private var frames: [Frame] = []
    private var boundaries = BoundaryTable()
    /// The leaf whose body is being passed over; nil in a preamble or epilogue.
    private var leaf: Int?
    private var place = 0
    /// LFs before `place`.
    private var lines = 0
    /// The end of the last header or closing boundary line: its line end stays with it, also before the next boundary, as Dovecot and Cyrus have it.
    private var floor = 0
    private var fields = KnownFields()
    /// Fields of the message's own header.
    private var rootFields = KnownFields()

    static func parse(_ message: Span<UInt8>) -> (root: MessagePart, fields: KnownFields) {
        var parser = MessageParser()
        parser.run(message)
        return (parser.tree(0), parser.rootFields)
    }

    private mutating func run(_ message: Span<UInt8>) {
        begin(isMessage: false)
        while true {
            var delimiter: Delimiter?
            switch readHeader(message) {
            case .end: openEmpty()
            case .delimiter(let found): openEmpty(); delimiter = found
            case .body:
                if enter(message) { continue }
                delimiter = nextDelimiter(message)
            }
            // After the end of a multipart its epilogue is passed over, until a boundary opens the next part.
            var opensPart = false
            while let found = delimiter, nodes.count < Limits.parts {
                opensPart = close(found, message)
                if opensPart { break }
                delimiter = nextDelimiter(message)
            }
            guard opensPart else { break }
        }
        if nodes.count >= Limits.parts { lines += LineScan.count(message, place..<message.count) }
        while !frames.isEmpty { pop(end: message.count, lines: lines) }
        end(leaf, at: message.count, lines: lines)
        end(0, at: message.count, lines: lines)
    }
    /// A new part whose header begins here.
    private mutating func begin(isMessage: Bool) {
        var node = Node()
        node.part.header = ByteRange(start: place, count: 0)
        node.defaultsToMessage = isMessage
        leaf = nodes.count
        if let frame = frames.last { nodes[frame.node].children.append(nodes.count) }
        nodes.append(node)
    }

    // MARK: Lines

    private mutating func nextLine(_ message: Span<UInt8>) -> Range<Int> {
        let next = LineScan.next(message, from: place)
        defer { place = next }
        if message[next - 1] == ASCII.lf { lines += 1 }
        return place..<next
    }
    private func delimiter(_ line: Range<Int>, _ message: Span<UInt8>, _ linesBefore: Int) -> Delimiter? {
        guard line.count > 2, message[line.lowerBound] == 0x2D, message[line.lowerBound + 1] == 0x2D,
            let (owner, isClosing) = boundaries.match(line, message)
        else { return nil }
        return Delimiter(owner: owner, isClosing: isClosing, line: line, linesBefore: linesBefore)
    }
    private mutating func nextDelimiter(_ message: Span<UInt8>) -> Delimiter? {
        if boundaries.isEmpty {
            lines += LineScan.count(message, place..<message.count)
            place = message.count
            return nil
        }
        while place < message.count {
            let before = lines
            let line = nextLine(message)
            if let found = delimiter(line, message, before) { return found }
        }
        return nil
    }

    // MARK: Headers

    private mutating func readHeader(_ message: Span<UInt8>) -> HeaderEnd {
        let node = nodes.count - 1
        let start = place
        fields.removeAll()
        var scanner = HeaderScanner()
        var result = HeaderEnd.end
        var end = message.count
        while place < message.count {
            let before = lines
            let line = nextLine(message)
            if HeaderReader.isEmpty(line, message) { result = .body; end = place; break }
            if let found = delimiter(line, message, before) {
                result = .delimiter(found)
                end = LineScan.before(line.lowerBound, message, floor: start)
                break
            }
            guard place - start <= Limits.headerOctets else { continue }
            if let field = scanner.take(line, of: message) { fields.add(field, message) }
        }
        if let field = scanner.finish() { fields.add(field, message) }
        nodes[node].part.header = ByteRange(start..<end)
        nodes[node].part.body = ByteRange(start: end, count: 0)
        nodes[node].linesBefore = lines
        floor = end
        if node == 0 { rootFields = fields }
        describe(node, message)
        return result
    }
    /// What the fields say of the part, and the envelope of a nested message.
    private mutating func describe(_ node: Int, _ message: Span<UInt8>) {
        var part = nodes[node].part
        if let field = fields.first(.contentType, message), let found = ParameterParser.contentType(field) {
            (part.type, part.subtype, part.parameters) = found
        } else if nodes[node].defaultsToMessage, fields.first(.contentType, message) == nil {
            (part.type, part.subtype) = ("message", "rfc822")  // RFC 2046 §5.1.5
        }
        if let field = fields.first(.encoding, message) {
            var lexer = FieldLexer(field)
            lexer.skipSpace()
            let token = lexer.takeToken()
            lexer.skipSpace()
            // One token (RFC 2045 §6.1); several words mean nothing, a semicolon is a common slip.
            if !token.isEmpty, lexer.isAtEnd || lexer.peek == 0x3B { part.encoding = ParameterParser.lowered(token) }
        }
        part.contentID = fields.first(.contentID, message)
        part.description = fields.first(.contentDescription, message)
        part.md5 = fields.first(.md5, message)
        part.location = fields.first(.location, message)
        part.disposition = fields.first(.disposition, message).flatMap(ParameterParser.disposition)
        if let field = fields.first(.language, message) { part.languages = Self.languages(field) }
        nodes[node].part = part
        if let frame = frames.last, frame.boundary == nil {  // the header of a nested message
            nodes[frame.node].part.envelope = EnvelopeList.render(MessageEnvelope(fields, message))
        }
    }
    /// Content-Language: tags between commas. (RFC 3282 §2)
    private static func languages(_ field: [UInt8]) -> [[UInt8]] {
        var lexer = FieldLexer(field)
        var tags: [[UInt8]] = []
        while !lexer.isAtEnd, tags.count < Limits.parameters {
            lexer.skipSpace()
            let tag = lexer.takeToken()
            if !tag.isEmpty { tags.append(tag) }
            lexer.skipSpace()
            if tag.isEmpty || lexer.peek != 0x2C { lexer.place += 1 }
            _ = lexer.take(0x2C)
        }
        return tags
    }

    // MARK: The tree

    /// After a header: opens the part if it holds others. true: a nested message's header comes next.
    private mutating func enter(_ message: Span<UInt8>) -> Bool {
        let node = nodes.count - 1
        let part = nodes[node].part
        guard frames.count < Limits.depth, nodes.count < Limits.parts, Self.isContainer(part) else { return false }
        nodes[node].isOpened = true
        if part.type == "multipart" {
            var boundary = part.parameter("boundary") ?? []
            if boundary.count > Limits.boundaryOctets { boundary = Array(boundary[..<Limits.boundaryOctets]) }
            while let last = boundary.last, last == 32 { boundary.removeLast() }  // must not end in white space (RFC 2046 §5.1.1)
            frames.append(Frame(node: node, boundary: boundary))
            if !boundary.isEmpty { boundaries.open(boundary, owner: node) }
            leaf = nil
            return false
        }
        frames.append(Frame(node: node, boundary: nil))
        begin(isMessage: false)
        return true
    }
    /// A multipart or message that has a header only still is one.
    private mutating func openEmpty() {
        let node = nodes.count - 1
        let part = nodes[node].part
        if frames.count < Limits.depth, Self.isContainer(part) { nodes[node].isOpened = true }
    }
    private static func isContainer(_ part: MessagePart) -> Bool {
        part.type == "multipart" || part.type == "message" && part.subtype == "rfc822" && isReadable(part.encoding)
    }
    /// A message in base64 cannot be looked into without decoding; RFC 2046 §5.2.1 forbids it anyway.
    private static func isReadable(_ encoding: String) -> Bool { encoding != "base64" && encoding != "quoted-printable" }

    /// Ends what lies inside the multipart of a delimiter. true: a new part begins.
    private mutating func close(_ delimiter: Delimiter, _ message: Span<UInt8>) -> Bool {
        if let leaf, nodes[leaf].part.body.start == delimiter.line.lowerBound {
            // A part that is a header only: the boundary's line end is the one of the header's empty line. (RFC 2046 §5.1.1 delimiter)
            let header = nodes[leaf].part.header
            nodes[leaf].part.header = ByteRange(header.start..<LineScan.before(header.end, message, floor: header.start))
            nodes[leaf].part.body = ByteRange(start: nodes[leaf].part.header.end, count: 0)
            self.leaf = nil
        }
        let end = LineScan.before(delimiter.line.lowerBound, message, floor: min(floor, delimiter.line.lowerBound))
        let endLines = delimiter.linesBefore - (end < delimiter.line.lowerBound ? 1 : 0)
        self.end(leaf, at: end, lines: endLines)
        leaf = nil
        while let frame = frames.last, frame.node != delimiter.owner { pop(end: end, lines: endLines) }
        guard delimiter.isClosing else {
            begin(isMessage: nodes[delimiter.owner].part.subtype == "digest")
            return true
        }
        if let boundary = frames.last?.boundary { boundaries.close(boundary, owner: delimiter.owner) }
        floor = delimiter.line.upperBound
        return false
    }
    private mutating func pop(end place: Int, lines: Int) {
        guard let frame = frames.popLast() else { return }
        if let boundary = frame.boundary, !boundary.isEmpty { boundaries.close(boundary, owner: frame.node) }
        end(frame.node, at: place, lines: lines)
    }
    private mutating func end(_ node: Int?, at place: Int, lines: Int) {
        guard let node else { return }
        let start = nodes[node].part.body.start
        nodes[node].part.body = ByteRange(start..<max(start, place))
        nodes[node].part.lines = max(0, lines - nodes[node].linesBefore)
    }
    private func tree(_ index: Int) -> MessagePart {
        let node = nodes[index]
        var part = node.part
        part.children = node.children.map(tree)
        if node.isOpened, part.children.isEmpty {
            // No boundary occurred, or there is no body: one text part that has all there is, so that a reader sees it.
            var text = MessagePart()
            text.header = ByteRange(start: part.body.start, count: 0)
            text.body = part.body
            text.lines = part.lines
            part.children = [text]
            if part.type == "message" { part.envelope = EnvelopeList.render(MessageEnvelope()) }
        }
        return part
    }
}
