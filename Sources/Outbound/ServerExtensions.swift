import Bytes
package import SMTPCodec

/// What a server said it knows, in its reply to EHLO. (RFC 5321 §4.1.1.1)
package struct ServerExtensions: Sendable, Equatable {
    package var startTLS = false
    package var pipelining = false
    package var chunking = false
    package var eightBitMIME = false
    package var smtpUTF8 = false
    package var dsn = false
    package var requireTLS = false
    /// nil: the keyword is not there; 0: no limit is told. (RFC 1870 §3)
    package var size: Int?
    /// SASL mechanisms in the order of the server, upper case.
    package var mechanisms: [String] = []
    /// LIMITS RCPTMAX. (RFC 9422 §3.2)
    package var recipientLimit: Int?

    package init() {}
    package init(_ reply: ServerReply) {
        for line in reply.lines.dropFirst() {
            let words = line.split(separator: " ").map { ASCII.uppercased(String($0)) }
            guard let keyword = words.first else { continue }
            switch keyword {
            case "STARTTLS": startTLS = true
            case "PIPELINING": pipelining = true
            case "CHUNKING": chunking = true
            case "8BITMIME": eightBitMIME = true
            case "SMTPUTF8": smtpUTF8 = true
            case "DSN": dsn = true
            case "REQUIRETLS": requireTLS = true
            case "SIZE": size = words.count > 1 ? Int(words[1]).map { max(0, $0) } ?? 0 : 0
            case "AUTH": mechanisms += words.dropFirst()
            // Quirk: Exchange 5.5 and its like write "AUTH=LOGIN".
            case _ where keyword.hasPrefix("AUTH="): mechanisms.append(String(keyword.dropFirst(5)))
            case "LIMITS":
                for word in words.dropFirst() where word.hasPrefix("RCPTMAX=") { recipientLimit = Int(word.dropFirst(8)).flatMap { $0 > 0 ? $0 : nil } }
            default: break
            }
        }
    }
}
