import Bytes
import EASCodec
import MIMECodec
import MailStore
import Model

/// The growing answer of ItemOperations: the document, and beside it the parts of a multipart answer. It fetches, and knows no other operation.
/// (MS-ASCMD §2.2.3.67.1)
struct FetchedItems: ~Copyable {
    enum Limits {
        /// Bytes of one answer; what comes after them is too large. A phone asks again for the rest.
        static let answer = 48 * 1_048_576
        /// Fetches that are read in one snapshot.
        static let page = 16
    }
    var writer = TokenWriter()
    private let isMultipart: Bool
    private let version: ProtocolVersion
    private var parts: [[UInt8]] = []

    init(isMultipart: Bool, in version: ProtocolVersion) {
        self.isMultipart = isMultipart
        self.version = version
        writer.open(ItemOperations.itemOperations)
        writer.element(ItemOperations.status, ItemOperationsCommand.Status.success)
        writer.open(ItemOperations.response)
    }
    consuming func finished() -> EASAnswer {
        writer.close()
        writer.close()
        let document = writer.finish()
        return EASAnswer(body: isMultipart ? .multipart([document] + parts) : .wbxml(document))
    }

    mutating func add(_ fetches: [ItemOperationsRequest.Fetch], _ account: AccountID, _ store: MailStore) async throws {
        var start = 0
        while start < fetches.count {
            let page = Array(fetches[start..<min(start + Limits.page, fetches.count)])
            start += page.count
            let (parts, written, isMultipart, version) = (parts, writer.count, isMultipart, version)
            let read = try await store.read { store in
                var items = FetchedPage(after: written, parts, isMultipart: isMultipart, in: version)
                for fetch in page { try items.add(fetch, account, store) }
                return items.finished()
            }
            if let fragment = read.fragment { writer.append(fragment) }
            self.parts = read.parts
        }
    }
}

/// Some fetches, read in one snapshot.
private struct FetchedPage: ~Copyable {
    private typealias Status = ItemOperationsCommand.Status
    private var writer = TokenWriter()
    /// Octets of the answer before this page.
    private let before: Int
    private let isMultipart: Bool
    private let version: ProtocolVersion
    /// All parts so far, with their octets.
    private var parts: [[UInt8]]
    private var partBytes: Int

    init(after before: Int, _ parts: [[UInt8]], isMultipart: Bool, in version: ProtocolVersion) {
        (self.before, self.parts, self.isMultipart, self.version) = (before, parts, isMultipart, version)
        partBytes = parts.reduce(0) { $0 + $1.count }
    }
    consuming func finished() -> (fragment: TokenFragment?, parts: [[UInt8]]) {
        let parts = parts
        return (writer.fragment(), parts)
    }

