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

    private static func firstBare(_ message: [UInt8]) -> Int? {
        var index = 0
        while index < message.count {
            let byte = message[index]
            if byte == ASCII.lf { return index }
            if byte == ASCII.cr {
                guard index + 1 < message.count, message[index + 1] == ASCII.lf else { return index }
                index += 1
            }
            index += 1
        }
        return nil
    }
}
