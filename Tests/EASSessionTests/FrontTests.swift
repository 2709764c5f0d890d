import EASCodec
import MailStore
import Model
import Testing

/// Who asks, in which version, for what: before any command.
@Suite struct FrontTests {
    @Test func withoutCredentialsNothingIsAnswered() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let options = await phone.send("OPTIONS", nil)
        #expect(options?.status == 401)
        #expect(options?.head.contains("WWW-Authenticate: Basic realm=") == true)
        phone.password = "wrong"
        #expect(await phone.command("FolderSync")?.status == 401)
    }
    @Test func optionsOffersVersionsAndWhatIsDone() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let answer = await phone.send("OPTIONS", nil, [phone.authorization])
        #expect(answer?.status == 200 && answer?.body == [])
        #expect(answer?.head.contains("MS-ASProtocolVersions: 2.5,12.0,12.1,14.0,14.1,16.0,16.1\r\n") == true)
        #expect(answer?.head.contains("FolderSync") == true && answer?.head.contains("MeetingResponse") == false)
        #expect(await phone.send("PUT", nil, [phone.authorization])?.status == 501)
        phone.user = "EXAMPLE\\ann@example.org"
        #expect(await phone.send("OPTIONS", nil, [phone.authorization])?.status == 200)
    }
    static let queries: [(String, String?, Int)] = [
        ("User=a&DeviceId=x&DeviceType=y", "14.1", 400), ("Cmd=FolderSync&DeviceType=y", "14.1", 400), ("Cmd=Nonsense&DeviceId=x&DeviceType=y", "14.1", 501),
        ("Cmd=FolderSync&DeviceId=x&DeviceType=y", "99.9", 400), ("Cmd=FolderSync&DeviceId=x&DeviceType=y", "12.1", 400),
        // Without a word about the version the oldest is meant, and that one has codes of HTTP.
        ("Cmd=FolderSync&DeviceId=x&DeviceType=y", nil, 400),
        // threat T33: 33 characters, and octets that are none.
        ("Cmd=FolderSync&DeviceId=abcdefghijklmnopqrstuvwxyz0123456&DeviceType=y", "14.1", 400), ("Cmd=FolderSync&DeviceId=%00%ff&DeviceType=y", "14.1", 400),
    ]
    // MS-ASHTTP_R186 MS-ASHTTP_R188 MS-ASHTTP_R476
    @Test(arguments: queries) func whatIsNoRequestIsRefused(_ query: String, _ version: String?, _ status: Int) async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let headers = [phone.authorization] + (version.map { [("MS-ASProtocolVersion", $0)] } ?? [])
        #expect(await phone.send("POST", query, headers)?.status == status)
    }
    // MS-ASCMD_R4815 MS-ASCMD_R4817
    @Test func bodiesMustBeWhatTheySay() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        func status(_ body: [UInt8], _ type: String?) async throws -> String? {
            try await phone.command("FolderSync", body, type: type)?.root()[FolderHierarchy.status]?.text
        }
        #expect(try await status(Array("<FolderSync/>".utf8), "text/plain") == "101")
        #expect(try await status([], nil) == "101")
        #expect(try await status([3, 1, 0x6A, 0, 0, 7, 0x56], "application/vnd.ms-sync.wbxml") == "102")
        #expect(try await status(PhoneLine.ping(300, [FolderID(1)]), "application/vnd.ms-sync") == "103")
        #expect(try await status(PhoneLine.folderSync("0"), "application/vnd.ms-sync") == "1")
    }
    /// threat T33: state belongs to (user, device); a key of one is nothing to another.
    // MS-ASCMD_R116 MS-ASCMD_R4578 MS-ASCMD_R5020
    @Test func keysBelongToOneUserAndOneDevice() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let key = try await phone.folderSync("0")[FolderHierarchy.syncKey]?.text ?? ""
        #expect(try await phone.folderSync(key)[FolderHierarchy.status]?.integer == 1)
        phone.device = "PHONE2"
        #expect(try await phone.folderSync(key)[FolderHierarchy.status]?.integer == 9)
        phone.device = "PHONE1"
        phone.user = "bob@example.org"
        #expect(try await phone.folderSync(key)[FolderHierarchy.status]?.integer == 9)
        // Nor does another user's folder exist for it.
        let foreign = try await lab.inbox()
        #expect(try await phone.sync(Ask("0", foreign.id))?.status == 12)
        // One row for each device of each user.
        let devices = try await lab.store.read { try $0.devices(of: nil).map { "\($0.account == lab.ann) \($0.identifier)" }.sorted() }
        #expect(devices == ["false PHONE1", "true PHONE1", "true PHONE2"])
    }
    @Test func aBlockedDeviceIsKeptOut() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        _ = try await phone.folderSync("0")
        try await lab.store.write { store in
            guard var row = try store.device(of: lab.ann, identifier: "PHONE1") else { return }
            row.state = .blocked
            _ = try store.put(row)
        }
        #expect(await phone.command("FolderSync", PhoneLine.folderSync("0"))?.status == 403)
    }
    /// Quirk: Android sets accounts up under the name "validate", which is no device.
    @Test func theNameValidateLeavesNoDevice() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab, device: "validate")
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1)
        #expect(try await lab.store.read { try $0.devices(of: lab.ann).count } == 0)
    }
    @Test func aRequestMayBeAsLargeAsItsMessage() async throws {
        let lab = try await PhoneLab(messageSize: 70_000)
        func send(_ size: Int) async -> Int? {
            var writer = TokenWriter()
            writer.open(ComposeMail.sendMail)
            writer.element(ComposeMail.clientId, "\(size)")
            let line = "0123456789abcde\r\n"
            let text = String(repeating: line, count: size / line.utf8.count)
            writer.element(ComposeMail.mime, opaque: Array("From: ann@example.org\r\nTo: bob@example.org\r\nSubject: hi\r\n\r\n\(text)".utf8))
            writer.close()
            return await PhoneLine(lab).command("SendMail", writer.finish())?.status
        }
        #expect(await send(60_000) == 200)
        // Above the message's limit and what may lie around it nothing is read.
        #expect(await send(140_000) == 413)
        #expect(try await lab.folder(.inbox, lab.bob).total == 1)
    }
    @Test func aLineShowsWhoIsOn() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        _ = await phone.send("OPTIONS", nil)
        #expect(phone.shownUser == nil)
        _ = try await phone.folderSync("0")
        #expect(phone.shownUser == "ann@example.org")
    }
    @Test func nonsenseIsAnsweredWithAStatus() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        var state: UInt64 = 7
        for _ in 0..<100 {
            var body: [UInt8] = [3, 1, 0x6A, 0]
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1
                body.append(UInt8(truncatingIfNeeded: state >> 33))
            }
            for command in ["Sync", "Ping", "FolderSync", "MoveItems", "SendMail"] {
                let answer = await phone.command(command, body)
                #expect(answer?.status == 200 && answer?.body.isEmpty == false)
            }
        }
    }
    @Test func everyFailureHasAStatusOfTheCommand() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        for command in ["FolderSync", "FolderCreate", "FolderUpdate", "FolderDelete", "MoveItems", "GetItemEstimate", "SendMail", "Provision"] {
            let root = try await phone.command(command, [3, 1, 0x6A, 0, 0xFF])?.root()
            #expect(root?.children.count == 1 && root?.children.first?.text == "102", "\(command)")
        }
    }
}
