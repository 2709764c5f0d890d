import Bytes
import Model

/// flag-list, and STORE's data item. Keywords are atoms, compared ignoring case, kept as first written. (RFC 3501 §2.3.2, §9)
enum FlagParser {
    /// flag-list = "(" [flag *(SP flag)] ")"
    static func list(_ cursor: inout ByteCursor) throws(SyntaxError) -> FlagList {
        try Lexeme.open(&cursor)
        var list = FlagList()
        if cursor.take(UInt8(ascii: ")")) { return list }
        repeat { try flag(&cursor, into: &list) } while cursor.take(ASCII.space)
        try Lexeme.close(&cursor)
        return list
    }

    /// store-att-flags = ([("+" / "-")] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
    static func storeRequest(_ cursor: inout ByteCursor) throws(SyntaxError) -> StoreRequest {
        let operation: FlagOperation = cursor.take(UInt8(ascii: "+")) ? .add : cursor.take(UInt8(ascii: "-")) ? .remove : .replace
        guard cursor.take(ignoringCase: "FLAGS") else { throw SyntaxError("Only FLAGS can be stored") }
        let isSilent = cursor.take(ignoringCase: ".SILENT")
        try Lexeme.space(&cursor)
        if cursor.peek == UInt8(ascii: "(") { return StoreRequest(operation, isSilent: isSilent, try list(&cursor)) }
        var bare = FlagList()
        repeat { try flag(&cursor, into: &bare) } while cursor.take(ASCII.space)
        return StoreRequest(operation, isSilent: isSilent, bare)
    }

    private static func flag(_ cursor: inout ByteCursor, into list: inout FlagList) throws(SyntaxError) {
        if cursor.take(UInt8(ascii: "\\")) {
            switch try Lexeme.keyword(&cursor) {
            case "SEEN": list.flags.insert(.seen)
            case "ANSWERED": list.flags.insert(.answered)
            case "FLAGGED": list.flags.insert(.flagged)
            case "DELETED": list.flags.insert(.deleted)
            case "DRAFT": list.flags.insert(.draft)
            // "\Recent cannot be altered by the client": clients that copy all flags send it back; it is ignored. (RFC 3501 §2.3.2)
            case "RECENT": break
            default: throw SyntaxError("Unknown system flag")
            }
            return
        }
        let word = try Lexeme.atom(&cursor)
        if ASCII.equalIgnoringCase(word, forwardedName) { list.flags.insert(.forwarded); return }
        guard word.count <= Limits.keywordLength else { throw SyntaxError("Keyword too long") }
        let isKnown = list.keywords.contains { ASCII.equalIgnoringCase(Array($0.utf8), word) }
        if !isKnown { list.keywords.append(String(decoding: word, as: UTF8.self)) }
        guard list.keywords.count <= Limits.keywords else { throw SyntaxError("Too many keywords") }
    }
    private static let forwardedName = Array("$Forwarded".utf8)
}
