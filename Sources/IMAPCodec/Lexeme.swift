import Bytes

/// The words that commands are made of: atoms, strings, numbers, lists. A literal stands in the command where the framer put it. (RFC 3501 §9)
enum Lexeme {
    /// ATOM-CHAR: any CHAR except specials, SP and CTL.
    static func isAtom(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...32, 127...255: false
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "%"), UInt8(ascii: "*"), UInt8(ascii: "\""), UInt8(ascii: "\\"),
            UInt8(ascii: "]"):
            false
        default: true
        }
    }
    /// ASTRING-CHAR = ATOM-CHAR / resp-specials
    static func isAString(_ byte: UInt8) -> Bool { isAtom(byte) || byte == UInt8(ascii: "]") }

    static func space(_ cursor: inout ByteCursor) throws(SyntaxError) {
        guard cursor.take(ASCII.space) else { throw SyntaxError("Missing space") }
        // Quirk: one space is the rule, several are what hurried programs send; Dovecot takes them too.
        while cursor.take(ASCII.space) {}
    }
    static func open(_ cursor: inout ByteCursor) throws(SyntaxError) {
        guard cursor.take(UInt8(ascii: "(")) else { throw SyntaxError("Expected an opening parenthesis") }
    }
    static func close(_ cursor: inout ByteCursor) throws(SyntaxError) {
        guard cursor.take(UInt8(ascii: ")")) else { throw SyntaxError("Expected a closing parenthesis") }
    }
    static func end(_ cursor: inout ByteCursor) throws(SyntaxError) {
        while cursor.take(ASCII.space) {}
        guard cursor.isAtEnd else { throw SyntaxError("Unexpected words at the end of the command") }
    }
    static func atom(_ cursor: inout ByteCursor) throws(SyntaxError) -> [UInt8] {
        let range = cursor.take(while: isAtom)
        guard !range.isEmpty else { throw SyntaxError("Expected an atom") }
        return cursor.bytes(range)
    }
    /// An atom of ASCII letters, digits and signs, in upper case.
    static func keyword(_ cursor: inout ByteCursor) throws(SyntaxError) -> String {
        String(decoding: try atom(&cursor).map(ASCII.upper), as: UTF8.self)
    }
    /// astring = 1*ASTRING-CHAR / string
    static func astring(_ cursor: inout ByteCursor) throws(SyntaxError) -> [UInt8] {
        switch cursor.peek {
        case UInt8(ascii: "\""): return try quoted(&cursor)
        case UInt8(ascii: "{"): return try literal(&cursor)
        default:
            let range = cursor.take(while: isAString)
            guard !range.isEmpty else { throw SyntaxError("Expected a string") }
            return cursor.bytes(range)
        }
    }
    /// string = quoted / literal
    static func string(_ cursor: inout ByteCursor) throws(SyntaxError) -> [UInt8] {
        switch cursor.peek {
        case UInt8(ascii: "\""): return try quoted(&cursor)
        case UInt8(ascii: "{"): return try literal(&cursor)
        default: throw SyntaxError("Expected a quoted string or a literal")
        }
    }
    /// nstring = string / nil
    static func nstring(_ cursor: inout ByteCursor) throws(SyntaxError) -> [UInt8]? {
        if cursor.take(ignoringCase: "NIL") { return nil }
        return try string(&cursor)
    }
    /// mailbox, or list-mailbox where the wildcards may stand bare.
    static func mailbox(_ cursor: inout ByteCursor, orEmpty: Bool = false) throws(SyntaxError) -> [UInt8] {
        let name = try astring(&cursor)
        guard orEmpty || !name.isEmpty else { throw SyntaxError("Empty mailbox name") }
        guard name.count <= Limits.mailboxName else { throw SyntaxError("Mailbox name too long") }
        return name
    }
    static func listMailbox(_ cursor: inout ByteCursor) throws(SyntaxError) -> [UInt8] {
        let pattern: [UInt8]
        if cursor.peek == UInt8(ascii: "\"") || cursor.peek == UInt8(ascii: "{") {
            pattern = try string(&cursor)
        } else {
            let range = cursor.take { isAString($0) || $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "*") }
            guard !range.isEmpty else { throw SyntaxError("Expected a mailbox pattern") }
            pattern = cursor.bytes(range)
        }
        guard pattern.count <= Limits.listPattern else { throw SyntaxError("Mailbox pattern too long") }
        return pattern
    }
    /// Octets above 127 are taken as they come: clients put UTF-8 there, and who reads the value knows what it may be.
    private static func quoted(_ cursor: inout ByteCursor) throws(SyntaxError) -> [UInt8] {
        guard cursor.take(UInt8(ascii: "\"")) else { throw SyntaxError("Expected a quoted string") }
        var text: [UInt8] = []
        while let byte = cursor.next() {
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"):
                guard let escaped = cursor.next(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
                    throw SyntaxError("Invalid escape in a quoted string")
                }
                text.append(escaped)
            case ASCII.cr, ASCII.lf, 0: throw SyntaxError("Control character in a quoted string")
            default: text.append(byte)
            }
        }
        throw SyntaxError("Quoted string without end")
    }
    /// literal = "{" number ["+"] "}" CRLF *CHAR8; the framer has seen to it that the octets are there.
    private static func literal(_ cursor: inout ByteCursor) throws(SyntaxError) -> [UInt8] {
        guard cursor.take(UInt8(ascii: "{")), let size = cursor.takeDecimal() else { throw SyntaxError("Invalid literal") }
        _ = cursor.take(UInt8(ascii: "+"))
        guard cursor.take(UInt8(ascii: "}")), cursor.take(ASCII.cr), cursor.take(ASCII.lf) else { throw SyntaxError("Invalid literal") }
        let start = cursor.offset
        guard cursor.skip(size) else { throw SyntaxError("Literal shorter than announced") }
        let bytes = cursor.bytes(ByteRange(start: start, count: size))
        // CHAR8 = %x01-ff: a literal cannot hold NUL.
        guard !bytes.contains(0) else { throw SyntaxError("NUL in a literal") }
        return bytes
    }
    static func number(_ cursor: inout ByteCursor) throws(SyntaxError) -> UInt32 {
        guard let value = cursor.takeDecimal(), let number = UInt32(exactly: value) else { throw SyntaxError("Expected a number") }
        return number
    }
}
