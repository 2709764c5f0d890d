import Groupware
import IMAPCodec
import MailStore
import Model
import SessionKit

extension IMAPSession {
    /// RFC 3501 §6.3.10: from the folder's counters; no message is looked at.
    func status(_ name: [UInt8], _ items: [StatusItem], _ account: AccountID) async -> Completion {
        guard let path = path(name) else { return ResponseFor.failure(.noSuchFolder) }
        do throws(MailFailure) {
            let folder = try await service.mailboxes.folder(path, of: account)
            var recent = 0
            if items.contains(.recent) {
                let told = service.recent.look(folder.id)
                recent = told.rawValue == 0 ? folder.total : try await service.mailboxes.count(in: folder.id, above: told)
            }
            write("* STATUS ")
            ResponseWriter.mailbox(path.description, to: &line.outbox.bytes)
            let values = items.map { item in
                switch item {
                case .messages: "MESSAGES \(folder.total)"
                case .recent: "RECENT \(recent)"
                case .uidNext: "UIDNEXT \(folder.uidNext)"
                case .uidValidity: "UIDVALIDITY \(folder.uidValidity)"
                case .unseen: "UNSEEN \(folder.unseen)"
                }
            }
            write(" (\(values.joined(separator: " ")))\r\n")
            return .ok("STATUS completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
