import Bytes
import Model

/// One command line to one command. Lenient with spaces, strict with everything that ends up in an envelope. (RFC 5321 §4.1)
package enum CommandParser {
    package static func parse(_ line: [UInt8]) throws(CommandError) -> Command { try parse(line.span) }

    package static func parse(_ line: Span<UInt8>) throws(CommandError) -> Command {
        var input = ByteCursor(line)
        let word = input.take(while: ASCII.isLetter)
        guard word.count <= 8, input.isAtEnd || ASCII.isWhitespace(input.peek ?? 0) else { throw .unknownCommand }
        let verb = ASCII.uppercased(input.text(word))
        skipSpace(&input)
        switch verb {
        case "EHLO": return try hello(&input, isExtended: true)
        case "HELO": return try hello(&input, isExtended: false)
        case "MAIL": return try mail(&input)
        case "RCPT": return try recipient(&input)
        case "DATA": return try alone(.data, &input)
        case "RSET": return try alone(.reset, &input)
        case "QUIT": return try alone(.quit, &input)
        case "STARTTLS": return try alone(.startTLS, &input)
        case "AUTH": return try authenticate(&input)
        // RFC 5321 §4.1.1.9: an argument of NOOP is ignored. What VRFY, EXPN and HELP ask for does not change our answer.
        case "NOOP": return .noop
        case "VRFY": return .verify
        case "EXPN": return .expand
        case "HELP": return .help
        case "BDAT": return try chunk(&input)
        case "XCLIENT": return try client(&input)
        case "ETRN", "TURN", "ATRN", "SEND", "SOML", "SAML": throw .notImplemented
        default: throw .unknownCommand
        }
    }

    /// One line of an AUTH exchange: base 64, or "*". (RFC 4954 §4)
    package static func response(_ line: [UInt8]) throws(CommandError) -> [UInt8] {
        if line == [UInt8(ascii: "*")] { throw .cancelled }
        guard let bytes = Base64.decode(line) else { throw .badBase64 }
        return bytes
    }

    static func skipSpace(_ input: inout ByteCursor) { _ = input.take(while: ASCII.isWhitespace) }

    private static func alone(_ command: Command, _ input: inout ByteCursor) throws(CommandError) -> Command {
        guard input.isAtEnd else { throw .badArgument("No argument allowed") }
        return command
    }

    /// What a client calls itself is noted and not believed, so nearly anything will do. (RFC 5321 §4.1.4: a mail must not be refused for it)
    private static func hello(_ input: inout ByteCursor, isExtended: Bool) throws(CommandError) -> Command {
        let rest = input.bytes(input.take(while: { _ in true }))
        var name = rest.prefix(SyntaxLimits.domain)
        while let last = name.last, ASCII.isWhitespace(last) { name.removeLast() }
        guard !name.isEmpty else { throw .badArgument("A name is needed") }
        let shown = name.map { $0 < 33 || $0 > 126 ? UInt8(ascii: "?") : $0 }
        return .hello(name: String(decoding: shown, as: UTF8.self), isExtended: isExtended)
    }

    private static func authenticate(_ input: inout ByteCursor) throws(CommandError) -> Command {
        let mechanism = input.take(while: { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
        guard !mechanism.isEmpty, mechanism.count <= 20 else { throw .badArgument("A mechanism is needed") }
        let name = ASCII.uppercased(input.text(mechanism))
        if input.isAtEnd { return .authenticate(mechanism: name, response: nil) }
        guard ASCII.isWhitespace(input.peek ?? 0) else { throw .badArgument("No such mechanism") }
        skipSpace(&input)
        let response = input.bytes(input.take(while: { !ASCII.isWhitespace($0) }))
        skipSpace(&input)
        guard input.isAtEnd else { throw .badArgument("One response at most") }
        if response.isEmpty { return .authenticate(mechanism: name, response: nil) }
        if response == [UInt8(ascii: "=")] { return .authenticate(mechanism: name, response: []) }
        return .authenticate(mechanism: name, response: try Self.response(response))
    }

    private static func mail(_ input: inout ByteCursor) throws(CommandError) -> Command {
        guard input.take(ignoringCase: "FROM:") else { throw .badArgument("Syntax: MAIL FROM:<address>") }
        skipSpace(&input)
        let sender: MailAddress?
        switch try AddressSyntax.path(&input, or: .badSender) {
        case .null: sender = nil
        case .address(let address): sender = address
        case .local: throw .badSender
        }
        var parameters = MailParameters()
        for (name, value) in try self.parameters(&input) { try set(name, value, in: &parameters) }
        return .mail(sender: sender, parameters)
    }

    private static func recipient(_ input: inout ByteCursor) throws(CommandError) -> Command {
        guard input.take(ignoringCase: "TO:") else { throw .badArgument("Syntax: RCPT TO:<address>") }
        skipSpace(&input)
        let recipient: Recipient
        switch try AddressSyntax.path(&input, or: .badRecipient) {
        case .null: throw .badRecipient
        case .address(let address): recipient = .address(address)
        case .local(let name):
            guard ASCII.lowercased(name) == "postmaster" else { throw .badRecipient }
            recipient = .postmaster
        }
        var parameters = RecipientParameters()
        for (name, value) in try self.parameters(&input) { try set(name, value, in: &parameters) }
        return .recipient(recipient, parameters)
    }

    private static func client(_ input: inout ByteCursor) throws(CommandError) -> Command {
        var attributes: [ClientAttribute] = []
        while !input.isAtEnd {
            let name = input.text(input.take(while: ASCII.isAlphanumeric))
            guard !name.isEmpty, input.take(UInt8(ascii: "=")), attributes.count < SyntaxLimits.parameters else {
                throw .badArgument("Syntax: XCLIENT NAME=value")
            }
            let text = input.text(input.take(while: { !ASCII.isWhitespace($0) }))
            guard let value = Xtext.decode(text), !value.isEmpty else { throw .badArgument("Syntax: XCLIENT NAME=value") }
            attributes.append(ClientAttribute(name: ASCII.uppercased(name), value: value))
            skipSpace(&input)
        }
        guard !attributes.isEmpty else { throw .badArgument("Syntax: XCLIENT NAME=value") }
        return .client(attributes)
    }

    /// BDAT chunk-size [LAST]. (RFC 3030 §2) What is malformed leaves nobody knowing where the octets end: `badChunk` ends the session.
    private static func chunk(_ input: inout ByteCursor) throws(CommandError) -> Command {
        let digits = input.take(while: ASCII.isDigit)
        guard !digits.isEmpty, digits.count <= 20 else { throw .badChunk }
        let size = Int(input.text(digits)) ?? Int.max
        if input.isAtEnd { return .chunk(size: size, isLast: false) }
        guard ASCII.isWhitespace(input.peek ?? 0) else { throw .badChunk }
        skipSpace(&input)
        if input.isAtEnd { return .chunk(size: size, isLast: false) }
        guard input.take(ignoringCase: "LAST") else { throw .badChunk }
        skipSpace(&input)
        guard input.isAtEnd else { throw .badChunk }
        return .chunk(size: size, isLast: true)
    }
}
