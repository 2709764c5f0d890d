package import Directory
package import MailStore
package import Model

package enum SubmissionFailure: Error, Equatable {
    case noRecipients, malformed, messageTooLarge, senderNotAllowed, overQuota, tryLater
    /// These recipients cannot be delivered to (until the queue exists: every domain that is not ours).
    case undeliverable([MailAddress])
}

/// The door for mail written by users: ActiveSync and, later, Groupware use it; SMTP submission shares its parts.
package struct Submission: Sendable {
    package init(store: MailStore, directory: Directory, hostname: String) {}
    /// Recipients are those of To, Cc and Bcc; Bcc is removed on the way out and kept in the Sent copy. All in one commit:
    /// the copy in Sent and what is delivered. Returns after it is synced.
    /// `alsoDo` runs in the same transaction (marks on the message answered, the device's record).
    package func submit(
        _ message: [UInt8], by user: LogIn, saveInSent: Bool, trace: String, alsoDo: (@Sendable (WriteTransaction) throws -> Void)? = nil
    ) async throws(SubmissionFailure) { throw .tryLater }
}
