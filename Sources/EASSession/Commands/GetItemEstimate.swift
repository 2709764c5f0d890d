import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// GetItemEstimate: how much the next Sync would bring, by the walk of Sync itself; the key stays. (MS-ASCMD §2.2.1.9)
enum GetItemEstimateCommand {
    enum Status { static let success = 1, invalidCollection = 2, notPrimed = 3, wrongKey = 4 }
    enum Limits {
        /// Rows read to count changes one by one, over all collections; a fresh folder is counted by the store.
        static let rows = 20_000
    }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try GetItemEstimateRequest(document: request.body)
        let account = request.logIn.account, device = request.device.id, now = service.clock()
        guard !asked.collections.isEmpty else { throw CommonStatus.invalidXML }
        let found = try await service.store.read { store in
            var rows = Limits.rows, seen: Set<FolderID> = []
            return try asked.collections.map { try estimate($0, account, device, now, &seen, &rows, store) }
        }
        var writer = TokenWriter()
        writer.open(GetItemEstimate.getItemEstimate)
        for (collection, result) in zip(asked.collections, found) {
            writer.open(GetItemEstimate.response)
            writer.element(GetItemEstimate.status, result.status)
            if result.status == Status.success {
                writer.open(GetItemEstimate.collection)
                if request.version.has(.estimateClass) { writer.element(GetItemEstimate.class, result.itemClass) }
                writer.element(GetItemEstimate.collectionId, collection.collectionId ?? "")
                writer.element(GetItemEstimate.estimate, result.count)
                writer.close()
            }
            writer.close()
        }
        writer.close()
        return .answer(.document(writer))
    }

    /// A folder is asked for once in a request: its second mention is an invalid collection. (MS-ASCMD §2.2.3.177.7)
    private static func estimate(
        _ asked: GetItemEstimateRequest.Collection, _ account: AccountID, _ device: DeviceID, _ now: Timestamp, _ seen: inout Set<FolderID>,
        _ rows: inout Int, _ store: ReadTransaction
    ) throws -> (status: Int, count: Int, itemClass: String) {
        guard let folder = try HierarchyState.folder(asked.collectionId, account, store), seen.insert(folder.id).inserted,
            let mapping = ItemMappings.mapping(for: folder.itemClass)
        else {
            return (Status.invalidCollection, 0, "")
        }
        guard let text = asked.syncKey else { return (Status.wrongKey, 0, mapping.name) }
        // There is no status of its own for that. (MS-ASCMD §2.2.3.68.1)
        guard StickyOptions.areSound(asked.options.isEmpty ? nil : asked.options, for: mapping.name) else { throw CommonStatus.serverError }
        if text == "0" { return (Status.notPrimed, 0, mapping.name) }
        let row = try store.syncState(device: device, folder: folder.id)
        let standing = SyncKeys.standing(of: SyncKeys.parse(text), in: row)
        guard let row, let position = row.position(for: standing) else { return (Status.wrongKey, 0, mapping.name) }
        var collection = SyncRequest.Collection()
        collection.options = asked.options.isEmpty ? nil : asked.options
        let cutoff = StickyOptions(collection, remembered: position.options, itemClass: mapping.name).cutoff(now: now)
        if position.isFresh { return (Status.success, try store.count(in: folder.id, since: cutoff), mapping.name) }
        if ChangeWindow.isQuiet(position, in: folder, cutoff: cutoff) { return (Status.success, 0, mapping.name) }
        do {
            return (Status.success, try ChangeWindow(from: position, in: folder, cutoff: cutoff).count(store, rows: &rows), mapping.name)
        } catch SyncFailure.startAnew {
            return (Status.wrongKey, 0, mapping.name)
        }
    }
}
