import Groupware
import Model

extension IMAPSession {
    /// RFC 3501 §6.3.5
    func rename(_ from: [UInt8], _ to: [UInt8], _ account: AccountID) async -> Completion {
        guard let source = path(from) else { return ResponseFor.failure(.noSuchFolder) }
        guard let target = path(to) else { return ResponseFor.failure(.invalidName) }
        do throws(MailFailure) {
            try await service.mailboxes.rename(source, to: target, of: account, trace: trace)
            // INBOX gave its messages away.
            if source.isInbox, view?.path.isInbox == true { view?.isStale = true }
            return .ok("RENAME completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
