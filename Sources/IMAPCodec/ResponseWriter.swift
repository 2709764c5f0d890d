package import Bytes
package import Model

/// The words of answers: atoms, strings, flags, sets, lines. Writes bytes, makes no Strings. (RFC 3501 §7, §9)
package enum ResponseWriter {
    /// Longer strings go out as literals.
    private static let quotedLength = 1_024

    /// quoted where CHARs allow it, literal otherwise.
    package static func string(_ bytes: [UInt8], to out: inout ByteBuffer) {
        var needsLiteral = bytes.count > quotedLength
        var needsEscape = false
        for byte in bytes {
            switch byte {
            case 0, ASCII.cr, ASCII.lf, 127...255: needsLiteral = true
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): needsEscape = true
            default: break
            }
        }
        if needsLiteral {
            literal(size: bytes.count, to: &out)
            out.append(bytes)
            return
        }
        out.append(UInt8(ascii: "\""))
        if needsEscape {
            for byte in bytes {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { out.append(UInt8(ascii: "\\")) }
                out.append(byte)
            }
        } else {
            out.append(bytes)
        }
        out.append(UInt8(ascii: "\""))
    }
    package static func nstring(_ bytes: [UInt8]?, to out: inout ByteBuffer) {
        if let bytes { string(bytes, to: &out) } else { out.append("NIL") }
    }
    /// astring: an atom where it can be one.
    package static func astring(_ bytes: [UInt8], to out: inout ByteBuffer) {
        let isAtom = !bytes.isEmpty && bytes.allSatisfy(Lexeme.isAString) && !ASCII.equalIgnoringCase(bytes, nilWord)
        if isAtom { out.append(bytes) } else { string(bytes, to: &out) }
    }
    private static let nilWord = Array("NIL".utf8)
    /// The head of a literal; its octets must follow.
    package static func literal(size: Int, to out: inout ByteBuffer) {
        out.append(UInt8(ascii: "{"))
        out.append(decimal: size)
        out.append("}\r\n")
    }
    /// A mailbox name in modified UTF-7.
    package static func mailbox(_ path: String, to out: inout ByteBuffer) {
        let name = ModifiedUTF7.encode(path)
        if name.allSatisfy({ Lexeme.isAtom($0) }), !name.isEmpty { out.append(name) } else { string(name, to: &out) }
    }

    package static func flags(_ flags: Flags, _ keywords: [String], isRecent: Bool = false, to out: inout ByteBuffer) {
        out.append(UInt8(ascii: "("))
        let start = out.count
        if flags.contains(.answered) { out.append("\\Answered ") }
        if flags.contains(.flagged) { out.append("\\Flagged ") }
        if flags.contains(.deleted) { out.append("\\Deleted ") }
        if flags.contains(.seen) { out.append("\\Seen ") }
        if flags.contains(.draft) { out.append("\\Draft ") }
        if isRecent { out.append("\\Recent ") }
        if flags.contains(.forwarded) { out.append("$Forwarded ") }
        for keyword in keywords {
            out.append(keyword)
            out.append(ASCII.space)
        }
        if out.count > start { out.storage[out.storage.count - 1] = UInt8(ascii: ")") } else { out.append(UInt8(ascii: ")")) }
    }

    /// uid-set: runs as they are. (RFC 4315 §4)
    package static func set(_ set: UIDSet, to out: inout ByteBuffer) {
        var isFirst = true
        for run in set.runs {
            if !isFirst { out.append(UInt8(ascii: ",")) }
            isFirst = false
            out.append(decimal: Int(run.lowerBound))
            if run.upperBound > run.lowerBound {
                out.append(UInt8(ascii: ":"))
                out.append(decimal: Int(run.upperBound))
            }
        }
    }

    /// `* 23 EXISTS` and its like.
    package static func number(_ number: Int, _ word: StaticString, to out: inout ByteBuffer) {
        out.append("* ")
        out.append(decimal: number)
        out.append(ASCII.space)
        out.append(word)
        out.append("\r\n")
    }
    /// tag SP status SP ["[" code "]" SP] text CRLF
    package static func status(tag: [UInt8], _ status: StaticString, code: String?, _ text: String, to out: inout ByteBuffer) {
        out.append(tag)
        out.append(ASCII.space)
        out.append(status)
        out.append(ASCII.space)
        if let code {
            out.append(UInt8(ascii: "["))
            out.append(code)
            out.append("] ")
        }
        out.append(text)
        out.append("\r\n")
    }

    /// The section of a FETCH answer as it was asked, without PEEK and with the partial's origin. (RFC 3501 §7.4.2)
    package static func section(_ request: SectionRequest, to out: inout ByteBuffer) {
        out.append("BODY[")
        for (index, number) in request.part.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ".")) }
            out.append(decimal: number)
        }
        if !request.part.isEmpty, request.text != .all { out.append(UInt8(ascii: ".")) }
        switch request.text {
        case .all: break
        case .header: out.append("HEADER")
        case .text: out.append("TEXT")
        case .mime: out.append("MIME")
        case .headerFields(let names): fields("HEADER.FIELDS (", names, to: &out)
        case .headerFieldsNot(let names): fields("HEADER.FIELDS.NOT (", names, to: &out)
        }
        out.append(UInt8(ascii: "]"))
        if let partial = request.partial {
            out.append(UInt8(ascii: "<"))
            out.append(decimal: partial.start)
            out.append(UInt8(ascii: ">"))
        }
    }
    private static func fields(_ head: StaticString, _ names: [[UInt8]], to out: inout ByteBuffer) {
        out.append(head)
        for (index, name) in names.enumerated() {
            if index > 0 { out.append(ASCII.space) }
            astring(name, to: &out)
        }
        out.append(UInt8(ascii: ")"))
    }
}
