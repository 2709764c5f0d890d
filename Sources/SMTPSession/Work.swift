import Delivery
import Directory
import Model
import SMTPCodec

/// What the machine cannot do by itself: it names it, the session carries it out, the outcome comes back.
enum Work: Equatable {
    case authenticate(mechanism: String, response: [UInt8]?)
    case respond([UInt8])
    /// Whom a proxy that is believed has let in.
    case identify(String)
    /// May this user send under this address?
    case judgeSender(MailAddress, LogIn)
    /// Who lives at this address, and is there room for so many octets?
    case route(MailAddress, size: Int, RecipientOptions?)
    /// The message is complete: store it.
    case accept
}

enum Outcome: Equatable {
    /// nil: no such mechanism.
    case authentication(SASLExchange.Answer?)
    /// nil: nobody of that name who may log in.
    case user(LogIn?)
    case sender(isAllowed: Bool)
    case route(Route)
    /// Stored and synced, under this trace.
    case accepted(String)
    case refused(AcceptanceFailure)
    /// The user has had enough for this hour.
    case limited
    /// The store cannot answer just now.
    case trouble
}

/// How the data of a message ended.
enum DataEnd: Equatable { case complete, malformed, tooLarge, trouble }

/// What the session shall do.
enum Action: Equatable {
    case reply(Reply)
    case replyAndClose(Reply)
    case startTLS(Reply)
    /// Receive the message. The reply is for when there is a place to put it.
    case collect(Reply)
    /// Receive so many octets, keep them or not, then call `endChunk`.
    case chunk(size: Int, isKept: Bool)
    case perform(Work)
}
