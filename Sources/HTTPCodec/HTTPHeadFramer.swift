package import Bytes

/// Finds the end of a request's head, however it comes in pieces; each byte is looked at once. Lines end with CRLF and with nothing else:
/// a lone LF or CR means one thing to us and another to a proxy before us. (RFC 9112 §2.2, threat T17)
package struct HTTPHeadFramer: Sendable {
    /// Bytes of the buffer that have been looked at.
    private var scanned = 0
    private var lineStart = 0
    /// Offsets of the lines found, CRLF excluded; the first is the request line.
    private var lines: [Range<Int>] = []
    private var emptyLines = 0
    package init() {}

    /// The head, taken out of the buffer; nil where its end has not come yet.
    package mutating func take(from input: inout ByteBuffer) throws(HTTPSyntaxError) -> HTTPRequestHead? {
        while scanned < input.count {
            guard let end = input.firstIndex(of: ASCII.lf, from: scanned) else {
                scanned = input.count
                break
            }
            scanned = end + 1
            guard end > lineStart, input[end - 1] == ASCII.cr else { throw .bad("line without CR") }
            let line = lineStart..<(end - 1)
            lineStart = end + 1
            if !line.isEmpty {
                lines.append(line)
                try checkSizes(open: lineStart)
                continue
            }
            if lines.isEmpty {
                emptyLines += 1
                guard emptyLines <= HTTPCodecLimits.emptyLines else { throw .bad("empty lines before the request") }
                input.consume(lineStart)
                (scanned, lineStart) = (0, 0)
                continue
            }
            let head = try HTTPHeadParser.parse(input, lines)
            input.consume(lineStart)
            self = HTTPHeadFramer()
            return head
        }
        try checkSizes(open: input.count)
        return nil
    }
    /// `open`: where what has come of the head ends.
    private func checkSizes(open: Int) throws(HTTPSyntaxError) {
        guard let first = lines.first else {
            if open - lineStart > HTTPCodecLimits.requestLine { throw .requestLineTooLong }
            return
        }
        if first.count > HTTPCodecLimits.requestLine { throw .requestLineTooLong }
        if open - first.upperBound > HTTPCodecLimits.headers || lines.count > HTTPCodecLimits.fields + 1 { throw .headersTooLarge }
    }
}
