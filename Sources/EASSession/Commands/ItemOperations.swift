import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// ItemOperations: fetch, empty a folder, move a conversation; each has its own Status, all are answered in the order asked.
/// (MS-ASCMD §2.2.1.10)
enum ItemOperationsCommand {
    /// (MS-ASCMD §2.2.3.177.8)
    enum Status {
        static let success = 1, protocolError = 2, notFound = 6, badRange = 8, unknownStore = 9, tooLarge = 11, conversionFailed = 14
        static let badAttachment = 15, accessDenied = 16, moveAlwaysMissing = 155, notMail = 156
    }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked: ItemOperationsRequest
        do throws(RequestError) { asked = try ItemOperationsRequest(document: request.body) } catch .invalid {
            // An option that has no such value. (MS-ASCMD §2.2.3.177.8)
            return .answer(.status(Status.protocolError, ItemOperations.itemOperations, ItemOperations.status))
        }
        guard !asked.operations.isEmpty else {
            return .answer(.status(Status.protocolError, ItemOperations.itemOperations, ItemOperations.status))
        }
        let account = request.logIn.account
        var answer = FetchedItems(isMultipart: request.acceptsMultipart, in: request.version)
        var fetches: [ItemOperationsRequest.Fetch] = []
        for operation in asked.operations {
            if case .fetch(let fetch) = operation {
                fetches.append(fetch)
                continue
            }
            try await answer.add(fetches, account, service.store)
            fetches = []
            switch operation {
            case .fetch: continue
            case .emptyFolder(let folder, let deletesSubFolders):
                let status = try await EmptyFolder.run(folder, deletesSubFolders, account, service.store, request.trace)
                answer.writer.open(ItemOperations.emptyFolderContents)
                answer.writer.element(ItemOperations.status, status)
                if let folder { answer.writer.element(AirSync.collectionId, folder) }
            case .move(let conversation, let folder, let movesAlways):
                let status = try await MoveConversation.run(conversation, to: folder, movesAlways, account, service.store, request.trace)
                answer.writer.open(ItemOperations.move)
                answer.writer.element(ItemOperations.status, status)
                answer.writer.element(ItemOperations.conversationId, opaque: conversation)
            }
            answer.writer.close()
        }
        try await answer.add(fetches, account, service.store)
        return .answer(answer.finished())
    }
}

/// EmptyFolderContents: the items are gone for good, and with DeleteSubFolders the folders below too. The folder's own items go in slices, for
/// others write too. (MS-ASCMD §2.2.3.58)
private enum EmptyFolder {
    typealias Status = ItemOperationsCommand.Status
    static func run(_ folder: String?, _ deletesSubFolders: Bool, _ account: AccountID, _ store: MailStore, _ trace: String) async throws -> Int {
        let (status, found): (Int, FolderID?) = try await store.write(trace: trace) { store in
            guard let folder = try HierarchyState.folder(folder, account, store) else { return (Status.notFound, nil) }
            if deletesSubFolders {
                let below = Subtree(folder, in: try store.folders(of: account)).rows.dropFirst()
                guard below.allSatisfy({ $0.role == nil }) else { return (Status.accessDenied, nil) }
                for folder in below.reversed() { try store.removeFolder(folder.id) }
            }
            return (Status.success, folder.id)
        }
        guard let found else { return status }
        do throws(MailFailure) {
            try await Marking(store: store).empty(found, trace: trace)
            return status
        } catch {
            if error == .noSuchFolder { return Status.notFound }
            throw error
        }
    }
}

/// Move of a conversation: every mail of the thread that lies where mail is read. What was sent, is being written or was thrown away stays.
/// Mail that comes later is not moved: MoveAlways is taken for the mails that are there. (MS-ASCON §3.1.4.9)
private enum MoveConversation {
    typealias Status = ItemOperationsCommand.Status
    static func run(
        _ conversation: [UInt8], to folder: String?, _ movesAlways: Bool, _ account: AccountID, _ store: MailStore, _ trace: String
    ) async throws -> Int {
        guard movesAlways else { return Status.moveAlwaysMissing }
        guard let thread = ConversationID.thread(conversation) else { return Status.notFound }
        return try await store.write(trace: trace) { store in
            guard let target = try HierarchyState.folder(folder, account, store) else { return Status.notFound }
            guard target.itemClass == .mail else { return Status.notMail }
            let items = try store.items(of: account, thread: thread)
            guard !items.isEmpty else { return Status.notFound }
            for item in items where item.folder != target.id {
                switch try store.folder(item.folder)?.role {
                case .sent, .drafts, .outbox, .trash: continue
                default: _ = try store.move(item.state.id, to: target.id)
                }
            }
            return Status.success
        }
    }
}
