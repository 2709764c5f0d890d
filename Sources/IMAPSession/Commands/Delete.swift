import Groupware
import Model

extension IMAPSession {
    /// RFC 3501 §6.3.4. Who deletes the mailbox that is selected has none selected afterwards.
    func delete(_ name: [UInt8], _ account: AccountID) async -> Completion {
        guard let path = path(name) else { return ResponseFor.failure(.noSuchFolder) }
        do throws(MailFailure) {
            let folder = try await service.mailboxes.delete(path, of: account, trace: trace)
            service.recent.forget(folder)
            if view?.folder == folder { deselect() }
            return .ok("DELETE completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
