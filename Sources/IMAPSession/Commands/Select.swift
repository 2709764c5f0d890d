import Groupware
import IMAPCodec
import MailStore
import Model
import SessionKit

extension IMAPSession {
    /// SELECT and EXAMINE. A failure leaves no mailbox selected. (RFC 3501 §6.3.1, §6.3.2)
    func select(_ name: [UInt8], isReadOnly: Bool, _ account: AccountID) async -> Completion {
        deselect()
        guard let path = path(name) else { return ResponseFor.failure(.noSuchFolder) }
        do throws(MailFailure) {
            let opening = try await FolderOpening.read(service.store, path, of: account)
            let view = MailboxView(opening, path: path, isReadOnly: isReadOnly, recent: service.recent)
            describe(opening, view)
            self.view = view
            machine.selected()
            return .ok(isReadOnly ? "EXAMINE completed" : "SELECT completed", code: isReadOnly ? "READ-ONLY" : "READ-WRITE")
        } catch {
            return ResponseFor.failure(error)
        }
    }
    private func describe(_ opening: FolderOpening, _ view: MailboxView) {
        view.writeFlags(to: &line.outbox.bytes)
        if view.isReadOnly {
            write("* OK [PERMANENTFLAGS ()] Read-only mailbox\r\n")
        } else {
            write("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded \\*)] Flags are kept\r\n")
        }
        ResponseWriter.number(view.count, "EXISTS", to: &line.outbox.bytes)
        ResponseWriter.number(view.recentCount, "RECENT", to: &line.outbox.bytes)
        if let unseen = opening.firstUnseen, let number = view.numbers.number(of: unseen) { write("* OK [UNSEEN \(number)] First unseen\r\n") }
        write("* OK [UIDVALIDITY \(opening.folder.uidValidity)] UIDs valid\r\n")
        write("* OK [UIDNEXT \(opening.folder.uidNext)] Predicted next UID\r\n")
    }
}
