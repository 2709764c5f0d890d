import Groupware

extension IMAPSession {
    /// RFC 3501 §6.4.2: what is marked \Deleted goes without a word, and the mailbox is left; opened by EXAMINE, it is only left.
    func close(_ view: MailboxView) async -> Completion {
        do throws(MailFailure) {
            if !view.isReadOnly { _ = try await service.marking.expunge(in: view.folder, view.all, trace: trace) }
        } catch {
            if error != .noSuchFolder { return ResponseFor.failure(error) }
        }
        deselect()
        return .ok("CLOSE completed")
    }
}
