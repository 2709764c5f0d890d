import Bytes

/// Strings of the list forms of ENVELOPE and BODYSTRUCTURE: quoted, literal or NIL, whichever holds the octets. (RFC 3501 §4.3, §9)
enum ListText {
    static func writeNil(to bytes: inout [UInt8]) { bytes.append(contentsOf: [0x4E, 0x49, 0x4C]) }

    static func write(optional text: [UInt8]?, to bytes: inout [UInt8]) {
        if let text { write(text, to: &bytes) } else { writeNil(to: &bytes) }
    }
    static func write(_ text: String, to bytes: inout [UInt8]) { write(Array(text.utf8), to: &bytes) }

    /// quoted = DQUOTE *QUOTED-CHAR DQUOTE, TEXT-CHAR being 7-bit without CR, LF and NUL; everything else is a literal.
    static func write(_ text: [UInt8], to bytes: inout [UInt8]) {
        if text.allSatisfy({ $0 &- 1 < 127 && $0 != ASCII.cr && $0 != ASCII.lf }) {
            bytes.append(0x22)
            for byte in text {
                if byte == 0x22 || byte == 0x5C { bytes.append(0x5C) }
                bytes.append(byte)
            }
            bytes.append(0x22)
        } else {
            bytes.append(0x7B)
            bytes.append(contentsOf: String(text.count).utf8)
            bytes.append(contentsOf: [0x7D, ASCII.cr, ASCII.lf])
            // CHAR8 has no NUL: it becomes 0x80, as Dovecot has it. (RFC 3501 §9)
            for byte in text { bytes.append(byte == 0 ? 0x80 : byte) }
        }
    }
}
