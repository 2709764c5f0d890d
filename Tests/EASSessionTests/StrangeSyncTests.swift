import EASCodec
import MailStore
import Model
import Testing

/// Requests that real devices send and that no specification foresees, and what the specification refuses. (MS-ASCMD §2.2.1.21)
@Suite struct StrangeSyncTests {
    private static func options(_ blocks: [(itemClass: String?, filter: Int?)], key: String, _ folder: FolderID) -> [UInt8] {
        var writer = TokenWriter()
        writer.open(AirSync.sync)
        writer.open(AirSync.collections)
        writer.open(AirSync.collection)
        writer.element(AirSync.syncKey, key)
        writer.element(AirSync.collectionId, folder.description)
        for block in blocks {
            writer.open(AirSync.options)
            if let itemClass = block.itemClass { writer.element(AirSync.class, itemClass) }
            if let filter = block.filter { writer.element(AirSync.filterType, filter) }
            writer.close()
        }
        for _ in 0..<3 { writer.close() }
        return writer.finish()
    }
    /// Filters that mail does not have, and blocks of Options that cannot stand together: Status 4, and nothing is done.
    @Test func optionsThatAreNone() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.sync(Ask("0", inbox.id))?.key ?? ""
        let refused: [[(String?, Int?)]] = [[(nil, 6)], [(nil, 7)], [(nil, 8)], [("Email", 0), ("Email", 1)], [("Email", nil), ("Calendar", nil)], [(nil, 0), (nil, 0)]]
        for blocks in refused {
            let root = try await phone.root("Sync", Self.options(blocks.map { ($0.0, $0.1) }, key: key, inbox.id))
            #expect(root[AirSync.status]?.integer == 4 && root[AirSync.collections] == nil, "\(blocks)")
        }
        for blocks in [[(nil, 5)], [("Email", 0), ("SMS", 0)]] as [[(String?, Int?)]] {
            let root = try await phone.root("Sync", Self.options(blocks.map { ($0.0, $0.1) }, key: key, inbox.id))
            #expect(root[AirSync.collections]?[AirSync.collection]?.status == 1, "\(blocks)")
        }
    }
    /// Commands are done in their order.
    @Test func whatWasDeletedIsNotFetched() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let mail = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        let answer = try await phone.sync(Ask(key, inbox.id, commands: { writer in
            Ask.delete(mail.id)(&writer)
            writer.open(AirSync.fetch)
            writer.element(AirSync.serverId, mail.id.description)
            writer.close()
        }))
        #expect(answer?[AirSync.responses]?[AirSync.fetch]?.status == 8)
        #expect(try await lab.item(mail.id)?.folder != inbox.id)
    }
    /// Samsung waits without naming a folder: those of its last Sync, or Status 13 where there was none.
    @Test func aWaitWithoutFolders() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        var writer = TokenWriter()
        writer.open(AirSync.sync)
        writer.element(AirSync.heartbeatInterval, 600)
        writer.close()
        let document = writer.finish()
        #expect(try await phone.root("Sync", document)[AirSync.status]?.integer == 13)
        _ = try await phone.begin(inbox.id)
        #expect(await phone.command("Sync", document) == nil, "it waits")
        try await lab.append(PhoneLab.mail("news"), to: inbox.id)
        let answer = try #require(await phone.wake()).root()
        #expect(answer[AirSync.collections]?[AirSync.collection]?.subjects == ["news"])
    }
}
