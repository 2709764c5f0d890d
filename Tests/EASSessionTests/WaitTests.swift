import EASCodec
import MailStore
import Model
import Testing

/// Requests whose answer waits: Ping, and Sync with a heartbeat.
@Suite struct WaitTests {
    /// The phone has all of the inbox and has been told that there is no more.
    static func rest(_ lab: PhoneLab, _ phone: PhoneLine) async throws -> (folder: FolderID, key: String) {
        let inbox = try await lab.inbox()
        let key = try await phone.begin(inbox.id).key
        #expect(try await phone.sync(Ask(key, inbox.id)) == nil)
        return (inbox.id, key)
    }
    static func status(_ answer: PhoneLine.Answer?) throws -> Int? { try answer?.root()[Ping.status]?.integer }

    @Test func pingWaitsForMailAndNamesItsFolder() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let inbox = try await Self.rest(lab, phone).folder
        #expect(await phone.command("Ping", PhoneLine.ping(300, [inbox])) == nil)
        // Another folder's mail does not wake it.
        try await lab.append(PhoneLab.mail("elsewhere"), to: try await lab.folder(.junk, lab.ann).id)
        #expect(await phone.wake() == nil)
        try await lab.append(PhoneLab.mail("new"), to: inbox)
        let answer = await phone.wake()
        #expect(try Self.status(answer) == 2)
        #expect(try answer?.root()[Ping.folders]?.all(Ping.folder).map(\.text) == [inbox.description])
    }
    @Test func whatCameBetweenSyncAndPingIsToldAtOnce() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let inbox = try await Self.rest(lab, phone).folder
        try await lab.append(PhoneLab.mail("new"), to: inbox)
        #expect(try Self.status(await phone.command("Ping", PhoneLine.ping(300, [inbox]))) == 2)
    }
    @Test func ownChangesDoNotWake() async throws {
        let lab = try await PhoneLab()
        let inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let waiting = await PhoneLine(lab), busy = await PhoneLine(lab)
        let key = try await Self.rest(lab, waiting).key
        #expect(await waiting.command("Ping", PhoneLine.ping(300, [inbox.id])) == nil)
        let answer = try await busy.sync(Ask(key, inbox.id, commands: Ask.change(item.id) { $0.element(Email.read, 1) }))
        #expect(answer?.status == 1)
        #expect(await waiting.wake() == nil)
        // Somebody else's mark does.
        _ = try await lab.store.write { try $0.setFlags(item.id, FlagChange(.add, .flagged)) }
        #expect(try Self.status(await waiting.wake()) == 2)
    }
    @Test func pingEndsWhenItsTimeIsUpAndWhenTheProcessStops() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let inbox = try await Self.rest(lab, phone).folder
        #expect(await phone.command("Ping", PhoneLine.ping(300, [inbox])) == nil)
        #expect(try Self.status(await phone.expire()) == 1)
        // An empty Ping repeats it.
        #expect(await phone.command("Ping") == nil)
        #expect(try Self.status(await phone.drain()) == 1)
    }
    @Test func aSecondPingEndsTheFirst() async throws {
        let lab = try await PhoneLab()
        let first = await PhoneLine(lab), second = await PhoneLine(lab), other = await PhoneLine(lab, device: "PHONE2")
        let inbox = try await Self.rest(lab, first).folder
        _ = try await Self.rest(lab, other)
        for phone in [first, other, second] { #expect(await phone.command("Ping", PhoneLine.ping(300, [inbox])) == nil) }
        #expect(try Self.status(await first.wake()) == 1)
        #expect(await other.wake() == nil)
        try await lab.append(PhoneLab.mail("new"), to: inbox)
        #expect(try Self.status(await second.wake()) == 2)
        #expect(try Self.status(await other.wake()) == 2)
    }
    static let refusals: [(Int?, Int, Int)] = [
        (1, 1, 5), (0, 1, 5), (59, 1, 5), (3541, 1, 5), (99_999, 1, 5), (nil, 0, 3), (300, 0, 3), (nil, 1, 3), (300, 201, 6), (300, 5000, 6),
    ]
    @Test(arguments: refusals) func pingsThatCannotBeAreToldSo(_ heartbeat: Int?, _ folders: Int, _ status: Int) async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let inbox = try await lab.inbox().id
        let root = try await phone.root("Ping", PhoneLine.ping(heartbeat, Array(repeating: inbox, count: folders)))
        #expect(root[Ping.status]?.integer == status)
        if status == 5 { #expect(root[Ping.heartbeatInterval]?.integer == ((heartbeat ?? 0) < 60 ? 60 : 3540)) }
        if status == 6 { #expect(root[Ping.maxFolders]?.integer == 200) }
    }
    // MS-ASCMD_R4257 MS-ASCMD_R4258
    @Test func aFolderThatGoesEndsThePing() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let made = try await lab.store.write { store in
            try store.addFolder(account: lab.ann, parent: nil, name: "Project", itemClass: .mail, role: nil, isSubscribed: true)
        }
        _ = try await phone.folderSync("0")
        _ = try await phone.begin(made.id)
        #expect(await phone.command("Ping", PhoneLine.ping(300, [made.id])) == nil)
        try await lab.store.write { try $0.removeFolder(made.id) }
        #expect(try Self.status(await phone.wake()) == 7)
        #expect(try Self.status(await phone.command("Ping", PhoneLine.ping(300, [made.id]))) == 7)
    }
    @Test func aNewFolderEndsThePingOfADeviceThatKnowsTheList() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let inbox = try await Self.rest(lab, phone).folder
        let key = try await phone.folderSync("0")[FolderHierarchy.syncKey]?.text ?? ""
        #expect(await phone.command("Ping", PhoneLine.ping(300, [inbox])) == nil)
        _ = try await lab.store.write { store in
            try store.addFolder(account: lab.ann, parent: nil, name: "Project", itemClass: .mail, role: nil, isSubscribed: true)
        }
        #expect(try Self.status(await phone.wake()) == 7)
        let changes = try await phone.folderSync(key)[FolderHierarchy.changes]
        #expect(changes?.all(FolderHierarchy.add).map { $0[FolderHierarchy.displayName]?.text } == ["Project"])
        #expect(await phone.command("Ping", PhoneLine.ping(300, [inbox])) == nil)
    }
    @Test func aDeviceThatIsRemovedWaitsNoMore() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let inbox = try await Self.rest(lab, phone).folder
        #expect(await phone.command("Ping", PhoneLine.ping(300, [inbox])) == nil)
        try await lab.store.write { store in
            if let row = try store.device(of: lab.ann, identifier: "PHONE1") { try store.remove(row.id) }
        }
        try await lab.append(PhoneLab.mail("new"), to: inbox)
        #expect(try Self.status(await phone.wake()) == 7)
    }
    enum Doing: CaseIterable { case block, quarantine, disable, depart }
    /// threat T33: who is shut out hears nothing more, on connections that wait as well.
    @Test(arguments: Doing.allCases, ["Ping", "Sync"]) func whoIsShutOutIsHungUp(_ doing: Doing, _ command: String) async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let (inbox, key) = try await Self.rest(lab, phone)
        let body = command == "Ping" ? PhoneLine.ping(300, [inbox]) : Ask.document([Ask(key, inbox)], heartbeat: 120)
        #expect(await phone.command(command, body) == nil)
        let account = lab.ann
        try await lab.store.write { store in
            switch doing {
            case .block, .quarantine:
                guard var row = try store.device(of: account, identifier: "PHONE1") else { throw StoreError.notFound }
                row.state = doing == .block ? .blocked : .quarantined
                _ = try store.put(row)
            case .disable: try store.setAccount(account, state: .disabled)
            case .depart: try store.setAccount(account, state: .departing)
            }
        }
        #expect(await phone.wake() == nil)
        #expect(phone.isHungUp)
    }
    /// What came and went is nothing to tell, but is not to be looked at again and again.
    @Test func aWaitingSyncMovesOnOverWhatIsNoNews() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let (inbox, key) = try await Self.rest(lab, phone)
        #expect(await phone.command("Sync", Ask.document([Ask(key, inbox)], heartbeat: 120)) == nil)
        let account = lab.ann
        func row() async throws -> SyncStateRow? {
            try await lab.store.read { store in
                try store.device(of: account, identifier: "PHONE1").flatMap { try store.syncState(device: $0.id, folder: inbox) }
            }
        }
        let before = try await row()
        let item = try await lab.append(PhoneLab.mail("gone again"), to: inbox)
        try await lab.store.write { try $0.remove(item.id) }
        #expect(await phone.wake() == nil)
        let after = try await row()
        #expect(after?.key == before?.key && after?.position != before?.position)
        try await lab.append(PhoneLab.mail("new"), to: inbox)
        #expect(try await phone.wake()?.root()[AirSync.collections]?[AirSync.collection]?.subjects == ["new"])
    }
    @Test func aSyncWithAHeartbeatBringsWhatComes() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let (inbox, key) = try await Self.rest(lab, phone)
        #expect(await phone.command("Sync", Ask.document([Ask(key, inbox)], heartbeat: 120)) == nil)
        try await lab.append(PhoneLab.mail("elsewhere"), to: try await lab.folder(.junk, lab.ann).id)
        #expect(await phone.wake() == nil)
        try await lab.append(PhoneLab.mail("new"), to: inbox)
        let answer = try await phone.wake()?.root()[AirSync.collections]?[AirSync.collection]
        #expect(answer?.subjects == ["new"])
        #expect(try await phone.sync(Ask(answer?.key ?? "", inbox)) == nil)
    }
    // MS-ASCMD_R679
    @Test func aWaitingSyncEndsEmpty() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let (inbox, key) = try await Self.rest(lab, phone)
        #expect(await phone.command("Sync", Ask.document([Ask(key, inbox)], heartbeat: 120)) == nil)
        let answer = await phone.expire()
        #expect(answer?.status == 200 && answer?.body == [])
        #expect(answer?.head.contains("Content-Length: 0") == true)
    }
    /// Another request of the device has moved the key on: the waiting one must not answer, or the good key would be taken for a lost one.
    @Test func aWaitingSyncWhoseKeyIsUsedElsewhereEndsWithoutHarm() async throws {
        let lab = try await PhoneLab()
        let waiting = await PhoneLine(lab), busy = await PhoneLine(lab)
        let (inbox, key) = try await Self.rest(lab, waiting)
        #expect(await waiting.command("Sync", Ask.document([Ask(key, inbox)], heartbeat: 120)) == nil)
        try await lab.append(PhoneLab.mail("new"), to: inbox)
        let answer = try await busy.sync(Ask(key, inbox))
        #expect(answer?.subjects == ["new"])
        #expect(await waiting.wake()?.body == [])
        #expect(try await busy.sync(Ask(answer?.key ?? "", inbox)) == nil)
    }
    @Test func aPhoneThatHangsUpIsForgotten() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let inbox = try await Self.rest(lab, phone).folder
        #expect(await phone.command("Ping", PhoneLine.ping(300, [inbox])) == nil)
        phone.close()
        try await lab.append(PhoneLab.mail("new"), to: inbox)
        #expect(await phone.wake() == nil)
    }
}
