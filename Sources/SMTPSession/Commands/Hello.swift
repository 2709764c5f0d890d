import Model
import SMTPCodec

/// HELO and EHLO: who is there, and what can be done here. (RFC 5321 §4.1.1.1)
extension SMTPMachine {
    mutating func hello(_ command: Command) -> Action {
        guard case .hello(let name, let isExtended) = command else { return refuse(CommandError.unknownCommand.reply) }
        endTransaction()
        state = .greeted
        clientName = name
        self.isExtended = isExtended
        return .reply(isExtended ? Reply(250, lines: [settings.hostname] + extensions) : Reply(250, nil, settings.hostname))
    }

    private var extensions: [String] {
        var words = ["PIPELINING", "SIZE \(settings.messageSize)", "8BITMIME", "ENHANCEDSTATUSCODES"]
        words += ["CHUNKING", "SMTPUTF8", "DSN", "LIMITS RCPTMAX=\(settings.recipients) MAILMAX=\(settings.transactions)"]
        if isSecure { words.append("REQUIRETLS") }
        if offersClient { words.append("XCLIENT NAME ADDR PORT PROTO HELO LOGIN") }
        if offersTLS { words.append("STARTTLS") }
        if logIn == nil, !mechanisms.isEmpty { words.append("AUTH " + mechanisms.joined(separator: " ")) }
        return words
    }
}
