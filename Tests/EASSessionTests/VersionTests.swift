import EASCodec
@testable import EASSession
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

    // MS-ASHTTP_R249
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
    // MS-ASCMD_R5533 MS-ASEMAIL_R318
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
    // MS-ASCMD_R3419
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
    // MS-ASCMD_R6046 MS-ASCMD_R6047
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

    // MARK: Ceilings

    /// A device that speaks above its ceiling is told which versions it may speak, and nothing else; all others are left alone.
    @Test func aDeviceHasItsCeiling() async throws {
        let lab = try await PhoneLab()
        let new = await phone(.v16_1, lab)
        #expect(await new.command("FolderSync", PhoneLine.folderSync("0"))?.head.contains("X-MS-RP") == false)
        try await lab.store.write { store in
            guard var row = try store.device(of: lab.ann, identifier: "P161") else { return }
            row.control.ceiling = "14.1"
            _ = try store.put(row)
        }
        let refused = await new.command("FolderSync", PhoneLine.folderSync("0"))
        #expect(try refused?.root()[FolderHierarchy.status]?.text == "138")
        #expect(refused?.head.contains("X-MS-RP: 2.5,12.0,12.1,14.0,14.1\r\n") == true)
        new.version = .v14_1
        #expect(try await new.folderSync("0")[FolderHierarchy.status]?.text == "1")
        let options = await new.send("OPTIONS", "Cmd=OPTIONS&User=ann&DeviceId=P161&DeviceType=Test", [new.authorization])
        #expect(options?.head.contains("MS-ASProtocolVersions: 2.5,12.0,12.1,14.0,14.1\r\n") == true)
        #expect(options?.head.contains("Find") == false)
    }
    @Test func aTypeHasItsCeiling() async throws {
        var settings = EASSettings()
        settings.typeCeilings["test"] = .v12_1
        let lab = try await PhoneLab(devices: settings)
        #expect(await (await phone(.v14_0, lab)).command("FolderSync", PhoneLine.folderSync("0"))?.head.contains("X-MS-RP: 2.5,12.0,12.1\r\n") == true)
        #expect(await (await phone(.v12_1, lab)).command("FolderSync", PhoneLine.folderSync("0"))?.status == 200)
    }

    // MARK: Categories and keywords

    /// MS-ASEMAIL_R318 MS-ASEMAIL_R319 MS-ASEMAIL_R320
    @Test func categoriesAreKeywords() async throws {
        let lab = try await PhoneLab()
        let phone = await phone(.v14_1, lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        func names(_ change: WBXMLElement?) -> [String]? { change?[AirSync.applicationData]?[Email.categories]?.all(Email.category).map(\.text) }
        func set(_ names: [String], _ key: String) async throws -> String {
            let change = Ask.change(item.id) { writer in
                writer.element(Email.categories) { writer in for name in names { writer.element(Email.category, name) } }
            }
            return try await phone.sync(Ask(key, inbox.id, commands: change))?.key ?? ""
        }
        _ = try await lab.store.write { try $0.setFlags(item.id, FlagChange(.add, [], keywords: ["$Label1", "NonJunk"])) }
        var key = try await phone.begin(inbox.id).key
        key = try await set(["Red", "Project Ü"], key)
        #expect(try await lab.item(item.id)?.state.keywords == ["$Label1", "NonJunk", "Project_=C3=9C", "Red"])
        // IMAP takes one away and sets another.
        _ = try await lab.store.write { store in
            _ = try store.setFlags(item.id, FlagChange(.remove, [], keywords: ["red"]))
            _ = try store.setFlags(item.id, FlagChange(.add, [], keywords: ["To_Do", "odd=name"]))
        }
        let told = try await phone.sync(Ask(key, inbox.id))
        #expect(names(told?[AirSync.commands]?[AirSync.change]) == ["Project Ü", "odd=name", "To Do"])
        key = try await set([], told?.key ?? "")
        #expect(try await lab.item(item.id)?.state.keywords == ["$Label1", "NonJunk"])
        #expect(try await phone.sync(Ask(key, inbox.id)) == nil)
    }

    // MARK: Unique parts

    static let replies: [(String, String, String)] = [
        ("text/html", "<html><body><p>New.</p><div class=\"gmail_quote\">On day X wrote:<blockquote>Old.</blockquote></div></body></html>", "<html><body><p>New.</p>"),
        ("text/html", "<p>New.</p><BLOCKQUOTE type=\"cite\"><p>Old.</p></BLOCKQUOTE>", "<p>New.</p>"),
        ("text/html", "<blockquote type=cite>Old.</blockquote>", "<blockquote type=cite>Old.</blockquote>"),
        ("text/html", "<p>All.</p>", "<p>All.</p>"),
    ]
    /// MS-ASAIRS_R120 MS-ASAIRS_R126 MS-ASAIRS_R127 MS-ASAIRS_R128 MS-ASAIRS_R129 MS-ASAIRS_R1063
    @Test(arguments: replies) func aBodyPartHasWhatIsNew(_ type: String, _ body: String, _ wanted: String) async throws {
        let lab = try await PhoneLab()
        let phone = await phone(.v14_1, lab), inbox = try await lab.inbox()
        try await lab.append("From: o@example.net\r\nSubject: Re: x\r\nContent-Type: \(type)\r\n\r\n\(body)", to: inbox.id)
        let answer = try await phone.begin(inbox.id) { $0.options = Self.bodyPart(2) }
        let part = answer.data?[AirSyncBase.bodyPart]
        #expect(part?[AirSyncBase.status]?.text == "1" && part?[AirSyncBase.type]?.text == "2")
        #expect(part?[AirSyncBase.data]?.text.hasPrefix(wanted) == true && part?[AirSyncBase.data]?.text.contains("Old.") == wanted.contains("Old."))
        #expect(try await phone.sync(Self.ask(answer.key, inbox.id, 1))?.status == 164)
    }
    @Test func quotedLinesAreNotNew() {
        let text = "New.\r\n\r\nOn Monday Otto wrote:\r\n> Old.\r\n>> Older.\r\n\r\n"
        #expect(String(decoding: UniquePart.plain(Array(text.utf8)), as: UTF8.self) == "New.\r\n")
        #expect(String(decoding: UniquePart.plain(Array("> Old.\r\nMine below.\r\n".utf8)), as: UTF8.self) == "> Old.\r\nMine below.\r\n")
        #expect(UniquePart.plain(Array("> all quoted\r\n".utf8)) == Array("> all quoted\r\n".utf8))
    }
    private static func bodyPart(_ type: Int) -> (inout TokenWriter) -> Void {
        { $0.element(AirSyncBase.bodyPartPreference) { $0.element(AirSyncBase.type, type) } }
    }
    private static func ask(_ key: String, _ folder: FolderID, _ type: Int) -> Ask {
        var ask = Ask(key, folder)
        ask.options = bodyPart(type)
        return ask
    }

    // MARK: Flags

    /// MS-ASEMAIL_R407 MS-ASEMAIL_R409 MS-ASEMAIL_R702 MS-ASEMAIL_R739 MS-ASEMAIL_R741 MS-ASEMAIL_R853 MS-ASEMAIL_R864 MS-ASEMAIL_R648 MS-ASEMAIL_R723
    /// MS-ASEMAIL_R817 MS-ASEMAIL_R835 MS-ASEMAIL_R347 MS-ASEMAIL_R643 MS-ASEMAIL_R757
    static let refused: [@Sendable (inout TokenWriter) -> Void] = [
        { $0.element(Email.flag) { flag(&$0, [Tasks.dueDate: "2030-01-02T00:00:00.000Z"]) } },
        {
            $0.element(Email.flag) {
                let late = "2030-01-03T00:00:00.000Z", early = "2030-01-02T00:00:00.000Z"
                flag(&$0, [Tasks.startDate: late, Tasks.dueDate: early, Tasks.utcStartDate: early, Tasks.utcDueDate: late])
            }
        }, { $0.element(Email.flag) { flag(&$0, [Tasks.reminderSet: "1"]) } }, { $0.element(Email.flag) { $0.element(Email.status, 3) } },
        { $0.element(Email2.receivedAsBcc, 1) }, { $0.element(Email2.sender, "x@example.net") }, { $0.element(Email2.umCallerID, "1") },
        { $0.element(Email2.umUserNotes, "1") }, { $0.element(Email2.conversationId, opaque: [1]) }, { $0.element(Email.read, "yes") },
    ]
    private static func flag(_ writer: inout TokenWriter, _ fields: [WBXMLTag: String]) {
        writer.element(Email.status, 2)
        for (tag, text) in fields { writer.element(tag, text) }
    }
    @Test(arguments: 0..<10) func whatIsNotAPhonesToSayIsRefused(_ index: Int) async throws {
        let lab = try await PhoneLab()
        let phone = await phone(.v14_1, lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        let answer = try await phone.sync(Ask(key, inbox.id, commands: Ask.change(item.id) { Self.refused[index](&$0) }))
        #expect(answer?[AirSync.responses]?[AirSync.change]?.status == 6)
    }
}
