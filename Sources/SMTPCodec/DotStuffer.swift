package import Bytes

/// A message on its way to the wire as DATA: dots doubled at line starts, every line ended by CR LF, the last of all too. (RFC 5321 §4.5.2)
///
/// Whatever the octets are, no CR or LF stands alone in what comes out: a stored one becomes a whole line end, so that no reader anywhere finds
/// a line, an end of data or a command that we have not meant. (threat T1)
package struct DotStuffer: Sendable {
    private var isLineStart = true
    /// The last octet was a CR, and its line end is not written yet.
    private var hasReturn = false

    package init() {}

    package mutating func append(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        output.reserve(bytes.count + bytes.count / 64 + 4)
        var index = 0
        while index < bytes.count {
            if hasReturn {
                endLine(&output)
                hasReturn = false
                if bytes[index] == ASCII.lf { index += 1; continue }
            }
            if isLineStart, bytes[index] == UInt8(ascii: ".") { output.append(UInt8(ascii: ".")) }
            let stop = Self.lineEnd(bytes, from: index)
            if stop > index {
                output.append(bytes.extracting(index..<stop))
                isLineStart = false
                index = stop
            }
            guard index < bytes.count else { return }
            if bytes[index] == ASCII.cr { hasReturn = true } else { endLine(&output) }
            index += 1
        }
    }
    /// CR LF . CR LF; a message without a line end at its end gets one.
    package mutating func end(_ output: inout ByteBuffer) {
        if hasReturn || !isLineStart { endLine(&output) }
        output.append(".\r\n" as StaticString)
        self = DotStuffer()
    }
    private mutating func endLine(_ output: inout ByteBuffer) {
        output.append("\r\n" as StaticString)
        isLineStart = true
    }
    private static func lineEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        let lineFeed = bytes.firstIndex(of: ASCII.lf, in: start..<bytes.count) ?? bytes.count
        return bytes.firstIndex(of: ASCII.cr, in: start..<lineFeed) ?? lineFeed
    }
}
