import EASCodec
import Groupware
import MailStore
import Model

/// The answer of Sync from its two halves. Element order matters to old devices. (MS-ASCMD §2.2.3.29.2; fact: Windows Mobile)
enum SyncAnswer {
    /// A Status of the whole; `limit` is the nearest value allowed. (MS-ASCMD §2.2.3.97)
    static func failure(_ status: Int, limit: Int? = nil) -> EASAnswer {
        var writer = TokenWriter(capacity: 32)
        writer.open(AirSync.sync)
        writer.element(AirSync.status, status)
        if let limit { writer.element(AirSync.limit, limit) }
        writer.close()
        return .document(writer)
    }

    /// Collections that have something to say; nothing at all where none has. Before 12.1 every collection is answered.
    /// (MS-ASCMD §2.2.1.21, empty responses)
    static func make(_ plan: SyncPlan, _ changes: SyncChanges?, _ version: ProtocolVersion) -> EASAnswer {
        if let failure = plan.failure { return Self.failure(failure) }
        guard plan.hasNews || !version.has(.emptySync) else { return .empty }
        var writer = TokenWriter(capacity: 1024 + plan.collections.reduce(0) { $0 + ($1.commands?.count ?? 0) + ($1.fetches?.count ?? 0) })
        writer.open(AirSync.sync)
        writer.open(AirSync.collections)
        for (index, collection) in plan.collections.enumerated() {
            write(collection, changes.flatMap { index < $0.outcomes.count ? $0.outcomes[index] : nil } ?? [], version, &writer)
        }
        writer.close()
        writer.close()
        return .document(writer)
    }

    private static func write(
        _ plan: CollectionPlan, _ responses: [SyncChanges.Response], _ version: ProtocolVersion, _ writer: inout TokenWriter
    ) {
        // A failure carries the key that was sent, or 0 where it is worth nothing any more.
        let asked = plan.asked.syncKey ?? "0"
        switch plan.kind {
        case .quiet, .refreshed:
            guard !version.has(.emptySync) else { return }
            begin(plan, key: asked, status: SyncStatus.success, version, &writer)
        case .failed(let status): begin(plan, key: status == SyncStatus.wrongKey ? "0" : asked, status: status, version, &writer)
        case .answered(let key):
            begin(plan, key: String(key), status: SyncStatus.success, version, &writer)
            if plan.hasMore { writer.empty(AirSync.moreAvailable) }
            if let commands = plan.commands {
                writer.open(AirSync.commands)
                writer.append(commands)
                writer.close()
            }
            writeResponses(plan, responses, &writer)
        }
        writer.close()
    }
    private static func begin(_ plan: CollectionPlan, key: String, status: Int, _ version: ProtocolVersion, _ writer: inout TokenWriter) {
        writer.open(AirSync.collection)
        if version.has(.answersClass), let mapping = plan.folder.flatMap({ ItemMappings.mapping(for: $0.itemClass) }) {
            writer.element(AirSync.class, mapping.name)
        }
        writer.element(AirSync.syncKey, key)
        writer.element(AirSync.collectionId, plan.asked.collectionId ?? "")
        writer.element(AirSync.status, status)
    }
    /// Add is always answered, Change and Delete where they failed or there is something to tell, Fetch always. (MS-ASCMD §2.2.3.154)
    private static func writeResponses(_ plan: CollectionPlan, _ responses: [SyncChanges.Response], _ writer: inout TokenWriter) {
        let told = responses.filter { response in
            if case .add = response.command { true } else { response.status != SyncStatus.success || response.details != nil }
        }
        guard !told.isEmpty || plan.fetches != nil else { return }
        writer.open(AirSync.responses)
        for response in told {
            switch response.command {
            case .add(let clientId, _, _, _):
                writer.open(AirSync.add)
                writer.element(AirSync.clientId, clientId)
                if let item = response.item { writer.element(AirSync.serverId, FolderNames.id(item)) }
            case .change(let serverId, _, _, _, _):
                writer.open(AirSync.change)
                writer.element(AirSync.serverId, serverId)
            case .delete(let serverId, _, _):
                writer.open(AirSync.delete)
                writer.element(AirSync.serverId, serverId)
            case .fetch: continue
            }
            writer.element(AirSync.status, response.status)
            if let details = response.details { writer.append(details) }
            writer.close()
        }
        if let fetches = plan.fetches { writer.append(fetches) }
        writer.close()
    }
}
