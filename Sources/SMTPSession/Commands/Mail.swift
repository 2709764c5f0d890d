import SMTPCodec

/// MAIL: a transaction begins. (RFC 5321 §4.1.1.2, RFC 1870 §6.1)
extension SMTPMachine {
    mutating func mail(_ command: Command) -> Action {
        guard case .mail(let sender, let parameters) = command else { return refuse(CommandError.unknownCommand.reply) }
        if settings.requiresLogIn, logIn == nil {
            return refuse(Reply(530, "5.7.0", offersTLS && !allowsPlaintext ? "Issue STARTTLS, then log in" : "Log in first"))
        }
        let size = parameters.size ?? 0
        if size > settings.messageSize { return refuse(Self.tooLarge(settings.messageSize)) }
        let opened = MailTransaction(sender: sender, size: size)
        guard let logIn, let sender else {
            transaction = opened
            state = .mail
            return .reply(Self.senderOk)
        }
        transaction = opened
        return perform(.judgeSender(sender, logIn))
    }

    mutating func finishMail(_ outcome: Outcome) -> Action {
        switch outcome {
        case .sender(isAllowed: true):
            state = .mail
            return .reply(Self.senderOk)
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
