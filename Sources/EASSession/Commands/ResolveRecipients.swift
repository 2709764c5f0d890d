import Directory
import EASCodec
import MailStore
import Model

/// ResolveRecipients: who is meant by a name or an address, as the address book knows; nobody has a certificate or a picture here yet, and whether
/// somebody is free nobody can say before there are calendars. (MS-ASCMD §2.2.1.15)
enum ResolveRecipientsCommand {
    enum Limits {
        /// Characters of one To. (MS-ASCMD §2.2.3.183)
        static let to = 256
        /// Suggestions for one name, where the client names no number.
        static let ambiguous = 20
        /// Milliseconds of the time that free/busy may be asked for, at least and at most, and where the end is missing.
        static let shortest: Int64 = 30 * 60_000
        static let longest: Int64 = 62 * 86_400_000
        static let usual: Int64 = 7 * 86_400_000
        /// Members of a list of whom free/busy is worth merging.
        static let members = 20
    }
    /// (MS-ASCMD §2.2.3.177.12)
    enum Status {
        static let success = 1, ambiguous = 2, ambiguousInPart = 3, notFound = 4, protocolError = 5, noCertificate = 7, listTooLarge = 161
        static let noFreeBusy = 163
    }
    /// From the address book. (MS-ASCMD §2.2.3.186.5)
    enum Kind { static let addressBook = 1 }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked: ResolveRecipientsRequest
        do throws(RequestError) {
            asked = try ResolveRecipientsRequest(document: request.body)
        } catch .tooMany, .invalid {
            return refused
        }
        guard !asked.recipients.isEmpty, asked.recipients.allSatisfy({ !$0.isEmpty && $0.count <= Limits.to }), isSound(asked.availability) else {
            return refused
        }
        let found = await resolve(asked.recipients, try await service.directory.addressBook(for: request.logIn))
        var writer = TokenWriter()
        writer.open(ResolveRecipients.resolveRecipients)
        writer.element(ResolveRecipients.status, Status.success)
        for (to, entries) in zip(asked.recipients, found) { answer(to, entries, asked, &writer) }
        writer.close()
        return .answer(.document(writer))
    }
    private static var refused: CommandResult {
        .answer(.status(Status.protocolError, ResolveRecipients.resolveRecipients, ResolveRecipients.status))
    }
    /// (MS-ASCMD §2.2.3.176.1, §2.2.3.61.1)
    private static func isSound(_ availability: ResolveRecipientsRequest.Availability?) -> Bool {
        guard let availability else { return true }
        guard let start = availability.start.flatMap(DateText.parse) else { return false }
        guard let text = availability.end else { return true }
        guard let end = DateText.parse(text) else { return false }
        let length = end.rawValue - start.rawValue
        return length >= Limits.shortest && length <= Limits.longest
    }
    /// An address is its entry alone; anything else whoever begins so.
    @concurrent private static func resolve(_ all: [String], _ book: AddressBook) async -> [[AddressBook.Entry]] { all.map { resolve($0, book) } }
    private static func resolve(_ to: String, _ book: AddressBook) -> [AddressBook.Entry] {
        let text = EASRequest.trimmed(to)
        if let address = MailAddress(text) {
            if let entry = book.entry(of: address) { return [entry] }
        }
        return book.find(text)
    }

    private static func answer(_ to: String, _ entries: [AddressBook.Entry], _ asked: ResolveRecipientsRequest, _ writer: inout TokenWriter) {
        writer.open(ResolveRecipients.response)
        writer.element(ResolveRecipients.to, to)
        let most = min(max(asked.maxAmbiguousRecipients ?? Limits.ambiguous, 0), RequestLimits.recipients)
        switch entries.count {
        case 0:
            writer.element(ResolveRecipients.status, Status.notFound)
            writer.element(ResolveRecipients.recipientCount, 0)
        case 1:
            writer.element(ResolveRecipients.status, Status.success)
            writer.element(ResolveRecipients.recipientCount, 1)
            recipient(entries[0], asked, isAmbiguous: false, &writer)
        default:
            // The number is that of all, so that the client knows what it has not been told. (MS-ASCMD §2.2.3.177.12)
            writer.element(ResolveRecipients.status, entries.count > most ? Status.ambiguousInPart : Status.ambiguous)
            writer.element(ResolveRecipients.recipientCount, entries.count)
            for entry in entries.prefix(most) { recipient(entry, asked, isAmbiguous: true, &writer) }
        }
        writer.close()
    }
    private static func recipient(
        _ entry: AddressBook.Entry, _ asked: ResolveRecipientsRequest, isAmbiguous: Bool, _ writer: inout TokenWriter
    ) {
        writer.open(ResolveRecipients.recipient)
        writer.element(ResolveRecipients.type, Kind.addressBook)
        writer.element(ResolveRecipients.displayName, entry.displayName)
        writer.element(ResolveRecipients.emailAddress, entry.address)
        // Suggestions have neither free/busy nor certificates. (MS-ASCMD §2.2.3.183)
        if asked.availability != nil, !isAmbiguous {
            writer.element(ResolveRecipients.availability) { $0.element(ResolveRecipients.status, freeBusy(of: entry)) }
        }
        if let wanted = asked.certificateRetrieval, wanted > 1, !isAmbiguous {
            writer.open(ResolveRecipients.certificates)
            writer.element(ResolveRecipients.status, Status.noCertificate)
            writer.element(ResolveRecipients.certificateCount, 0)
            if case .list(let members) = entry.kind { writer.element(ResolveRecipients.recipientCount, members) }
            writer.close()
        }
        if asked.picture != nil {
            writer.element(ResolveRecipients.picture) { $0.element(ResolveRecipients.status, PeopleAnswer.PictureStatus.none) }
        }
        writer.close()
    }
    private static func freeBusy(of entry: AddressBook.Entry) -> Int {
        if case .list(let members) = entry.kind, members > Limits.members { return Status.listTooLarge }
        return Status.noFreeBusy
    }
}
