import Groupware
import IMAPCodec
import MailStore
import Model
import SessionKit

extension IMAPSession {
    /// RFC 3501 §6.3.8, with \HasChildren and \HasNoChildren (RFC 3348) and roles (RFC 6154).
    func list(_ reference: [UInt8], _ pattern: [UInt8], _ account: AccountID) async -> Completion {
        // An empty pattern asks for the delimiter and the root of the reference.
        if pattern.isEmpty {
            write("* LIST (\\Noselect) \"/\" \"\"\r\n")
            return .ok("LIST completed")
        }
        guard let wanted = listPattern(reference, pattern) else { return .ok("LIST completed") }
        do throws(MailFailure) {
            for entry in try await service.mailboxes.tree(of: account).entries where wanted.matches(entry.path) {
                var attributes = entry.hasChildren ? "\\HasChildren" : "\\HasNoChildren"
                if let role = Self.attribute(of: entry.row.role) { attributes += " " + role }
                writeName("LIST", attributes, entry.path)
            }
            return .ok("LIST completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
    /// The reference is put before the pattern; nil for octets that no name can have.
    func listPattern(_ reference: [UInt8], _ pattern: [UInt8]) -> ListPattern? {
        ModifiedUTF7.decode(reference + pattern).map(ListPattern.init)
    }
    func writeName(_ word: String, _ attributes: String, _ path: String) {
        write("* \(word) (\(attributes)) \"/\" ")
        ResponseWriter.mailbox(path, to: &line.outbox.bytes)
        write("\r\n")
    }
    private static func attribute(of role: FolderRole?) -> String? {
        switch role {
        case .drafts: "\\Drafts"
        case .sent: "\\Sent"
        case .archive: "\\Archive"
        case .junk: "\\Junk"
        case .trash: "\\Trash"
        case .inbox, .outbox, .calendar, .contacts, .tasks, .notes, nil: nil
        }
    }
}
