import Directory
import Groupware
import MailStore
import Model

/// Runs one search of mail for a device within its limits, and remembers what was found. Shared by Search and Find.
struct MailLookup {
    enum Failure: Error {
        /// The account has enough searches running.
        case busy
        case timedOut
    }
    let service: EASService
    let request: EASRequest

    func find(_ condition: SearchCondition, in folders: [FolderID], question: String) async throws -> MailboxSearch.Found {
        let account = request.logIn.account
        guard service.found.begin(account) else { throw Failure.busy }
        defer { service.found.end(account) }
        let found = try await MailboxSearch(store: service.store).find(condition, in: folders, until: .now + FoundItems.Limits.time)
        // What has been found is worth more than an error; nothing found in time is not "nothing there".
        guard found.isWhole || !found.hits.isEmpty else { throw Failure.timedOut }
        service.found.remember(found, of: question, by: request.device.id)
        return found
    }
}
