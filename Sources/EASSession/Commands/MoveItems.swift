import Directory
import EASCodec
import MailStore
import Model

/// MoveItems: from one folder to another, each by itself, all in one commit. An item keeps its id. (MS-ASCMD §2.2.1.12)
enum MoveItemsCommand {
    /// (MS-ASCMD §2.2.3.177.10)
    enum Status { static let invalidSource = 1, invalidDestination = 2, success = 3, sameFolder = 4, failure = 5 }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try MoveItemsRequest(document: request.body)
        guard !asked.items.isEmpty, asked.items.allSatisfy({ $0.sourceId != nil && $0.sourceFolder != nil && $0.destinationFolder != nil }) else {
            throw CommonStatus.invalidXML
        }
        let account = request.logIn.account
        let statuses = try await service.store.write(trace: request.trace) { store in
            try asked.items.map { try move($0, account, store) }
        }
        var writer = TokenWriter()
        writer.open(Move.moveItems)
        for (item, status) in zip(asked.items, statuses) {
            writer.open(Move.response)
            writer.element(Move.srcMsgId, item.sourceId ?? "")
            writer.element(Move.status, status)
            if status == Status.success { writer.element(Move.dstMsgId, item.sourceId ?? "") }
            writer.close()
        }
        writer.close()
        return .answer(.document(writer))
    }

    private static func move(_ asked: MoveItemsRequest.Item, _ account: AccountID, _ store: WriteTransaction) throws -> Int {
        guard let source = try HierarchyState.folder(asked.sourceFolder, account, store) else { return Status.invalidSource }
        guard let id = asked.sourceId.flatMap(FolderNames.parseItem), let item = try store.item(id) else { return Status.invalidSource }
        guard let target = try HierarchyState.folder(asked.destinationFolder, account, store) else { return Status.invalidDestination }
        guard source.id != target.id else { return Status.sameFolder }
        // The move was made and its answer lost: the same answer again. (threat: mail gone from both folders of a phone)
        if item.folder == target.id { return Status.success }
        guard item.folder == source.id else { return Status.invalidSource }
        guard source.itemClass == target.itemClass else { return Status.invalidDestination }
        _ = try store.move(id, to: target.id)
        return Status.success
    }
}