    mutating func add(_ fetch: ItemOperationsRequest.Fetch, _ account: AccountID, _ store: ReadTransaction) throws {
        let mark = writer.mark, known = (parts, partBytes)
        writer.open(ItemOperations.fetch)
        var status = try properties(fetch, account, store)
        if status == Status.success, before + writer.count + partBytes > FetchedItems.Limits.answer { status = Status.tooLarge }
        if status == Status.success { return writer.close() }
        writer.rewind(to: mark)
        (parts, partBytes) = known
        writer.open(ItemOperations.fetch)
        writer.element(ItemOperations.status, status)
        names(fetch)
        writer.close()
    }
    /// What was asked for, by the names that were used.
    private mutating func names(_ fetch: ItemOperationsRequest.Fetch) {
        if let id = fetch.collectionId { writer.element(AirSync.collectionId, id) }
        if let id = fetch.serverId { writer.element(AirSync.serverId, id) }
        if let id = fetch.longId { writer.element(Search.longId, id) }
        if let reference = fetch.fileReference { writer.element(AirSyncBase.fileReference, reference) }
    }
    private mutating func properties(_ fetch: ItemOperationsRequest.Fetch, _ account: AccountID, _ store: ReadTransaction) throws -> Int {
        guard fetch.store.map({ $0.uppercased() == "MAILBOX" }) ?? true, fetch.linkId == nil else { return Status.unknownStore }
        if let reference = fetch.fileReference { return try file(reference, fetch, account, store) }
        if let status = EmailBodyPart.refusal(fetch.options?.body, in: version) { return status }
        let item: ItemRow, folder: FolderRow
        if let name = fetch.longId {
            guard let found = try LongIDs(account: account, store).open(name, store) else { return Status.notFound }
            (item, folder) = found
        } else {
            guard let id = fetch.serverId else { return Status.protocolError }
            guard let named = try HierarchyState.folder(fetch.collectionId, account, store),
                let found = try FolderNames.parseItem(id).flatMap({ try store.item($0) }), found.folder == named.id
            else { return Status.notFound }
            (item, folder) = (found, named)
        }
        guard let mapping = ItemMappings.mapping(for: folder.itemClass) else { return Status.notFound }
        writer.element(ItemOperations.status, Status.success)
        // What was asked for by its place is answered with its place, a search result by its name. (MS-ASCMD §2.2.3.63.1)
        if let name = fetch.longId {
            writer.element(Search.longId, name)
        } else {
            writer.element(AirSync.collectionId, FolderNames.id(folder.id))
            writer.element(AirSync.serverId, FolderNames.id(item.state.id))
        }
        writer.element(AirSync.class, mapping.name)
        let collector = isMultipart ? PartsCollector(parts) : nil
        let context = MappingContext(
            store: store, version: version, options: fetch.options?.body ?? SyncOptions(),
            references: try FileReferences(epoch: store.epoch(), account: account), parts: collector)
        if let schema = fetch.options?.schema, !schema.isEmpty {
            try writeSome(schema, of: item, mapping, context)
        } else {
            writer.open(ItemOperations.properties)
            try mapping.write(item, context, &writer)
            writer.close()
        }
        if let collector {
            parts = collector.parts
            partBytes = parts.reduce(0) { $0 + $1.count }
        }
        return Status.success
    }
    /// Only the elements that the client named. (MS-ASCMD §2.2.3.158)
    private mutating func writeSome(_ schema: [WBXMLTag], of item: ItemRow, _ mapping: any ItemMapping, _ context: MappingContext) throws {
        var whole = TokenWriter()
        whole.open(AirSync.applicationData)
        try mapping.write(item, context, &whole)
        whole.close()
        let tree = try WBXMLElement(document: whole.finish())
        writer.open(ItemOperations.properties)
        for child in tree.children where schema.contains(child.tag) { child.write(to: &writer) }
        writer.close()
    }

    // MARK: Attachments

    private mutating func file(_ reference: String, _ fetch: ItemOperationsRequest.Fetch, _ account: AccountID, _ store: ReadTransaction) throws -> Int {
        let attachment: Attachment, data: [UInt8]
        do {
            (attachment, data) = try FileReferences.open(reference, of: account, store)
        } catch let refusal as FileReferences.Refusal {
            switch refusal {
            case .unknown: return Status.badAttachment
            case .itemGone: return Status.notFound
            case .tooLarge: return Status.tooLarge
            }
        }
        var piece = data[...], range: Range<Int>?
        if let text = fetch.options?.range {
            guard let wanted = Self.range(text, of: data.count) else { return Status.badRange }
            (piece, range) = (data[wanted], wanted)
        }
        writer.element(ItemOperations.status, Status.success)
        writer.element(AirSyncBase.fileReference, reference)
        writer.open(ItemOperations.properties)
        // Quirk: iOS 10 shows an error for a Range that it has not asked for.
        if let range {
            writer.element(ItemOperations.range, "\(range.lowerBound)-\(range.upperBound - 1)")
            writer.element(ItemOperations.total, data.count)
        }
        writer.element(AirSyncBase.contentType, attachment.mediaType)
        if isMultipart {
            parts.append(Array(piece))
            partBytes += piece.count
            writer.element(ItemOperations.part, parts.count)
        } else {
            writer.element(ItemOperations.data, utf8: Base64.encode(Array(piece)))
        }
        writer.close()
        return Status.success
    }
    /// `m-n`, both included; n may lie beyond the end, m may not. (MS-ASCMD §2.2.3.143.2)
    static func range(_ text: String, of count: Int) -> Range<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(ASCII.isDigit) }), let first = Int(ends[0]) else { return nil }
        let last = Int(ends[1]) ?? Int.max
        guard first <= last, first < count else { return nil }
        return first..<(min(last, count - 1) + 1)
    }
}
