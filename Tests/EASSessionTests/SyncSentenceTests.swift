import Delivery
import EASCodec
import EASSession
import MailStore
import Model
import Testing

/// What the sections say of Sync, GetItemEstimate, MoveItems and fetched mail, where no other suite comes by.
@Suite struct SyncSentenceTests {
    let lab: PhoneLab
    let phone: PhoneLine
    init() async throws {
        lab = try await PhoneLab()
        phone = await PhoneLine(lab)
    }
    private static func document(_ collection: (inout TokenWriter) -> Void) -> [UInt8] {
        var writer = TokenWriter()
        writer.element(AirSync.sync) { $0.element(AirSync.collections) { $0.element(AirSync.collection, collection) } }
        return writer.finish()
    }
    private func old(_ subject: String, days: Int64, in folder: FolderID) async throws {
        try await lab.append(PhoneLab.mail(subject), to: folder, date: Timestamp(milliseconds: WallClock.now().rawValue - days * 86_400_000 - 60_000))
    }

    // MARK: Sync

    /// MS-ASCMD_R3418 MS-ASCMD_R3420 MS-ASCMD_R3421 MS-ASCMD_R3422 MS-ASCMD_R3423 MS-ASCMD_R3424 MS-ASCMD_R3425 MS-ASCMD_R3426
    @Test(arguments: ([0, 4096, 5120, 7168, 10_240, 20_480, 51_200, 102_400, nil] as [Int?]).enumerated().map { ($0.offset, $0.element) })
    func aMessageIsCutByItsCode(_ code: Int, _ limit: Int?) async throws {
        let inbox = try await lab.inbox()
        let mail = PhoneLab.mail("long", String(repeating: "0123456789abcde\r\n", count: 10_000))
        try await lab.append(mail, to: inbox.id)
        let answer = try await phone.begin(inbox.id) { ask in
            ask.body = (4, nil)
            ask.options = {
                $0.element(AirSync.mimeSupport, 2)
                $0.element(AirSync.mimeTruncation, code)
            }
        }
        let body = answer.data?[AirSyncBase.body]
        #expect(body?[AirSyncBase.type]?.integer == 4)
        #expect((body?[AirSyncBase.data]?.content.count ?? 0) == limit ?? mail.utf8.count)
        #expect((body?[AirSyncBase.truncated]?.integer ?? 0) == (limit == nil ? 0 : 1))
    }
    /// MS-ASCMD_R3039 MS-ASCMD_R3076
    @Test func twoWeeksAndEverything() async throws {
        let inbox = try await lab.inbox()
        for days in [0, 10, 20, 370] as [Int64] { try await old("\(days)", days: days, in: inbox.id) }
        #expect(try await phone.begin(inbox.id) { $0.filter = 4 }.subjects.sorted() == ["0", "10"])
        #expect(try await phone.begin(inbox.id).subjects.count == 4)
    }
    /// MS-ASCMD_R942
    @Test(arguments: ProtocolVersion.allCases) func anAddIsAnIdAndItsData(_ version: ProtocolVersion) async throws {
        phone.version = version
        let inbox = try await lab.inbox()
        try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        #expect(try await phone.begin(inbox.id).adds.map { $0.children.map(\.tag) } == [[AirSync.serverId, AirSync.applicationData]])
    }
    /// Without a window a hundred come, and the rest is announced; so above 512. MS-ASCMD_R3460
    @Test func whatIsLeftIsAnnounced() async throws {
        let inbox = try await lab.inbox()
        for number in 0..<520 { try await lab.append(PhoneLab.mail("\(number)", "x"), to: inbox.id) }
        for (window, most) in [(nil, 100), (512, 512), (0, 512)] as [(Int?, Int)] {
            let answer = try await phone.begin(inbox.id) {
                $0.window = window
                $0.body = (1, 10)
            }
            #expect(answer.adds.count == most && answer[AirSync.moreAvailable] != nil, "\(window ?? -1)")
        }
    }
    /// Nothing is done under key 0. (str-26-key-0-with-commands) MS-ASCMD_R4430 MS-ASCMD_R4431
    @Test func commandsUnderKeyZeroAreRefused() async throws {
        let inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let answer = try await phone.sync(Ask("0", inbox.id, commands: Ask.change(item.id) { $0.element(Email.read, 1) }))
        #expect(answer?.tag == AirSync.collection && answer?.status == 4)
        #expect(try await lab.item(item.id)?.state.flags == [])
    }
    /// MS-ASCMD_R5839
    @Test func keyZeroWithoutChangesIsFine() async throws {
        let inbox = try await lab.inbox().id.description
        let root = try await phone.root(
            "Sync",
            Self.document { writer in
                writer.element(AirSync.syncKey, "0")
                writer.element(AirSync.collectionId, inbox)
                writer.element(AirSync.getChanges, false)
            })
        let collection = root[AirSync.collections]?[AirSync.collection]
        #expect(collection?.status == 1 && collection?.key.isEmpty == false && collection?[AirSync.commands] == nil)
    }
    /// MS-ASCMD_R4545
    @Test func aCollectionWithoutAnIdIsNone() async throws {
        #expect(try await phone.root("Sync", Self.document { $0.element(AirSync.syncKey, "0") }).status == 4)
    }
    /// MS-ASCMD_R5874
    @Test func anEmptyDeletesAsMovesMeansYes() async throws {
        let inbox = try await lab.inbox(), trash = try await lab.folder(.trash, lab.ann)
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        _ = try await phone.root(
            "Sync",
            Self.document { writer in
                writer.element(AirSync.syncKey, key)
                writer.element(AirSync.collectionId, inbox.id.description)
                writer.empty(AirSync.deletesAsMoves)
                writer.element(AirSync.commands, Ask.delete(item.id))
            })
        #expect(try await lab.item(item.id)?.folder == trash.id)
    }

