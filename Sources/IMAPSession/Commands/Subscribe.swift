import Groupware
import Model

extension IMAPSession {
    /// RFC 3501 §6.3.6
    func subscribe(_ name: [UInt8], _ account: AccountID) async -> Completion {
        guard let path = path(name) else { return ResponseFor.failure(.noSuchFolder) }
        do throws(MailFailure) {
            try await service.mailboxes.subscribe(path, of: account, trace: trace)
            return .ok("SUBSCRIBE completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
