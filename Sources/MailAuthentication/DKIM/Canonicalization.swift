import Bytes
import Crypto
import MIMECodec

/// How much a message may be rewrapped on its way and still be the same. (RFC 6376 §3.4)
enum Canonicalization: String, Sendable, Hashable {
    case simple, relaxed

    /// One field with its line end. (RFC 6376 §3.4.1, §3.4.2)
    func field(_ field: HeaderField, of message: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(field.whole.count + 2)
        switch self {
        case .simple:
            for index in field.whole.range { output.append(message[index]) }
            if output.last != ASCII.lf { output += [ASCII.cr, ASCII.lf] }
        case .relaxed:
            for index in field.name.range { output.append(ASCII.lower(message[index])) }
            output.append(0x3A)
            Self.relax(message, field.value.range, into: &output)
            output += [ASCII.cr, ASCII.lf]
        }
        return output
    }
    /// Unfolded, white space as one space, none at the ends.
    private static func relax(_ bytes: Span<UInt8>, _ range: Range<Int>, into output: inout [UInt8]) {
        var hasSpace = false, hasContent = false
        for index in range {
            let byte = bytes[index]
            if byte == 32 || byte == 9 || byte == 13 || byte == 10 { hasSpace = true; continue }
            if hasSpace, hasContent { output.append(32) }
            hasSpace = false
            hasContent = true
            output.append(byte)
        }
    }

    /// SHA-256 of the body in this form. (RFC 6376 §3.4.3, §3.4.4)
    func bodyHash(_ body: Span<UInt8>) -> [UInt8] {
        switch self {
        case .simple: Self.simpleHash(body)
        case .relaxed: Self.relaxedHash(body)
        }
    }
    /// Empty lines at the end do not count; a body of nothing is one CRLF.
    private static func simpleHash(_ body: Span<UInt8>) -> [UInt8] {
        var end = body.count
        while end >= 2, body[end - 1] == ASCII.lf, body[end - 2] == ASCII.cr { end -= 2 }
        var digest = Digest(.sha256)
        digest.update(body.extracting(0..<end))
        digest.update([ASCII.cr, ASCII.lf])
        return digest.finish()
    }
    /// White space at line ends does not count, inside of lines it is one space, empty lines at the end are nothing.
    private static func relaxedHash(_ body: Span<UInt8>) -> [UInt8] {
        var digest = Digest(.sha256)
        var output: [UInt8] = []
        output.reserveCapacity(pieceSize + 1_024)
        var emptyLines = 0, hasSpace = false, lineHasContent = false
        for index in 0..<body.count {
            let byte = body[index]
            switch byte {
            case 32, 9: hasSpace = true
            case ASCII.cr where index + 1 < body.count && body[index + 1] == ASCII.lf: break
            case ASCII.lf where index > 0 && body[index - 1] == ASCII.cr:
                hasSpace = false
                if lineHasContent {
                    output += [ASCII.cr, ASCII.lf]
                    lineHasContent = false
                } else {
                    emptyLines += 1
                }
            default:
                while emptyLines > 0 {
                    output += [ASCII.cr, ASCII.lf]
                    emptyLines -= 1
                    if output.count >= pieceSize { drain(&output, &digest) }
                }
                if hasSpace { output.append(32); hasSpace = false }
                output.append(byte)
                lineHasContent = true
                if output.count >= pieceSize { drain(&output, &digest) }
            }
        }
        if lineHasContent { output += [ASCII.cr, ASCII.lf] }  // the last line had no end
        digest.update(output)
        return digest.finish()
    }
    private static let pieceSize = 16_384
    private static func drain(_ output: inout [UInt8], _ digest: inout Digest) {
        digest.update(output)
        output.removeAll(keepingCapacity: true)
    }
}
