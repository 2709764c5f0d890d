import Groupware
import Model

extension IMAPSession {
    /// RFC 3501 §6.3.7
    func unsubscribe(_ name: [UInt8], _ account: AccountID) async -> Completion {
        guard let path = path(name) else { return ResponseFor.failure(.noSuchFolder) }
        do throws(MailFailure) {
            try await service.mailboxes.unsubscribe(path, of: account, trace: trace)
            return .ok("UNSUBSCRIBE completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
