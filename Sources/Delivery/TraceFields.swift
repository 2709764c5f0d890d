import Bytes
import Model
import SMTPCodec

/// The header fields that tell a message's way: writes ours, counts those of others. (RFC 5321 §4.4)
enum TraceFields {
    enum Limits {
        /// Received fields of a message that is going in circles. (RFC 5321 §6.3 asks for at least 100 where nothing else is counted; every
        /// hop writes one, and no real way is longer than this.)
        static let hops = 30
        /// Octets of header that are searched for them.
        static let header = 1_048_576
    }

    /// Return-Path and Received, to stand before everything else. The same for all recipients: it names one only where there is one,
    /// so that blind copies stay blind. (RFC 5321 §7.2)
    static func text(of envelope: Envelope, _ origin: Origin, hostname: String, at time: Timestamp) -> [UInt8] {
        let greeting = SMTPCodec.AddressSyntax.isDomain(origin.greeting) ? origin.greeting : "unknown"
        let literal = origin.address.contains(":") ? "[IPv6:\(origin.address)]" : "[\(origin.address)]"
        var text = "Return-Path: <\(envelope.sender?.description ?? "")>\r\n"
        text += "Received: from \(greeting) (\(literal))\r\n\tby \(hostname) (Martlet) with \(origin.transmission) id \(origin.trace)"
        if envelope.recipients.count == 1, let only = envelope.recipients.first { text += "\r\n\tfor <\(only)>" }
        text += "; \(MessageDate.text(time))\r\n"
        return Array(text.utf8)
    }

    /// Received fields in the header of a message.
    static func hops(in message: Span<UInt8>) -> Int {
        let end = min(message.count, Limits.header)
        var count = 0, index = 0
        while index < end {
            // The empty line ends the header.
            if message[index] == ASCII.cr || message[index] == ASCII.lf { break }
            var cursor = ByteCursor(message.extracting(index..<end))
            if cursor.take(ignoringCase: "Received"), case _ = cursor.take(while: ASCII.isWhitespace), cursor.take(UInt8(ascii: ":")) { count += 1 }
            guard let lineEnd = message.firstIndex(of: ASCII.lf, in: index..<end) else { break }
            index = lineEnd + 1
        }
        return count
    }
}

extension TraceFields {
    /// The same for a message that a user handed in over another way than SMTP: its client's address is nobody's business.
    static func text(ofSubmissionBy sender: MailAddress?, hostname: String, trace: String, at time: Timestamp) -> [UInt8] {
        Array("Return-Path: <\(sender?.description ?? "")>\r\nReceived: by \(hostname) (Martlet) id \(trace); \(MessageDate.text(time))\r\n".utf8)
    }
}
