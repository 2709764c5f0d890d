import Bytes

/// fetch = "ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")" (RFC 3501 §9)
enum FetchParser {
    static func request(_ cursor: inout ByteCursor) throws(SyntaxError) -> FetchRequest {
        guard cursor.take(UInt8(ascii: "(")) else {
            let name = try itemName(&cursor)
            switch name {
            case "ALL": return FetchRequest([.flags, .internalDate, .size, .envelope])
            case "FAST": return FetchRequest([.flags, .internalDate, .size])
            case "FULL": return FetchRequest([.flags, .internalDate, .size, .envelope, .body])
            default: return FetchRequest([try item(name, &cursor)])
            }
        }
        var items: [FetchItem] = []
        repeat {
            let name = try itemName(&cursor)
            items.append(try item(name, &cursor))
            if items.count > Limits.fetchItems { throw SyntaxError("Too many data items") }
        } while cursor.take(ASCII.space)
        try Lexeme.close(&cursor)
        return FetchRequest(items)
    }

    private static func itemName(_ cursor: inout ByteCursor) throws(SyntaxError) -> String {
        let range = cursor.take { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: ".") }
        guard !range.isEmpty else { throw SyntaxError("Expected a data item") }
        return String(decoding: cursor.bytes(range).map(ASCII.upper), as: UTF8.self)
    }
    private static func item(_ name: String, _ cursor: inout ByteCursor) throws(SyntaxError) -> FetchItem {
        switch name {
        case "UID": .uid
        case "FLAGS": .flags
        case "INTERNALDATE": .internalDate
        case "ENVELOPE": .envelope
        case "BODYSTRUCTURE": .bodyStructure
        case "RFC822": .rfc822
        case "RFC822.SIZE": .size
        case "RFC822.HEADER": .rfc822Header
        case "RFC822.TEXT": .rfc822Text
        case "BODY" where cursor.peek != UInt8(ascii: "["): .body
        case "BODY": .section(try section(&cursor, isPeek: false))
        case "BODY.PEEK": .section(try section(&cursor, isPeek: true))
        default: throw SyntaxError("Unknown data item")
        }
    }

    /// section = "[" [section-spec] "]" ["<" number "." nz-number ">"]
    private static func section(_ cursor: inout ByteCursor, isPeek: Bool) throws(SyntaxError) -> SectionRequest {
        guard cursor.take(UInt8(ascii: "[")) else { throw SyntaxError("Expected a section") }
        var request = SectionRequest(isPeek: isPeek)
        var wantsText = true
        while let byte = cursor.peek, ASCII.isDigit(byte) {
            guard let number = cursor.takeDecimal(), number > 0, number <= Int(UInt32.max) else { throw SyntaxError("Invalid part number") }
            request.part.append(number)
            if request.part.count > Limits.partDepth { throw SyntaxError("Part number too deep") }
            wantsText = cursor.take(UInt8(ascii: "."))
            if !wantsText { break }
        }
        if request.part.isEmpty {
            if cursor.peek != UInt8(ascii: "]") { request.text = try text(&cursor, inPart: false) }
        } else if wantsText {
            request.text = try text(&cursor, inPart: true)
        }
        guard cursor.take(UInt8(ascii: "]")) else { throw SyntaxError("Section without end") }
        if cursor.take(UInt8(ascii: "<")) { request.partial = try partial(&cursor) }
        return request
    }
    /// section-msgtext, and MIME where there is a part number
    private static func text(_ cursor: inout ByteCursor, inPart: Bool) throws(SyntaxError) -> SectionRequest.Text {
        if cursor.take(ignoringCase: "HEADER.FIELDS.NOT") { return .headerFieldsNot(try names(&cursor)) }
        if cursor.take(ignoringCase: "HEADER.FIELDS") { return .headerFields(try names(&cursor)) }
        if cursor.take(ignoringCase: "HEADER") { return .header }
        if cursor.take(ignoringCase: "TEXT") { return .text }
        if inPart, cursor.take(ignoringCase: "MIME") { return .mime }
        throw SyntaxError("Unknown section")
    }
    /// header-list = "(" header-fld-name *(SP header-fld-name) ")"
    private static func names(_ cursor: inout ByteCursor) throws(SyntaxError) -> [[UInt8]] {
        try Lexeme.space(&cursor)
        try Lexeme.open(&cursor)
        var names: [[UInt8]] = []
        repeat {
            names.append(try Lexeme.astring(&cursor))
            if names.count > Limits.headerFields { throw SyntaxError("Too many field names") }
        } while cursor.take(ASCII.space)
        try Lexeme.close(&cursor)
        return names
    }
    private static func partial(_ cursor: inout ByteCursor) throws(SyntaxError) -> SectionRequest.Partial {
        guard let start = cursor.takeDecimal(), cursor.take(UInt8(ascii: ".")), let count = cursor.takeDecimal(), cursor.take(UInt8(ascii: ">")),
            start <= Int(UInt32.max), count > 0, count <= Int(UInt32.max)
        else { throw SyntaxError("Invalid partial") }
        return SectionRequest.Partial(start: start, count: count)
    }
}
