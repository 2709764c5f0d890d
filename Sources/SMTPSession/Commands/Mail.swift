import Delivery
import Model
import SMTPCodec

/// MAIL: a transaction begins. (RFC 5321 §4.1.1.2, RFC 1870 §6.1)
extension SMTPMachine {
    mutating func mail(_ command: Command) -> Action {
        guard case .mail(let sender, let parameters) = command else { return refuse(CommandError.unknownCommand.reply) }
        if settings.requiresLogIn, logIn == nil {
            return refuse(Reply(530, "5.7.0", offersTLS && !allowsPlaintext ? "Issue STARTTLS, then log in" : "Log in first"))
        }
        guard transactions < settings.transactions else { return close(Reply(421, "4.7.0", "Enough messages for one session, please connect again")) }
        let size = parameters.size ?? 0
        if size > settings.messageSize { return refuse(Self.tooLarge(settings.messageSize)) }
        if sender?.isInternational == true, !parameters.isUTF8 { return refuse(Self.needsUTF8) }
        var opened = MailTransaction(sender: sender, size: size)
        if let refusal = setOptions(parameters, in: &opened.options) { return refuse(refusal) }
        transaction = opened
        guard let logIn, let sender else { return openTransaction() }
        return perform(.judgeSender(sender, logIn))
    }
    private mutating func openTransaction() -> Action {
        state = .mail
        transactions += 1
        return .reply(Self.senderOk)
    }

    /// What cannot be promised here is refused: the client hears it now, not in a report. nil: all is well.
    private func setOptions(_ parameters: MailParameters, in options: inout EnvelopeOptions) -> Reply? {
        if parameters.body == .eightBit { options.body = .eightBit }
        options.isUTF8 = parameters.isUTF8
        options.identifier = parameters.identifier
        options.returned = parameters.returned.map { $0 == .full ? .full : .headers }
        if parameters.requiresTLS {
            // RFC 8689 §4.1: offered, and therefore known, under TLS alone.
            guard isSecure else { return CommandError.unknownParameter("REQUIRETLS").reply }
            options.requiresTLS = true
        }
        return nil
    }
    static let limited = Reply(450, "4.7.1", "Too much mail for one hour, please try again later")
    static let needsUTF8 = Reply(553, "5.6.7", "An address that is not ASCII needs SMTPUTF8 (RFC 6531)")

    mutating func finishMail(_ outcome: Outcome) -> Action {
        switch outcome {
        case .sender(isAllowed: true): return openTransaction()
        case .limited:
            endTransaction()
            return refuse(Self.limited)
        case .sender(isAllowed: false):
            endTransaction()
            return refuse(Reply(553, "5.7.1", "That sender address is not yours"))
        default:
            endTransaction()
            return refuse(Self.trouble)
        }
    }

    private static let senderOk = Reply(250, "2.1.0", "Ok")
    static func tooLarge(_ limit: Int) -> Reply { Reply(552, "5.3.4", "Message too large: the limit is \(limit) octets") }
}
