import Delivery
import Model
import SMTPCodec

/// RCPT: one more recipient, known to be ours before it is accepted. (RFC 5321 §4.1.1.3)
extension SMTPMachine {
    mutating func recipient(_ command: Command) -> Action {
        guard case .recipient(let recipient, let parameters) = command else { return refuse(CommandError.unknownCommand.reply) }
        guard (transaction?.recipients.count ?? 0) < settings.recipients else { return refuse(Self.tooMany) }
        let address: MailAddress
        switch recipient {
        case .address(let given): address = given
        case .postmaster: address = MailAddress(localPart: "postmaster", domain: settings.hostname)
        }
        if address.isInternational, transaction?.options.isUTF8 != true { return refuse(Self.needsUTF8) }
        return perform(.route(address, size: transaction?.size ?? 0, parameters.options))
    }

    mutating func finishRecipient(_ address: MailAddress, _ options: RecipientOptions?, _ outcome: Outcome) -> Action {
        if outcome == .limited { return refuse(Self.limited) }
        guard case .route(let route) = outcome else { return refuse(Self.trouble) }
        let accounts: [AccountID], onward: [Onward]
        switch route {
        case .accounts(let found): (accounts, onward) = (found, [])
        case .onward(let others, let found): (accounts, onward) = (found, others)
        case .unknownUser, .elsewhere, .overQuota: return refuse(ReplyFor.recipient(route))
        }
        let known = (transaction?.accounts.count ?? 0) + (transaction?.onward.count ?? 0)
        guard known + accounts.count + onward.count <= settings.mailboxes else { return refuse(Self.tooMany) }
        transaction?.recipients.append(address)
        if let options { transaction?.recipientOptions[address] = options }
        transaction?.accounts.append(contentsOf: accounts)
        transaction?.onward.append(contentsOf: onward)
        return .reply(Reply(250, "2.1.5", "Ok"))
    }
    /// RFC 5321 §4.5.3.1.10: the client sends the rest in another transaction.
    private static let tooMany = Reply(452, "4.5.3", "Too many recipients")
}

extension RecipientParameters {
    /// nil where nothing was asked for.
    var options: RecipientOptions? {
        if notify == nil, original == nil { return nil }
        var options = RecipientOptions()
        options.notify = notify.map { RecipientOptions.Notify(rawValue: $0.rawValue) }
        options.original = original
        return options
    }
}
