import Groupware
import IMAPCodec
import Model

extension IMAPSession {
    /// RFC 3501 §6.3.9: subscribed names, whether or not the mailbox is there. Where `%` matches only a name above a subscribed one, that
    /// name is given with \Noselect.
    func lsub(_ reference: [UInt8], _ pattern: [UInt8], _ account: AccountID) async -> Completion {
        if pattern.isEmpty {
            write("* LSUB (\\Noselect) \"/\" \"\"\r\n")
            return .ok("LSUB completed")
        }
        guard let wanted = listPattern(reference, pattern) else { return .ok("LSUB completed") }
        do throws(MailFailure) {
            let subscriptions = try await service.mailboxes.subscriptions(of: account)
            let subscribed = Set(subscriptions.map(\.path))
            var above: Set<String> = []
            for (path, folder) in subscriptions {
                if wanted.matches(path) {
                    writeName("LSUB", folder == nil ? "\\Noselect" : "", path)
                } else {
                    for ancestor in FolderPath(path)?.ancestors.map(\.description) ?? [] where !subscribed.contains(ancestor) {
                        if wanted.matches(ancestor), above.insert(ancestor).inserted { writeName("LSUB", "\\Noselect", ancestor) }
                    }
                }
            }
            return .ok("LSUB completed")
        } catch {
            return ResponseFor.failure(error)
        }
    }
}
