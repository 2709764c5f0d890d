import EASCodec
import EASSession
import MailStore
import Model
import Testing

/// What differs from version to version, seen from phones that speak each of them.
@Suite struct VersionTests {
    private func phone(_ version: ProtocolVersion, _ lab: PhoneLab) async -> PhoneLine {
        let phone = await PhoneLine(lab, device: "P\(version.rawValue)")
        phone.version = version
        return phone
    }
    static let mail = """
        From: Otto <otto@example.net>\r\nTo: ann@example.org\r\nSubject: all\r\nImportance: high\r\nMIME-Version: 1.0\r
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>one <b>two</b></p>\r
        --b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfile\r\n--b--\r\n
        """

    @Test func aCeilingHidesWhatIsAboveIt() {
        #expect(EASHandler.served(upTo: .v14_0) == [.v2_5, .v12_0, .v12_1, .v14_0])
        #expect(EASHandler.served(upTo: nil) == EASHandler.versions)
    }
    @Test func aServerWithACeilingTakesNothingAboveIt() async throws {
        var settings = EASSettings()
        settings.ceiling = .v12_1
        let lab = try await PhoneLab(devices: settings)
        let head = await (await phone(.v12_1, lab)).send("OPTIONS", nil, [(await phone(.v12_1, lab)).authorization])?.head ?? ""
        #expect(head.contains("MS-ASProtocolVersions: 2.5,12.0,12.1\r\n"))
        #expect(await (await phone(.v12_1, lab)).command("FolderSync", PhoneLine.folderSync("0"))?.status == 200)
        #expect(await (await phone(.v14_0, lab)).command("FolderSync", PhoneLine.folderSync("0"))?.status == 400)
    }
    /// Failures of a whole command are codes of HTTP until 12.1, and Status from 14.0 on. MS-ASCMD_R7547
    @Test(arguments: EASHandler.versions) func failuresHaveTheFormOfTheVersion(_ version: ProtocolVersion) async throws {
        let phone = await phone(version, try await PhoneLab())
        let broken = await phone.command("FolderSync", [3, 1, 0x6A, 0, 0, 7, 0x56])
        let misnamed = await phone.command("FolderSync", Array("<FolderSync/>".utf8), type: "text/plain")
        if version.has(.commonStatus) {
            #expect(try broken?.root()[FolderHierarchy.status]?.text == "102")
            #expect(try misnamed?.root()[FolderHierarchy.status]?.text == "101")
        } else {
            #expect(broken?.status == 400 && broken?.body == [] && misnamed?.status == 400)
        }
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1)
    }
    @Test(arguments: EASHandler.versions) func aSyncThatFindsNothing(_ version: ProtocolVersion) async throws {
        let lab = try await PhoneLab()
        let phone = await phone(version, lab), inbox = try await lab.inbox()
        let key = try await phone.begin(inbox.id).key
        let answer = try await phone.sync(Ask(key, inbox.id))
        let empty = await phone.command("Sync")
        if version.has(.emptySync) {
            #expect(answer == nil && empty?.status == 200)
        } else {
            #expect(answer?.status == 1 && answer?.key == key)
            #expect(answer?[AirSync.class]?.text == "Email")
            #expect(empty?.status == 400)
        }
    }
    /// No version is sent an element that it does not know; each is sent what it needs.
    @Test(arguments: EASHandler.versions) func anItemHasTheElementsOfItsVersion(_ version: ProtocolVersion) async throws {
        let lab = try await PhoneLab()
        let phone = await phone(version, lab), inbox = try await lab.inbox()
        try await lab.append(Self.mail, to: inbox.id)
        let data = try await phone.begin(inbox.id) { $0.body = (1, nil) }.data
        let tags = Set(data?.children.map(\.tag) ?? [])
        func holds(_ feature: VersionFeature, _ wanted: [WBXMLTag]) {
            for tag in wanted { #expect(tags.contains(tag) == version.has(feature), "\(version.name) \(tag)") }
        }
        holds(.every, [Email.from, Email.to, Email.subject, Email.dateReceived, Email.importance, Email.read, Email.messageClass, Email.internetCPID])
        holds(.classBodies, [Email.body, Email.bodyTruncated, Email.attachments])
        holds(.airSyncBase, [AirSyncBase.body, AirSyncBase.attachments, AirSyncBase.nativeBodyType])
        holds(.flags, [Email.flag, Email.contentClass])
        holds(.conversations, [Email2.conversationId, Email2.conversationIndex, Email.categories])
        #expect(!tags.contains(Email2.isDraft) && !tags.contains(Email2.bcc))
    }
    /// Truncation 1 is 512 characters; Fetch brings the rest. (MS-ASEMAIL §2.2.2.10.2 to §2.2.2.13)
    @Test func bodiesOf2_5() async throws {
        let lab = try await PhoneLab()
        let phone = await phone(.v2_5, lab), inbox = try await lab.inbox()
        let text = String(repeating: "0123456789\r\n", count: 100)
        let item = try await lab.append(PhoneLab.mail("long", text), to: inbox.id)
        let answer = try await phone.begin(inbox.id) { $0.options = { $0.element(AirSync.truncation, 1) } }
        #expect(answer.data?[Email.body]?.content.count == 512)
        #expect(answer.data?[Email.bodyTruncated]?.text == "1" && answer.data?[Email.bodySize]?.integer == 1202)
        var ask = Ask(answer.key, inbox.id) { writer in
            writer.open(AirSync.fetch)
            writer.element(AirSync.serverId, item.id.description)
            writer.close()
        }
        ask.options = { $0.element(AirSync.truncation, 9) }
        let fetched = try await phone.sync(ask)?[AirSync.responses]?[AirSync.fetch]?[AirSync.applicationData]
        #expect(fetched?[Email.body]?.content.count == 1202)
        #expect(fetched?[Email.bodyTruncated]?.text == "0" && fetched?[Email.bodySize] == nil)
    }
    /// MIMEData, MIMETruncated, MIMESize. (MS-ASEMAIL §2.2.2.50 to §2.2.2.52)
    @Test func mimeOf2_5() async throws {
        let lab = try await PhoneLab()
        let phone = await phone(.v2_5, lab), inbox = try await lab.inbox()
        try await lab.append(PhoneLab.mail("long", String(repeating: "0123456789\r\n", count: 1000)), to: inbox.id)
        let answer = try await phone.begin(inbox.id) {
            $0.options = {
                $0.element(AirSync.mimeSupport, 2)
                $0.element(AirSync.mimeTruncation, 1)
            }
        }
        #expect(answer.data?[Email.mimeData]?.content.count == 4096 && answer.data?[Email.mimeTruncated]?.text == "1")
        #expect(answer.data?[Email.mimeSize]?.integer ?? 0 > 12_000 && answer.data?[Email.body] == nil)
    }
    @Test func attachmentsOf2_5() async throws {
        let lab = try await PhoneLab()
        let phone = await phone(.v2_5, lab), inbox = try await lab.inbox()
        try await lab.append(Self.mail, to: inbox.id)
        let attachment = try await phone.begin(inbox.id).data?[Email.attachments]?[Email.attachment]
        #expect(attachment?[Email.displayName]?.text == "a.txt" && attachment?[Email.attMethod]?.text == "1")
        #expect(attachment?[Email.attName]?.text.isEmpty == false && attachment?[Email.attSize]?.integer ?? 0 > 0)
    }
    /// A change for which a version has no word moves its position on and is told to nobody.
    @Test func aFlagIsNothingTo2_5() async throws {
        let lab = try await PhoneLab()
        let phone = await phone(.v2_5, lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        _ = try await lab.store.write { try $0.setFlags(item.id, FlagChange(.add, [.flagged, .answered])) }
        let answer = try await phone.sync(Ask(key, inbox.id))
        #expect(answer?.status == 1 && answer?[AirSync.commands] == nil)
        _ = try await lab.store.write { try $0.setFlags(item.id, FlagChange(.add, .seen)) }
        let next = try await phone.sync(Ask(answer?.key ?? "", inbox.id))
        #expect(next?[AirSync.commands]?[AirSync.change]?[AirSync.applicationData]?.children.map(\.tag) == [Email.read])
    }
    @Test(arguments: [ProtocolVersion.v2_5, .v12_1, .v14_0]) func estimates(_ version: ProtocolVersion) async throws {
        let lab = try await PhoneLab()
        let phone = await phone(version, lab), inbox = try await lab.inbox()
        try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.sync(Ask("0", inbox.id))?.key ?? ""
        var writer = TokenWriter()
        writer.open(GetItemEstimate.getItemEstimate)
        writer.open(GetItemEstimate.collections)
        writer.open(GetItemEstimate.collection)
        writer.element(GetItemEstimate.class, "Email")
        writer.element(GetItemEstimate.collectionId, inbox.id.description)
        writer.element(AirSync.filterType, 0)
        writer.element(AirSync.syncKey, key)
        for _ in 0..<3 { writer.close() }
        let found = try await phone.root("GetItemEstimate", writer.finish())[GetItemEstimate.response]
        #expect(found?[GetItemEstimate.status]?.text == "1" && found?[GetItemEstimate.collection]?[GetItemEstimate.estimate]?.text == "1")
        #expect((found?[GetItemEstimate.collection]?[GetItemEstimate.class] != nil) == version.has(.estimateClass))
    }
    /// The list of folders without a key, for those who had no FolderSync. (MS-ASCMD §2.2.1.8)
    @Test func hierarchy() async throws {
        let lab = try await PhoneLab()
        let root = try await (await phone(.v12_0, lab)).command("GetHierarchy")?.root()
        #expect(root?.tag == FolderHierarchy.folders && root?.children.count == 6)
        #expect(root?.children.contains { $0[FolderHierarchy.type]?.text == "2" } == true)
        #expect(await (await phone(.v14_1, lab)).command("GetHierarchy")?.status == 501)
    }
    @Test func waitingBeginsWith12_1() async throws {
        let lab = try await PhoneLab()
        let inbox = try await lab.inbox()
        let old = await phone(.v12_0, lab), new = await phone(.v14_1, lab)
        let first = try await old.begin(inbox.id).key, second = try await new.begin(inbox.id).key
        // It has no such element: it is answered at once.
        #expect(await old.command("Sync", Ask.document([Ask(first, inbox.id)], heartbeat: 300))?.status == 200)
        #expect(await new.command("Sync", Ask.document([Ask(second, inbox.id)], heartbeat: 300)) == nil)
    }
}
