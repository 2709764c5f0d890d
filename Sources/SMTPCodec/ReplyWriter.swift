package import Bytes

/// Puts a reply on the wire: one line each, codes repeated, nothing a client could have smuggled into it. (RFC 5321 §4.2.1)
package enum ReplyWriter {
    package static func write(_ reply: Reply, to output: inout ByteBuffer) {
        let last = reply.lines.count - 1
        if last < 0 { return write(line: "", of: reply, isLast: true, to: &output) }
        for (index, text) in reply.lines.enumerated() { write(line: text, of: reply, isLast: index == last, to: &output) }
    }

    private static func write(line text: String, of reply: Reply, isLast: Bool, to output: inout ByteBuffer) {
        output.append(decimal: reply.code)
        output.append(isLast ? ASCII.space : UInt8(ascii: "-"))
        var room = SyntaxLimits.replyLine - 6
        // RFC 2034 §4: the status code on every line of a multi-line reply.
        if let status = reply.status {
            output.append(status)
            output.append(ASCII.space)
            room -= status.utf8.count + 1
        }
        // Text may name what the client said: controls and 8-bit octets would break the reply or the terminal of its reader.
        for byte in text.utf8.prefix(max(0, room)) { output.append(byte < 32 || byte > 126 ? UInt8(ascii: "?") : byte) }
        output.append(ASCII.cr)
        output.append(ASCII.lf)
    }
}
