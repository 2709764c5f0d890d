import Bytes

/// CR LF at the end of every line, whatever the client wrote: messages are stored in the form of the wire. (RFC 5322 §2.3)
package enum LineEnds {
    /// The same array, not copied, when nothing is to be done.
    package static func normalised(_ message: [UInt8]) -> [UInt8] {
        guard let first = firstBare(message) else { return message }
        var output: [UInt8] = []
        output.reserveCapacity(message.count + message.count / 32 + 2)
        output += message[..<first]
        var index = first
        while index < message.count {
            let byte = message[index]
            index += 1
            switch byte {
            case ASCII.cr:
                if index < message.count, message[index] == ASCII.lf { index += 1 }
                output += [ASCII.cr, ASCII.lf]
            case ASCII.lf: output += [ASCII.cr, ASCII.lf]
            default: output.append(byte)
            }
        }
        return output
    }

    /// Looks for octets, and not at each: CR and LF are found sixteen at a time.
    private static func firstBare(_ message: [UInt8]) -> Int? {
        let bytes = message.span
        var start = 0
        while start < bytes.count {
            let lineFeed = bytes.firstIndex(of: ASCII.lf, in: start..<bytes.count)
            let stop = lineFeed ?? bytes.count
            let carriageReturn = bytes.firstIndex(of: ASCII.cr, in: start..<stop)
            guard let lineFeed else { return carriageReturn }
            guard let carriageReturn else { return lineFeed }
            guard carriageReturn + 1 == lineFeed else { return carriageReturn }
            start = lineFeed + 1
        }
        return nil
    }
}
