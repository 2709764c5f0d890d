import Bytes
import Crypto
import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// Search: the people of the address book, and mail in one folder, several, or all. Documents on other servers are none of ours.
/// (MS-ASCMD §2.2.1.16)
enum SearchCommand {
    enum Limits {
        /// Octets of an answer's results; what comes after them is left to the next page, one result at least.
        static let answer = 4 * 1_048_576
        /// Results that are read in one snapshot.
        static let page = 16
        /// Bytes of a text where the client has named no preference.
        static let text = 512
    }
    /// Of the Store. (MS-ASCMD §2.2.3.177.13)
    enum Status {
        static let success = 1, invalid = 2, serverError = 3, accessDenied = 5, tooComplex = 8, timedOut = 10, folderSyncRequired = 11, beyondRange = 12
    }
    private struct Refusal: Error { let status: Int }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked: SearchRequest
        do throws(RequestError) { asked = try SearchRequest(document: request.body) } catch .invalid {
            return answer(Status.invalid) { _ in }
        }
        do {
            guard let name = asked.store, let query = asked.query else { throw Refusal(status: Status.invalid) }
            let range = try range(asked.options.range)
            switch ASCII.lowercased(name) {
            case "gal": return try await people(query, range, asked.options, service, request)
            case "mailbox": return try await mail(query, range, asked.options, service, request)
            case "documentlibrary": throw Refusal(status: Status.accessDenied)
            default: throw Refusal(status: Status.invalid)
            }
        } catch let refusal as Refusal {
            return answer(refusal.status) { _ in }
        } catch let failure as MailLookup.Failure {
            return answer(failure == .busy ? Status.serverError : Status.timedOut) { _ in }
        }
    }
    private static func range(_ text: String?) throws -> ResultRange {
        do throws(ResultRange.Refusal) {
            return try text.map { text throws(ResultRange.Refusal) in try ResultRange(text) } ?? .standard
        } catch {
            throw Refusal(status: error == .beyond ? Status.beyondRange : Status.invalid)
        }
    }
    /// `<Search><Status>1</Status><Response><Store>…`: whether it went well is the Store's to say.
    private static func answer(_ status: Int, _ body: (inout TokenWriter) -> Void) -> CommandResult {
        var writer = TokenWriter()
        writer.open(Search.search)
        writer.element(Search.status, 1)
        writer.open(Search.response)
        writer.open(Search.store)
        writer.element(Search.status, status)
        body(&writer)
        for _ in 0..<3 { writer.close() }
        return .answer(.document(writer))
    }
    /// Both where there are hits: old Androids want both; without hits there is no range to name. (MS-ASCMD §2.2.3.143.3, §2.2.3.184.3)
    private static func count(_ given: Range<Int>, of total: Int, _ writer: inout TokenWriter) {
        if !given.isEmpty { writer.element(Search.range, "\(given.lowerBound)-\(given.upperBound - 1)") }
        writer.element(Search.total, total)
    }

    // MARK: People

    private static func people(
        _ query: WBXMLElement, _ range: ResultRange, _ options: SearchRequest.Options, _ service: EASService, _ request: EASRequest
    ) async throws -> CommandResult {
        guard query.children.isEmpty else { throw Refusal(status: Status.tooComplex) }
        let entries = try await service.directory.lookUp([query.text], for: request.logIn)[0]
        let given = range.indices(of: entries.count)
        let people = PeopleAnswer(entries: entries, wantsPicture: options.picture != nil)
        return answer(Status.success) { writer in
            people.write(given, result: Search.result, properties: Search.properties, &writer)
            count(given, of: entries.count, &writer)
        }
    }

    // MARK: Mail

    private static func mail(
        _ element: WBXMLElement, _ range: ResultRange, _ options: SearchRequest.Options, _ service: EASService, _ request: EASRequest
    ) async throws -> CommandResult {
        let query: MailQuery
        do throws(MailQuery.Refusal) { query = try MailQuery(element) } catch { throw Refusal(status: error.rawValue) }
        let found = try await find(query, element, range, options, service, request)
        let given = range.indices(of: found.hits.count)
        let pages = FoundMail(service: service, account: request.logIn.account, version: request.version, options: body(of: options))
        let results = try await pages.results(Array(found.hits[given]).map(\.item))
        let told = given.lowerBound..<(given.lowerBound + results.count)
        return answer(Status.success) { writer in
            if let fragment = results.fragment { writer.append(fragment) }
            // "If no matches are found, an empty Result element is present" (MS-ASCMD §2.2.3.155.3)
            if found.hits.isEmpty { writer.empty(Search.result) }
            count(told, of: found.hits.count, &writer)
        }
    }
    private static func body(of options: SearchRequest.Options) -> SyncOptions {
        var body = options.body
        if body.bodyPreferences.isEmpty { body.bodyPreferences = [BodyPreference(type: 1, truncationSize: Limits.text)] }
        return body
    }
    private static func find(
        _ query: MailQuery, _ element: WBXMLElement, _ range: ResultRange, _ options: SearchRequest.Options, _ service: EASService, _ request: EASRequest
    ) async throws -> MailboxSearch.Found {
        guard query.asksForMail else { return MailboxSearch.Found() }
        var words = TokenWriter()
        element.write(to: &words)
        let question = "Search \(options.isDeep) " + Hex.encode(Digest.sha256(words.finish()))
        // Another page of the same question; from 0 it is asked anew. (MS-ASCMD §2.2.3.148)
        if range.first > 0, !options.rebuildsResults, let found = service.found.remembered(question, by: request.device.id) { return found }
        let folders = try await scope(query.folders, isDeep: options.isDeep, request.logIn.account, service.store)
        guard let folders else { throw Refusal(status: Status.folderSyncRequired) }
        return try await MailLookup(service: service, request: request).find(query.condition, in: folders, question: question)
    }
    /// nil where a folder that is named is not there.
    static func scope(_ names: [String], isDeep: Bool, _ account: AccountID, _ store: MailStore) async throws -> [FolderID]? {
        try await store.read { store in
            let all = try store.folders(of: account).filter { $0.itemClass == .mail }
            // Quirk: Outlook for phones writes 0 for "everywhere".
            guard !names.isEmpty, !names.contains(FolderNames.root) else {
                return (all.filter { $0.role == .inbox } + all.filter { $0.role != .inbox }).map(\.id)
            }
            var found: [FolderID] = []
            for name in names.prefix(RequestLimits.criteria) {
                guard let folder = try HierarchyState.folder(name, account, store), folder.itemClass == .mail else { return nil }
                let rows = isDeep ? Subtree(folder, in: all).rows : [folder]
                found += rows.map(\.id).filter { !found.contains($0) }
            }
            return found
        }
    }
}