    // MARK: GetItemEstimate, MoveItems

    private func estimate(_ collections: [(key: String, folder: FolderID, filter: Int?)]) async throws -> WBXMLElement {
        var writer = TokenWriter()
        writer.element(GetItemEstimate.getItemEstimate) { writer in
            writer.element(GetItemEstimate.collections) { writer in
                for each in collections {
                    writer.element(GetItemEstimate.collection) { writer in
                        writer.element(AirSync.syncKey, each.key)
                        writer.element(GetItemEstimate.collectionId, each.folder.description)
                        if let filter = each.filter { writer.element(AirSync.options) { $0.element(AirSync.filterType, filter) } }
                    }
                }
            }
        }
        return try await phone.root("GetItemEstimate", writer.finish())
    }
    /// MS-ASCMD_R2967 MS-ASCMD_R2970 MS-ASCMD_R3000 MS-ASCMD_R3001 MS-ASCMD_R3002 MS-ASCMD_R3003 MS-ASCMD_R3004 MS-ASCMD_R2984 MS-ASCMD_R3543
    @Test func anEstimateKeepsToTheFilter() async throws {
        let inbox = try await lab.inbox()
        for days in [0, 2, 5, 10, 20, 100] as [Int64] { try await old("\(days)", days: days, in: inbox.id) }
        let key = try await phone.sync(Ask("0", inbox.id))?.key ?? ""
        for (filter, count) in [(nil, 6), (0, 6), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)] as [(Int?, Int)] {
            let response = try await estimate([(key, inbox.id, filter)])[GetItemEstimate.response]
            #expect(response?[GetItemEstimate.status]?.integer == 1)
            #expect(response?[GetItemEstimate.collection]?[GetItemEstimate.estimate]?.integer == count, "\(filter ?? -1)")
        }
        #expect(try await estimate([(key, inbox.id, 9)]).children.map(\.text) == ["103"])
    }
    /// MS-ASCMD_R4129 MS-ASCMD_R5647 MS-ASCMD_R4139 MS-ASCMD_R4140
    @Test func anEstimateOfTooManyOrOfWhatWasNeverSynchronised() async throws {
        let inbox = try await lab.inbox().id
        #expect(try await estimate([]).children.map(\.text) == ["103"])
        #expect(try await estimate(Array(repeating: ("1", inbox, nil), count: 1001)).children.map(\.text) == ["103"])
        let response = try await estimate([("0", inbox, nil)])[GetItemEstimate.response]
        #expect(response?.children.map { "\($0.tag.name) \($0.text)" } == ["Status 3"])
    }
    /// MS-ASCMD_R5653
    @Test func tooManyMovesAreNone() async throws {
        let inbox = try await lab.inbox(), archive = try await lab.folder(.archive, lab.ann)
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        var writer = TokenWriter()
        writer.element(Move.moveItems) { writer in
            for _ in 0..<1001 {
                writer.element(Move.move) { writer in
                    writer.element(Move.srcMsgId, item.id.description)
                    writer.element(Move.srcFldId, inbox.id.description)
                    writer.element(Move.dstFldId, archive.id.description)
                }
            }
        }
        #expect(try await phone.root("MoveItems", writer.finish()).children.map(\.text) == ["103"])
        #expect(try await lab.item(item.id)?.folder == inbox.id)
    }

    // MARK: Others

    /// MS-ASCMD_R4853
    @Test func aMailToNobodyIsNotSent() async throws {
        var writer = TokenWriter()
        writer.element(ComposeMail.sendMail) { writer in
            writer.element(ComposeMail.clientId, "1")
            writer.element(ComposeMail.mime, opaque: Array("Subject: nobody\r\n\r\nText.\r\n".utf8))
        }
        #expect(try await phone.root("SendMail", writer.finish())[ComposeMail.status]?.integer == 119)
    }
    /// MS-ASCMD_R166
    @Test func anAttachmentThatHasGone() async throws {
        phone.version = .v12_1
        let inbox = try await lab.inbox()
        let item = try await lab.append(ItemOperationsTests.withFile("file"), to: inbox.id)
        let name = try await phone.begin(inbox.id).data?[AirSyncBase.attachments]?[AirSyncBase.attachment]?[AirSyncBase.fileReference]?.text ?? ""
        func get() async -> Int? {
            await phone.send(
                "POST", "Cmd=GetAttachment&AttachmentName=\(name)&User=ann&DeviceId=PHONE1&DeviceType=Test",
                [phone.authorization, ("MS-ASProtocolVersion", "12.1")])?.status
        }
        #expect(await get() == 200)
        try await lab.store.write { try $0.remove(item.id) }
        #expect(await get() == 500)
    }
    /// A text comes as a part where the client takes parts. MS-ASAIRS_R176 MS-ASAIRS_R244
    @Test func aBodyIsAPart() async throws {
        let inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one", "The text."), to: inbox.id)
        var writer = TokenWriter()
        writer.element(ItemOperations.itemOperations) { writer in
            writer.element(ItemOperations.fetch) { writer in
                writer.element(ItemOperations.store, "Mailbox")
                writer.element(AirSync.collectionId, inbox.id.description)
                writer.element(AirSync.serverId, item.id.description)
                writer.element(ItemOperations.options) { $0.element(AirSyncBase.bodyPreference) { $0.element(AirSyncBase.type, 1) } }
            }
        }
        let headers = [
            phone.authorization, ("MS-ASProtocolVersion", "14.1"), ("MS-ASAcceptMultiPart", "T"), ("Content-Type", "application/vnd.ms-sync.wbxml"),
        ]
        let answer = await phone.send("POST", "Cmd=ItemOperations&User=ann&DeviceId=PHONE1&DeviceType=Test", headers, writer.finish())
        let octets = try #require(answer?.body)
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(octets[at + $1]) << (8 * $1) } }
        let root = try WBXMLElement(document: Array(octets[number(4)..<(number(4) + number(8))]))
        let body = root[ItemOperations.response]?[ItemOperations.fetch]?[ItemOperations.properties]?[AirSyncBase.body]
        #expect(body?[ItemOperations.part]?.integer == 1 && body?[AirSyncBase.data] == nil)
        #expect(String(decoding: octets[number(12)..<(number(12) + number(16))], as: UTF8.self) == "The text.\r\n")
    }
    /// A document of another command. MS-ASCMD_R7547
    @Test(arguments: ProtocolVersion.allCases) func aDocumentOfAnotherCommand(_ version: ProtocolVersion) async throws {
        phone.version = version
        let answer = await phone.command("FolderSync", PhoneLine.ping(300, [FolderID(1)]))
        if version.has(.commonStatus) {
            #expect(try answer?.root()[FolderHierarchy.status]?.text == "103")
        } else {
            #expect(answer?.status == 400 && answer?.body == [])
        }
    }
    /// The tokens of WBXML that ActiveSync makes nothing of. MS-ASCMD_R807 MS-ASCMD_R808 MS-ASCMD_R811 MS-ASCMD_R813 MS-ASCMD_R817
    @Test(arguments: [0x40, 0x41, 0x42, 0x80, 0x81, 0x82, 0xC0, 0xC1, 0xC2] as [UInt8]) func tokensWithoutAMeaning(_ token: UInt8) throws {
        // Sync, the token, a terminated string for those that have one, the end.
        #expect(throws: RequestError.malformed(.unsupportedToken)) { try WBXMLElement(document: [3, 1, 0x6A, 0, 0x45, token, 0x41, 0, 1]) }
    }
}
