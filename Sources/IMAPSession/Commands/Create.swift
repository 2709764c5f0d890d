import Groupware
import Model

extension IMAPSession {
    /// RFC 3501 §6.3.3
    func create(_ name: [UInt8], _ account: AccountID) async -> Completion {
        guard let path = path(name) else { return ResponseFor.failure(.invalidName) }
        do throws(MailFailure) {
            try await service.mailboxes.create(path, of: account, trace: trace)
            return .ok("CREATE completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
