import Bytes
import Directory
import EASCodec
import Groupware
import MIMECodec
import MailStore
import Model

/// Find: mail by a text in the Keyword Query Language, and people; pages of one search bear its SearchId. (MS-ASCMD §2.2.1.2)
enum FindCommand {
    enum Limits {
        /// Characters of a SearchId that tells searches apart.
        static let searchId = 256
        /// Characters of a preview. (MS-ASCMD §2.2.3.137)
        static let preview = 255
        /// Results that are read in one snapshot.
        static let page = 32
    }
    /// (MS-ASCMD §2.2.3.177.2)
    enum Status { static let success = 1, invalid = 2, folderSyncRequired = 3, rangeMustBeginAtZero = 4 }
    private struct Refusal: Error { let status: Int }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try FindRequest(document: request.body)
        do {
            guard let id = asked.searchId, !id.isEmpty, id.utf8.count <= Limits.searchId, let criterion = asked.criterion else {
                throw Refusal(status: Status.invalid)
            }
            let range: ResultRange
            do throws(ResultRange.Refusal) {
                range = try asked.options.range.map { text throws(ResultRange.Refusal) in try ResultRange(text) } ?? .standard
            } catch {
                throw Refusal(status: Status.invalid)
            }
            switch criterion {
            case .people(let text): return try await people(text, range, asked.options, service, request)
            case .mailbox(let mailbox): return try await mail(mailbox, id, range, asked.options, service, request)
            }
        } catch let refusal as Refusal {
            return .answer(.status(refusal.status, Find.find, Find.status))
        } catch is MailLookup.Failure {
            throw CommonStatus.serverErrorRetryLater
        }
    }
    private static func answer(_ store: String, _ status: Int, _ body: (inout TokenWriter) -> Void) -> CommandResult {
        var writer = TokenWriter()
        writer.open(Find.find)
        writer.element(Find.status, Status.success)
        writer.open(Find.response)
        writer.element(ItemOperations.store, store)
        writer.element(Find.status, status)
        body(&writer)
        writer.close()
        writer.close()
        return .answer(.document(writer))
    }
    private static func count(_ given: Range<Int>, of total: Int, _ writer: inout TokenWriter) {
        if !given.isEmpty { writer.element(Find.range, "\(given.lowerBound)-\(given.upperBound - 1)") }
        writer.element(Find.total, total)
    }

    private static func people(
        _ text: String, _ range: ResultRange, _ options: FindRequest.Options, _ service: EASService, _ request: EASRequest
    ) async throws -> CommandResult {
        let entries = try await service.directory.lookUp([text], for: request.logIn)[0]
        let given = range.indices(of: entries.count)
        let people = PeopleAnswer(entries: entries, wantsPicture: options.picture != nil)
        return answer("GAL", Status.success) { writer in
            people.write(given, result: Find.result, properties: Find.properties, &writer)
            count(given, of: entries.count, &writer)
        }
    }

    private static func mail(
        _ asked: FindRequest.Mailbox, _ id: String, _ range: ResultRange, _ options: FindRequest.Options, _ service: EASService, _ request: EASRequest
    ) async throws -> CommandResult {
        guard let text = asked.freeText else { throw Refusal(status: Status.invalid) }
        let found: MailboxSearch.Found
        if range.first > 0 {
            // Only what was begun can go on. (MS-ASCMD §2.2.3.143.1)
            guard let begun = service.found.remembered("Find \(id)", by: request.device.id) else {
                return answer("Mailbox", Status.rangeMustBeginAtZero) { _ in }
            }
            found = begun
        } else {
            let query: KeywordQuery
            do throws(KeywordQuery.Failure) { query = try KeywordQuery(text, properties: KeywordCondition.properties) } catch {
                throw Refusal(status: Status.invalid)
            }
            let isMail = asked.classes.isEmpty || asked.classes.contains { ASCII.lowercased($0) == "email" }
            let folders = try await SearchCommand.scope(
                asked.collectionId.map { [$0] } ?? [], isDeep: options.isDeep, request.logIn.account, service.store)
            guard let folders else { throw Refusal(status: Status.folderSyncRequired) }
            let condition = KeywordCondition(now: service.clock()).condition(query)
            found = try await MailLookup(service: service, request: request).find(condition, in: isMail ? folders : [], question: "Find \(id)")
        }
        let given = range.indices(of: found.hits.count), items = Array(found.hits[given]).map(\.item), account = request.logIn.account
        var fragments: [TokenFragment] = [], start = 0
        while start < items.count {
            let page = Array(items[start..<min(start + Limits.page, items.count)])
            start += page.count
            if let fragment = try await service.store.read({ try results(page, account, $0) }) { fragments.append(fragment) }
        }
        return answer("Mailbox", Status.success) { writer in
            for fragment in fragments { writer.append(fragment) }
            count(given, of: found.hits.count, &writer)
        }
    }
    /// What a list shows, out of the summaries. (MS-ASCMD §2.2.3.139.1)
    private static func results(_ items: [ItemID], _ account: AccountID, _ store: ReadTransaction) throws -> TokenFragment? {
        var writer = TokenWriter()
        for id in items {
            guard let (item, folder) = try store.item(id, of: account), folder.itemClass == .mail else { continue }
            let message = try StoredMessage(item, store), texts = message.display
            writer.open(Find.result)
            writer.element(AirSync.class, "Email")
            writer.element(AirSync.serverId, FolderNames.id(id))
            writer.element(AirSync.collectionId, FolderNames.id(folder.id))
            writer.open(Find.properties)
            writer.element(Email.subject, texts.subject)
            writer.element(Email.dateReceived, DateText.extended(item.state.date))
            EmailElements.names(texts.to, Email.displayTo, &writer)
            EmailElements.names(texts.cc, Find.displayCc, &writer)
            EmailElements.names(texts.bcc, Find.displayBcc, &writer)
            writer.element(Email.importance, Int(message.view.importance.rawValue))
            writer.element(Email.read, item.state.flags.contains(.seen))
            writer.element(Email2.isDraft, folder.role == .drafts)
            writer.element(Find.preview, String(texts.preview.prefix(Limits.preview)))
            writer.element(Find.hasAttachments, message.view.hasAttachments)
            EmailElements.write(texts.from, Email.from, &writer)
            writer.close()
            writer.close()
        }
        return writer.fragment()
    }
}
