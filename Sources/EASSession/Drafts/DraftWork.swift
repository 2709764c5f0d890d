import Delivery
import Directory
import EASCodec
import Groupware
import MIMECodec
import MailStore
import Model

/// What the drafts of a Sync request become. Messages are made and sent before the commit of the Sync, for the writer parses no mail; what is sent is
/// remembered by device in the commit that sends it, so that neither a crash nor a second try sends it twice. (MS-ASCMD §2.2.3.7.2, MS-ASEMAIL §3.1.5.3)
struct DraftWork: Sendable {
    enum Made: Sendable {
        case add(NewItem)
        /// In place of that content; another one means that somebody else saved it in between.
        case replace(NewItem, ItemID, before: ContentID)
        /// Delivered, and the draft is gone.
        case sent
        case refused(Int)
    }
    /// The plan is to be made anew: somebody else saved a draft in between.
    struct Stale: Error {}
    enum Status { static let invalidRecipients = 183 }

    /// By hash of the command.
    private(set) var made: [UInt64: Made] = [:]

    /// Nothing, where the request has no drafts.
    static func make(_ plan: SyncPlan, _ ask: SyncAsk, _ service: EASService, trace: String) async throws -> DraftWork {
        var work = DraftWork()
        for collection in plan.collections where isDrafts(collection, ask.version) {
            for command in collection.asked.commands {
                let hash = command.stableHash
                guard collection.outcome.entry(for: hash) == nil, work.made[hash] == nil else { continue }
                work.made[hash] = try await Self.make(command, hash, collection, ask, service, trace)
            }
        }
        return work
    }
    private static func isDrafts(_ collection: CollectionPlan, _ version: ProtocolVersion) -> Bool {
        guard case .answered = collection.kind else { return false }
        return version.has(.drafts) && collection.folder?.role == .drafts && collection.folder?.itemClass == .mail
    }

    private static func make(
        _ command: SyncRequest.Command, _ hash: UInt64, _ collection: CollectionPlan, _ ask: SyncAsk, _ service: EASService, _ trace: String
    ) async throws -> Made? {
        switch command {
        case .add(_, _, let data, let sends):
            guard let content = DraftContent(data), EmailChange(data) != nil else { return .refused(SyncStatus.conversion) }
            let message = try await new(content, ask, service)
            guard message.count <= service.submission.sizeLimit else { return .refused(CommonStatus.attachmentTooLarge.code) }
            if sends { return try await send(message, nil, hash, collection, ask, service, trace) }
            return .add(try await Ingest.item(from: message, date: service.clock(), flags: [.draft, .seen]))
        case .change(let serverId, _, _, let data, let sends):
            guard let content = DraftContent(data), EmailChange(data) != nil else { return .refused(SyncStatus.conversion) }
            guard sends || !content.isEmpty else { return nil }
            guard let id = FolderNames.parseItem(serverId) else { return nil }
            if sends, try await isSent(hash, collection, ask, service) { return .sent }
            let found: (message: [UInt8], item: ItemRow)?
            do {
                found = try await changed(content, id, collection, ask, service)
            } catch is DraftMessage.Failure {
                return .refused(SyncStatus.conversion)
            }
            guard let found else { return nil }
            guard found.message.count <= service.submission.sizeLimit else { return .refused(CommonStatus.attachmentTooLarge.code) }
            if sends { return try await send(found.message, id, hash, collection, ask, service, trace) }
            let item = try await Ingest.item(
                from: found.message, date: service.clock(), flags: found.item.state.flags.union([.draft, .seen]), keywords: found.item.state.keywords)
            return .replace(item, id, before: found.item.state.content)
        case .delete, .fetch: return nil
        }
    }
    private static func new(_ content: DraftContent, _ ask: SyncAsk, _ service: EASService) async throws -> [UInt8] {
        let account = ask.account, hostname = service.hostname, date = MessageDate.text(service.clock()), word = Trace.unforeseen()
        return try await service.store.read { store in
            let row = try store.account(account)
            let author = DraftMessage.Author(address: row?.name ?? "", name: row?.displayName ?? "", hostname: hostname)
            return try DraftMessage(content, FileReferences(epoch: store.epoch(), account: account)).new(by: author, date: date, word: word)
        }
    }
    private static func changed(
        _ content: DraftContent, _ id: ItemID, _ collection: CollectionPlan, _ ask: SyncAsk, _ service: EASService
    ) async throws -> (message: [UInt8], item: ItemRow)? {
        let account = ask.account, folder = collection.folder?.id, word = Trace.unforeseen()
        return try await service.store.read { store in
            guard let item = try store.item(id), item.folder == folder else { return nil }
            let message = try DraftMessage(content, FileReferences(epoch: store.epoch(), account: account)).changed(item, store, word: word)
            return (message, item)
        }
    }

    // MARK: Sending

