import Bytes
import MIMECodec

/// A message with octets above 127 for a server that takes none: bodies are encoded anew, part by part, and their headers say so. What a
/// reader sees stays the same. (RFC 6152 §3; RFC 2045 §6)
enum SevenBitForm {
    /// nil where it cannot be done: octets above 127 in a header, or in a body that claims to be encoded already.
    static func make(_ message: [UInt8]) -> [UInt8]? {
        let root = MessageSummary(parsing: message.span).root
        var edits: [(range: Range<Int>, octets: [UInt8])] = []
        convert(root, message, &edits)
        edits.sort { $0.range.lowerBound < $1.range.lowerBound }
        var output: [UInt8] = []
        output.reserveCapacity(message.count * 3 / 2)
        var place = 0
        for edit in edits where edit.range.lowerBound >= place {
            output += message[place..<edit.range.lowerBound]
            output += edit.octets
            place = edit.range.upperBound
        }
        output += message[place...]
        return output.span.isASCII ? output : nil
    }

    private static func convert(_ part: MessagePart, _ message: [UInt8], _ edits: inout [(range: Range<Int>, octets: [UInt8])]) {
        let body = part.body.range
        guard !message.span.extracting(body).isASCII else { return }
        if !part.children.isEmpty {
            // A part that holds others says 7bit, once they are. (RFC 2045 §6.4)
            if ["8bit", "binary"].contains(part.encoding) { setEncoding("7bit", part, message, &edits) }
            for child in part.children { convert(child, message, &edits) }
            return
        }
        guard ["7bit", "8bit", "binary"].contains(part.encoding) else { return }
        let isText = part.isText || part.type == "message"
        var octets = Array(message[body])
        // The line end before a boundary belongs to the boundary: a part has its own last line end only where it is the message's.
        let endsLine = octets.span.endsLine
        octets = isText ? TransferEncoding.quotedPrintable(octets) : TransferEncoding.base64(octets)
        if isText, endsLine, !octets.span.endsLine { octets += [ASCII.cr, ASCII.lf] }
        edits.append((body, octets))
        setEncoding(isText ? "quoted-printable" : "base64", part, message, &edits)
    }
    /// The field is replaced, or stands at the end of the header where there was none.
    private static func setEncoding(
        _ name: String, _ part: MessagePart, _ message: [UInt8], _ edits: inout [(range: Range<Int>, octets: [UInt8])]
    ) {
        let isRoot = part.header.range.lowerBound == 0
        let header = part.header.range
        let octets = Array(message[header])
        let line = Array("Content-Transfer-Encoding: \(name)\r\n".utf8)
        let wanted = Array("content-transfer-encoding".utf8)
        let (fields, end) = HeaderReader.fields(octets.span)
        var isDone = false
        for field in fields where octets[field.name.range].map(ASCII.lower) == wanted {
            let range = (header.lowerBound + field.whole.start)..<(header.lowerBound + field.whole.end)
            edits.append((range, isDone ? [] : line))
            isDone = true
        }
        if isDone { return }
        // Before the empty line that ends the header.
        let hasEmptyLine = octets.span.extracting(0..<end).endsLine
        let place = header.lowerBound + (hasEmptyLine ? end - 2 : end)
        var added = line
        // A message that said nothing of MIME now does. (RFC 2045 §4)
        if isRoot, !fields.contains(where: { octets[$0.name.range].map(ASCII.lower) == Array("mime-version".utf8) }) {
            added = Array("MIME-Version: 1.0\r\n".utf8) + line
        }
        edits.append((place..<place, added))
    }
}
