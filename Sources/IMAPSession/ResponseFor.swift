import Directory
import Groupware

/// Each failure's answer. No `default`: a new failure does not compile until it has one. (codes: RFC 5530, RFC 3501 §7.1)
enum ResponseFor {
    static func failure(_ failure: MailFailure) -> Completion {
        switch failure {
        case .noSuchFolder: .no("No such mailbox", code: "NONEXISTENT")
        case .noSuchTarget: .no("No such mailbox; it can be created", code: "TRYCREATE")
        case .alreadyExists: .no("A mailbox of that name exists", code: "ALREADYEXISTS")
        case .hasChildren: .no("There are mailboxes below it", code: "HASCHILDREN")
        case .invalidName: .no("A mailbox cannot have that name", code: "CANNOT")
        case .protected: .no("The account needs this mailbox", code: "CANNOT")
        case .tooDeep: .no("Mailboxes would be nested too deep", code: "LIMIT")
        case .tooMany: .no("There are too many mailboxes", code: "LIMIT")
        case .overQuota: .no("The account is full", code: "OVERQUOTA")
        case .emptyMessage: .no("A message has octets", code: "CANNOT")
        case .tryLater: .no("Not now; try again later", code: "UNAVAILABLE")
        }
    }
    static func failure(_ failure: LogInFailure) -> Completion {
        switch failure {
        // One answer for a wrong name and a wrong password. (threat T22)
        case .wrong: .no("Wrong name or password", code: "AUTHENTICATIONFAILED")
        case .disabled: .no("The account is disabled", code: "CONTACTADMIN")
        case .throttled: .no("Too many attempts; try again later", code: "UNAVAILABLE")
        case .tryLater: .no("Not now; try again later", code: "UNAVAILABLE")
        case .malformed: .bad("Invalid authentication exchange")
        case .cancelled: .bad("Authentication cancelled")
        }
    }
}
