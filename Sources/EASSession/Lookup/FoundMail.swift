import EASCodec
import MailStore
import Model

/// Search results of mail, written page by page, each page in a snapshot of its own.
struct FoundMail {
    struct Results {
        var fragment: TokenFragment?
        /// Results told; those that went meanwhile count, so that pages keep their places.
        var count = 0
    }
    let service: EASService
    let account: AccountID
    let version: ProtocolVersion
    let options: SyncOptions

    func results(_ items: [ItemID]) async throws -> Results {
        var results = Results(), octets = 0
        var fragments: [TokenFragment] = []
        while results.count < items.count, octets < SearchCommand.Limits.answer {
            let page = Array(items[results.count..<min(results.count + SearchCommand.Limits.page, items.count)])
            let room = SearchCommand.Limits.answer - octets
            let (account, version, options) = (account, version, options)
            let written = try await service.store.read { store in try Self.write(page, room, account, version, options, store) }
            if let fragment = written.fragment { fragments.append(fragment) }
            octets += written.fragment?.count ?? 0
            results.count += written.count
        }
        var writer = TokenWriter(capacity: octets + 16)
        for fragment in fragments { writer.append(fragment) }
        results.fragment = writer.fragment()
        return results
    }
    /// One result at least, whatever the room.
    private static func write(
        _ page: [ItemID], _ room: Int, _ account: AccountID, _ version: ProtocolVersion, _ options: SyncOptions, _ store: ReadTransaction
    ) throws -> (fragment: TokenFragment?, count: Int) {
        let names = try LongIDs(account: account, store)
        let context = MappingContext(
            store: store, version: version, options: options, references: try FileReferences(epoch: store.epoch(), account: account))
        var writer = TokenWriter(), count = 0
        for id in page {
            if count > 0, writer.count > room { break }
            count += 1
            guard let (item, folder) = try store.item(id, of: account), let mapping = ItemMappings.mapping(for: folder.itemClass) else { continue }
            writer.open(Search.result)
            writer.element(AirSync.class, mapping.name)
            writer.element(Search.longId, names.name(id))
            writer.element(AirSync.collectionId, FolderNames.id(folder.id))
            writer.open(Search.properties)
            try mapping.write(item, context, &writer)
            writer.close()
            writer.close()
        }
        return (writer.fragment(), count)
    }
}
