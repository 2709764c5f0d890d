import Delivery
import Directory
import SMTPCodec

/// Failures of the floors below in SMTP's words; exhaustive, so that a new failure does not compile until it has an answer. (RFC 3463)
enum ReplyFor {
    static func logIn(_ failure: LogInFailure) -> Reply {
        switch failure {
        case .wrong: Reply(535, "5.7.8", "Wrong name or password")
        case .disabled: Reply(535, "5.7.13", "This account is disabled")
        case .throttled: Reply(454, "4.7.0", "Too many failed log-ins, please wait")
        case .tryLater: Reply(454, "4.7.0", "Temporary trouble, please try again later")
        case .malformed: Reply(501, "5.5.2", "Malformed response")
        case .cancelled: CommandError.cancelled.reply
        }
    }

    /// Routes that lead nowhere, for this client.
    static func recipient(_ route: Route) -> Reply {
        switch route {
        case .accounts, .onward: Reply(250, "2.1.5", "Ok")
        case .unknownUser: Reply(550, "5.1.1", "No such user here")
        case .elsewhere: Reply(550, "5.7.1", "Relaying denied")
        case .overQuota: Reply(452, "4.2.2", "Mailbox is full")
        }
    }

    static func message(_ failure: AcceptanceFailure) -> Reply {
        switch failure {
        case .refused(let words): Reply(554, "5.6.0", words)
        case .looping: Reply(554, "5.4.6", "Too many hops: this mail is going in circles")
        case .noSuchMailbox: Reply(550, "5.1.1", "A recipient has just been removed")
        // RFC 5321 §4.5.3.1.10: the client sends again, and RCPT then tells which of the recipients it is.
        case .overQuota: Reply(452, "4.2.2", "Mailbox is full")
        case .rejected(let refusal): Reply(refusal.isTemporary ? 451 : 550, refusal.status, refusal.words)
        case .full: Reply(452, "4.3.1", "Insufficient storage here, please try again later")
        case .tryLater: SMTPMachine.trouble
        }
    }
}