    /// What a command that sends is remembered by: the key makes it another one each time.
    private static func mark(_ hash: UInt64, _ collection: CollectionPlan) -> UInt64 {
        CommandOutcome.hash("draft \(collection.asked.syncKey ?? "") \(hash)".utf8)
    }
    private static func isSent(_ hash: UInt64, _ collection: CollectionPlan, _ ask: SyncAsk, _ service: EASService) async throws -> Bool {
        let device = ask.device, mark = mark(hash, collection)
        return try await service.store.read { store in
            try store.device(of: device.account, identifier: device.identifier).map { DeviceMemory($0).sent.contains(mark) } ?? false
        }
    }
    private static func send(
        _ message: [UInt8], _ draft: ItemID?, _ hash: UInt64, _ collection: CollectionPlan, _ ask: SyncAsk, _ service: EASService, _ trace: String
    ) async throws -> Made {
        if try await isSent(hash, collection, ask, service) { return .sent }
        let device = ask.device, mark = mark(hash, collection), folder = collection.folder?.id
        var editor = HeaderEditor(message)
        // It is written today.
        editor.remove("Date")
        do throws(SubmissionFailure) {
            try await service.submission.submit(editor.message, by: ask.user, saveInSent: true, trace: trace) { store in
                if let draft, let item = try store.item(draft), item.folder == folder { try store.remove(draft) }
                try DeviceMemory.update(device, store) { $0.noteSent(mark) }
            }
            return .sent
        } catch {
            return .refused(Self.status(error))
        }
    }
    /// (MS-ASCMD §2.2.2, §2.2.3.177.17)
    private static func status(_ failure: SubmissionFailure) -> Int {
        switch failure {
        case .noRecipients, .undeliverable: Status.invalidRecipients
        case .malformed: SyncStatus.conversion
        case .messageTooLarge, .senderNotAllowed, .overQuota: CommonStatus(failure).code
        case .tryLater, .limited: SyncStatus.serverError
        }
    }
}

extension DraftWork.Made {
    /// In the commit of the Sync: the Status and the item of an Add.
    func carryOut(
        _ command: SyncRequest.Command, _ folder: FolderRow, _ mapping: any ItemMapping, _ store: WriteTransaction
    ) throws -> (Int, ItemID?) {
        switch self {
        case .refused(let status): return (status, nil)
        case .sent: return (SyncStatus.success, nil)
        case .add(let item):
            let state = try store.append(item, to: folder.id)
            if case .add(_, _, let data, _) = command, let made = try store.item(state.id) { _ = try mapping.change(made, by: data, store) }
            return (SyncStatus.success, state.id)
        case .replace(let new, let id, let before):
            guard let item = try store.item(id), item.folder == folder.id else { return (SyncStatus.notFound, nil) }
            guard item.state.content == before else { throw DraftWork.Stale() }
            _ = try store.replace(id, with: new)
            if case .change(_, _, _, let data, _) = command, let now = try store.item(id) { return (try mapping.change(now, by: data, store), nil) }
            return (SyncStatus.success, nil)
        }
    }
}

/// What the answer to a draft's Add or Change tells: its conversation, and the references of new attachments by ClientId.
/// (MS-ASEMAIL §2.2.2.21, MS-ASAIRS §2.2.2.5)
enum DraftAnswer {
    static func write(_ item: ItemRow, _ command: SyncRequest.Command, _ references: FileReferences) -> TokenFragment? {
        let data: WBXMLElement, isNew: Bool
        switch command {
        case .add(_, _, let asked, _): (data, isNew) = (asked, true)
        case .change(_, _, _, let asked, _): (data, isNew) = (asked, false)
        case .delete, .fetch: return nil
        }
        let additions = DraftContent(data)?.additions ?? []
        guard isNew || !additions.isEmpty, let view = SummaryView(item.summary), let attachments = try? view.attachments() else { return nil }
        var writer = TokenWriter()
        writer.open(AirSync.applicationData)
        let found = places(of: additions, in: attachments)
        if !found.isEmpty {
            writer.open(AirSyncBase.attachments)
            for (addition, attachment) in found {
                writer.open(AirSyncBase.attachment)
                writer.element(AirSyncBase.clientId, addition.clientId)
                writer.element(AirSyncBase.fileReference, references.name(item.state.id, attachment.path))
                writer.close()
            }
            writer.close()
        }
        if isNew {
            writer.element(Email2.conversationId, opaque: ConversationID.bytes(item.state.thread))
            writer.element(Email2.conversationIndex, opaque: ConversationID.index(view.sentDate ?? item.state.date))
        }
        writer.close()
        return writer.fragment()
    }
    /// New attachments stand behind those that were there, each sort by itself.
    private static func places(of additions: [DraftContent.Addition], in attachments: [Attachment]) -> [(DraftContent.Addition, Attachment)] {
        var left = attachments, found: [(DraftContent.Addition, Attachment)] = []
        for addition in additions.reversed() {
            guard let index = left.lastIndex(where: { $0.name == addition.name || addition.isMessage && $0.isMessage }) else { continue }
            found.append((addition, left.remove(at: index)))
        }
        return found.reversed()
    }
}
