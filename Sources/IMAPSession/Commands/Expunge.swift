import Groupware
import IMAPCodec
import Model
import SessionKit

extension IMAPSession {
    /// EXPUNGE, and UID EXPUNGE of a set. Only messages that the client knows of go. (RFC 3501 §6.4.3, RFC 4315 §2.1)
    func expunge(_ set: SequenceSet?, _ view: MailboxView) async -> Completion {
        guard !view.isReadOnly else { return Self.readOnly }
        let wanted = set.flatMap { resolve($0, byUID: true, view) } ?? view.all
        do throws(MailFailure) {
            let gone = try await service.marking.expunge(in: view.folder, wanted, trace: trace)
            self.view?.expunge(gone, to: &line.outbox.bytes)
            return .ok("EXPUNGE completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
    static let readOnly = Completion.no("The mailbox was opened read-only", code: "READ-ONLY")
}
