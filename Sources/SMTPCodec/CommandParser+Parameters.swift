import Bytes
import Model

/// ESMTP parameters of MAIL and RCPT, each by the standard that has it. (RFC 5321 §4.1.2)
extension CommandParser {
    static func set(_ name: String, _ value: String?, in parameters: inout MailParameters) throws(CommandError) {
        switch name {
        case "SIZE":
            // size-value = 1*20DIGIT (RFC 1870 §3)
            guard let value, isNumber(value, digits: 20) else { throw .badArgument("Syntax: SIZE=number") }
            parameters.size = Int(value) ?? Int.max
        case "BODY":
            switch ASCII.uppercased(value ?? "") {
            case "7BIT": parameters.body = .sevenBit
            case "8BITMIME": parameters.body = .eightBit
            default: throw .unknownParameter("BODY=\(value ?? "")")
            }
        case "AUTH":
            guard let value, !value.isEmpty else { throw .badArgument("Syntax: AUTH=address or AUTH=<>") }
            parameters.authorization = value
        // RFC 6531 §3.4, RFC 8689 §4.1: neither has a value.
        case "SMTPUTF8":
            guard value == nil else { throw .badArgument("SMTPUTF8 has no value") }
            parameters.isUTF8 = true
        case "REQUIRETLS":
            guard value == nil else { throw .badArgument("REQUIRETLS has no value") }
            parameters.requiresTLS = true
        case "RET":
            switch ASCII.uppercased(value ?? "") {
            case "FULL": parameters.returned = .full
            case "HDRS": parameters.returned = .headers
            default: throw .badArgument("Syntax: RET=FULL or RET=HDRS")
            }
        case "ENVID":
            // RFC 3461 §4.4: at most 100 characters of xtext; decoded it is printable ASCII.
            guard let value, !value.isEmpty, value.utf8.count <= SyntaxLimits.envelopeIdentifier, let text = Xtext.decode(value), isPrintable(text) else {
                throw .badArgument("Syntax: ENVID=xtext")
            }
            parameters.identifier = text
        default: throw .unknownParameter(name)
        }
    }

    static func set(_ name: String, _ value: String?, in parameters: inout RecipientParameters) throws(CommandError) {
        switch name {
        case "NOTIFY": parameters.notify = try notify(value ?? "")
        case "ORCPT":
            // original-recipient-address = addr-type ";" xtext (RFC 3461 §4.2, RFC 6533 §3)
            guard let value, value.utf8.count <= SyntaxLimits.originalRecipient, let semicolon = value.utf8.firstIndex(of: UInt8(ascii: ";")) else {
                throw .badArgument("Syntax: ORCPT=rfc822;xtext")
            }
            let type = value[..<semicolon]
            guard !type.isEmpty, type.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }),
                let address = Xtext.decode(String(value[value.index(after: semicolon)...])), !address.isEmpty, isPrintable(address)
            else { throw .badArgument("Syntax: ORCPT=rfc822;xtext") }
            parameters.original = "\(type);\(address)"
        default: throw .unknownParameter(name)
        }
    }
    /// "NEVER", or some of SUCCESS, FAILURE and DELAY. (RFC 3461 §4.1)
    private static func notify(_ value: String) throws(CommandError) -> RecipientParameters.Notify {
        let words = ASCII.uppercased(value).split(separator: ",", omittingEmptySubsequences: false)
        if words == ["NEVER"] { return [] }
        var notify: RecipientParameters.Notify = []
        for word in words {
            switch word {
            case "SUCCESS": notify.insert(.success)
            case "FAILURE": notify.insert(.failure)
            case "DELAY": notify.insert(.delay)
            default: throw .badArgument("Syntax: NOTIFY=NEVER or some of SUCCESS,FAILURE,DELAY")
            }
        }
        return notify
    }

    private static func isNumber(_ text: String, digits: Int) -> Bool { !text.isEmpty && text.utf8.count <= digits && text.utf8.allSatisfy(ASCII.isDigit) }
    /// It goes into header fields of reports: no controls, neither those of ASCII nor those of Latin-1. (threat T41)
    private static func isPrintable(_ text: String) -> Bool { text.unicodeScalars.allSatisfy { $0.value >= 32 && !(127..<160).contains($0.value) } }

    /// esmtp-param = esmtp-keyword ["=" esmtp-value] (RFC 5321 §4.1.2); names in upper case.
    static func parameters(_ input: inout ByteCursor) throws(CommandError) -> [(String, String?)] {
        var all: [(String, String?)] = []
        var seen: Set<String> = []
        while !input.isAtEnd {
            guard ASCII.isWhitespace(input.peek ?? 0) else { throw .badArgument("A space is needed before parameters") }
            skipSpace(&input)
            if input.isAtEnd { break }
            let range = input.take(while: { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
            guard !range.isEmpty, all.count < SyntaxLimits.parameters else { throw .badArgument("Malformed parameters") }
            var value: String?
            if input.take(UInt8(ascii: "=")) {
                // RFC 6531 §3.3: a value may be in UTF-8.
                let bytes = input.bytes(input.take(while: { $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "=") }))
                guard let text = String(validating: bytes, as: UTF8.self) else { throw .badArgument("Malformed parameters") }
                value = text
            }
            let name = ASCII.uppercased(input.text(range))
            guard seen.insert(name).inserted else { throw .badArgument("Parameter \(name) given twice") }
            all.append((name, value))
        }
        return all
    }
}
