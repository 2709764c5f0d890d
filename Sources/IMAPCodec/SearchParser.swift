import Bytes
import Model

/// search = "SEARCH" [SP "CHARSET" SP astring] 1*(SP search-key); depth and number of keys are limited. (RFC 3501 §9)
struct SearchParser {
    private var keys = 0

    /// The cursor stands behind the verb.
    static func request(_ cursor: inout ByteCursor) throws(SyntaxError) -> SearchRequest {
        try Lexeme.space(&cursor)
        var charset: String?
        if cursor.take(ignoringCase: "CHARSET ") {
            charset = String(decoding: try Lexeme.astring(&cursor), as: UTF8.self)
            try Lexeme.space(&cursor)
        }
        var parser = SearchParser()
        return SearchRequest(charset: charset, try parser.conjunction(&cursor, depth: 0))
    }

    private mutating func conjunction(_ cursor: inout ByteCursor, depth: Int) throws(SyntaxError) -> SearchKey {
        var all: [SearchKey] = []
        repeat { all.append(try key(&cursor, depth: depth)) } while cursor.take(ASCII.space)
        return all.count == 1 ? all[0] : .and(all)
    }

    private mutating func key(_ cursor: inout ByteCursor, depth: Int) throws(SyntaxError) -> SearchKey {
        keys += 1
        guard keys <= Limits.searchKeys else { throw SyntaxError("Too many search keys") }
        guard depth <= Limits.searchDepth else { throw SyntaxError("Search keys nested too deep") }
        if cursor.take(UInt8(ascii: "(")) {
            let inner = try conjunction(&cursor, depth: depth + 1)
            try Lexeme.close(&cursor)
            return inner
        }
        if let byte = cursor.peek, ASCII.isDigit(byte) || byte == UInt8(ascii: "*") { return .sequence(try SequenceSet.parse(&cursor)) }
        let name = try Lexeme.keyword(&cursor)
        if let state = Self.stateKey(name) { return state }
        if name == "OR" || name == "NOT" {
            try Lexeme.space(&cursor)
            let first = try key(&cursor, depth: depth + 1)
            if name == "NOT" { return .not(first) }
            try Lexeme.space(&cursor)
            return .or(first, try key(&cursor, depth: depth + 1))
        }
        return try keyWithArgument(name, &cursor)
    }

    /// The keys that stand alone.
    private static func stateKey(_ name: String) -> SearchKey? {
        switch name {
        case "ALL": .all
        case "ANSWERED": .flag(.answered)
        case "DELETED": .flag(.deleted)
        case "DRAFT": .flag(.draft)
        case "FLAGGED": .flag(.flagged)
        case "SEEN": .flag(.seen)
        case "UNANSWERED": .not(.flag(.answered))
        case "UNDELETED": .not(.flag(.deleted))
        case "UNDRAFT": .not(.flag(.draft))
        case "UNFLAGGED": .not(.flag(.flagged))
        case "UNSEEN": .not(.flag(.seen))
        case "RECENT": .recent
        case "OLD": .not(.recent)
        case "NEW": .and([.recent, .not(.flag(.seen))])
        default: nil
        }
    }

    private func keyWithArgument(_ name: String, _ cursor: inout ByteCursor) throws(SyntaxError) -> SearchKey {
        let names = [
            "BCC", "BEFORE", "BODY", "CC", "FROM", "HEADER", "KEYWORD", "LARGER", "ON", "SENTBEFORE", "SENTON", "SENTSINCE", "SINCE", "SMALLER",
            "SUBJECT", "TEXT", "TO", "UID", "UNKEYWORD",
        ]
        guard names.contains(name) else { throw SyntaxError("Unknown search key") }
        try Lexeme.space(&cursor)
        switch name {
        case "BCC": return .field(.bcc, try Lexeme.astring(&cursor))
        case "CC": return .field(.cc, try Lexeme.astring(&cursor))
        case "FROM": return .field(.from, try Lexeme.astring(&cursor))
        case "TO": return .field(.to, try Lexeme.astring(&cursor))
        case "SUBJECT": return .field(.subject, try Lexeme.astring(&cursor))
        case "BODY": return .body(try Lexeme.astring(&cursor))
        case "TEXT": return .text(try Lexeme.astring(&cursor))
        case "HEADER":
            let field = try Lexeme.astring(&cursor)
            try Lexeme.space(&cursor)
            return .header(name: field, try Lexeme.astring(&cursor))
        case "BEFORE": return .date(.before, try InternalDate.parseDay(&cursor))
        case "ON": return .date(.on, try InternalDate.parseDay(&cursor))
        case "SINCE": return .date(.since, try InternalDate.parseDay(&cursor))
        case "SENTBEFORE": return .sentDate(.before, try InternalDate.parseDay(&cursor))
        case "SENTON": return .sentDate(.on, try InternalDate.parseDay(&cursor))
        case "SENTSINCE": return .sentDate(.since, try InternalDate.parseDay(&cursor))
        case "LARGER": return .larger(Int64(try Lexeme.number(&cursor)))
        case "SMALLER": return .smaller(Int64(try Lexeme.number(&cursor)))
        case "UID": return .uid(try SequenceSet.parse(&cursor))
        default:
            let word = try Lexeme.atom(&cursor)
            let isForwarded = ASCII.equalIgnoringCase(word, Array("$Forwarded".utf8))
            let key: SearchKey = isForwarded ? .flag(.forwarded) : .keyword(String(decoding: word, as: UTF8.self))
            return name == "KEYWORD" ? key : .not(key)
        }
    }
}
