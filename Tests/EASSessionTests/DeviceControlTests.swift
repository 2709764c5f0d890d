import Directory
import EASCodec
import EASSession
import MailStore
import Model
import Testing

/// Devices under control: who is let in, wipes in two steps, departing accounts, app passwords. (threats T33, T35)
@Suite struct DeviceControlTests {
    static func wipe(_ status: Int?, full: Bool = true) -> [UInt8] {
        var writer = TokenWriter()
        writer.element(Provision.provision) { writer in
            if let status { writer.element(full ? Provision.remoteWipe : Provision.accountOnlyRemoteWipe) { $0.element(Provision.status, status) } }
        }
        return writer.finish()
    }
    static func row(_ lab: PhoneLab, _ device: String = "PHONE1") async throws -> DeviceRow? {
        try await lab.store.read { try $0.device(of: lab.ann, identifier: device) }
    }
    static func order(_ lab: PhoneLab, _ kind: DeviceRow.Wipe.Kind, _ device: String = "PHONE1") async throws {
        try await lab.store.write { store in
            _ = try DeviceWipe.order(kind, try #require(try store.device(of: lab.ann, identifier: device)), by: "test", store)
        }
    }
    static func events(_ lab: PhoneLab) async throws -> [String] {
        try await lab.store.read { try $0.deviceEvents(user: nil, device: nil, limit: 100).map(\.event).reversed() }
    }

    /// MS-ASPROV_R321 MS-ASPROV_R760 MS-ASPROV_R393 MS-ASPROV_R395 MS-ASPROV_R679 MS-ASPROV_R450 MS-ASPROV_R497 MS-ASPROV_R702 MS-ASPROV_R1047 MS-ASPROV_R1048
    /// MS-ASPROV_R758 MS-ASPROV_R322 MS-ASPROV_R666 MS-ASPROV_R1041 MS-ASPROV_R1042
    // MS-ASPROV_R1047 MS-ASPROV_R1048 MS-ASPROV_R395 MS-ASPROV_R653 MS-ASPROV_R702
    @Test func aWipeIsAskedForAndAcknowledged() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        _ = try await phone.folderSync("0")
        // Nobody asked: an acknowledgement is an error, and changes nothing.
        #expect(try await phone.root("Provision", Self.wipe(1))[Provision.status]?.integer == 2)
        try await Self.order(lab, .full)
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 140)
        // Not told yet: it cannot acknowledge.
        #expect(try await phone.root("Provision", Self.wipe(1)).children.map(\.text) == ["2"])
        #expect(try await Self.row(lab)?.control.wipe?.stage == .asked)
        let told = try await phone.root("Provision", Self.wipe(nil))
        #expect(told.children.map(\.tag) == [Provision.status, Provision.remoteWipe])
        #expect(told[Provision.status]?.integer == 1 && told[Provision.remoteWipe]?.children.isEmpty == true)
        // Old devices ask as ever.
        #expect(try await phone.root("Provision", PhoneLine.provision(model: "x"))[Provision.remoteWipe] != nil)
        let failed = try await phone.root("Provision", Self.wipe(2))
        #expect(failed[Provision.status]?.integer == 2 && failed[Provision.remoteWipe] != nil)
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 140)
        _ = try await phone.root("Provision", Self.wipe(nil))
        let done = try await phone.root("Provision", Self.wipe(1))
        #expect(done[Provision.status]?.integer == 1 && done[Provision.remoteWipe] != nil)
        let row = try #require(try await Self.row(lab))
        #expect(row.state == .blocked && row.control.wipe?.stage == .done)
        #expect(await phone.command("FolderSync", PhoneLine.folderSync("0"))?.status == 403)
        #expect(await phone.command("Provision", Self.wipe(1))?.status == 403)
        #expect(try await Self.events(lab) == ["wipe.asked", "wipe.told", "wipe.failed", "wipe.told", "wipe.done"])
        #expect(try await lab.store.read { try $0.syncStates(of: row.id) }.isEmpty)
    }
    /// MS-ASPROV_R653 MS-ASPROV_R654 MS-ASPROV_R66613 MS-ASPROV_R66615
    /// Another user's device of the same name is another device. (threat T33)
    @Test func aWipeIsForOneDeviceOfOneUser() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), second = await PhoneLine(lab, device: "PHONE2"), bob = await PhoneLine(lab)
        bob.user = "bob@example.org"
        for each in [phone, second, bob] { _ = try await each.folderSync("0") }
        try await Self.order(lab, .full)
        #expect(try await second.folderSync("0")[FolderHierarchy.status]?.integer == 1)
        #expect(try await bob.folderSync("0")[FolderHierarchy.status]?.integer == 1)
        #expect(try await bob.root("Provision", Self.wipe(1)).children.map(\.text) == ["2"])
        #expect(try await second.root("Provision", PhoneLine.provision(model: "x"))[Provision.remoteWipe] == nil)
        #expect(try await Self.row(lab)?.control.wipe?.stage == .asked)
    }
    @Test func aWipeCanBeTakenBack() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        _ = try await phone.folderSync("0")
        try await Self.order(lab, .full)
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 140)
        try await lab.store.write { _ = try DeviceWipe.cancel(try #require(try $0.device(of: lab.ann, identifier: "PHONE1")), by: "test", $0) }
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1)
        #expect(try await Self.events(lab) == ["wipe.asked", "wipe.cancelled"])
    }
    /// 14.1 knows no wipe of one account, and is never asked for more than was meant.
    @Test func anAccountWipeIsNotMadeAFullOne() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        _ = try await phone.folderSync("0")
        await #expect(throws: DeviceWipe.Refusal.knowsOnlyFull) { try await Self.order(lab, .account) }
        // It spoke 16.1 when the order was given, and comes back with 14.1.
        try await lab.store.write { store in
            var row = try #require(try store.device(of: lab.ann, identifier: "PHONE1"))
            row.protocolVersion = "16.1"
            _ = try DeviceWipe.order(.account, row, by: "test", store)
        }
        #expect(await phone.command("FolderSync", PhoneLine.folderSync("0"))?.status == 403)
        #expect(await phone.command("Provision", Self.wipe(nil))?.status == 403)
    }
    @Test func aWaitingDeviceHearsOfItsWipe() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        _ = try await phone.begin(inbox.id)
        #expect(await phone.command("Ping", PhoneLine.ping(60, [inbox.id])) == nil)
        try await Self.order(lab, .full)
        _ = await phone.wake()
        #expect(phone.isHungUp)
    }

    /// The device's own credential fetches the wipe, and nothing else; others fetch nothing.
    @Test func aDepartingAccountCanOnlyBeWiped() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), other = await PhoneLine(lab, device: "PHONE2")
        let own = try await lab.directory.administration.createAppPassword("ann@example.org", label: "phone")
        phone.password = own
        _ = try await phone.folderSync("0")
        _ = try await other.folderSync("0")
        try await Self.order(lab, .full)
        try await lab.directory.administration.depart("ann@example.org")
        #expect(await other.command("FolderSync", PhoneLine.folderSync("0"))?.status == 403)
        #expect(await other.command("Provision", Self.wipe(nil))?.status == 403)
        // The password that the device did not use last.
        let forger = await PhoneLine(lab)
        #expect(await forger.command("Provision", Self.wipe(nil))?.status == 403)
        #expect(await phone.send("OPTIONS", nil, [phone.authorization])?.status == 403)
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 140)
        #expect(try await phone.root("Provision", Self.wipe(nil))[Provision.remoteWipe] != nil)
        #expect(try await phone.root("Provision", Self.wipe(1))[Provision.status]?.integer == 1)
        // Its password went with it.
        #expect(await phone.command("Provision", Self.wipe(nil))?.status == 401)
        await #expect(throws: LogInFailure.disabled) {
            _ = try await lab.directory.logIn("ann@example.org", password: "secret", service: "imap", address: "127.0.0.1")
        }
    }

    @Test func anAppPasswordBelongsToItsFirstUser() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), thief = await PhoneLine(lab, device: "PHONE2")
        let password = try await lab.directory.administration.createAppPassword("ann@example.org", label: "phone")
        (phone.password, thief.password) = (password, password)
        for _ in 0..<3 { #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1) }
        #expect(await thief.command("FolderSync", PhoneLine.folderSync("0"))?.status == 401)
        await #expect(throws: LogInFailure.wrong) {
            _ = try await lab.directory.logIn("ann@example.org", password: password, service: "imap", address: "127.0.0.1")
        }
        #expect(try await lab.directory.administration.appPasswords("ann@example.org").map(\.device) == ["PHONE1"])
        // One for mail programs is none for phones.
        let mail = try await lab.directory.administration.createAppPassword("ann@example.org", label: "desk")
        _ = try await lab.directory.logIn("ann@example.org", password: mail, service: "imap", address: "127.0.0.1")
        thief.password = mail
        #expect(await thief.command("FolderSync", PhoneLine.folderSync("0"))?.status == 401)
        try await lab.directory.administration.revokeAppPassword("ann@example.org", label: "phone")
        #expect(await phone.command("FolderSync", PhoneLine.folderSync("0"))?.status == 401)
    }

    @Test func newDevicesMeetTheRule() async throws {
        var settings = EASSettings()
        settings.access = { $0.type == "Test" ? .quarantined : .blocked }
        let lab = try await PhoneLab(devices: settings), phone = await PhoneLine(lab)
        for _ in 0..<2 { #expect(await phone.command("FolderSync", PhoneLine.folderSync("0"))?.status == 403) }
        // It may say what it is.
        #expect(try await phone.root("Provision", PhoneLine.provision(model: "Pixel"))[Provision.status]?.integer == 1)
        #expect(try await Self.row(lab)?.information["Model"] == "Pixel")
        // One message tells the user.
        #expect(try await lab.inbox().total == 1)
        try await lab.store.write { store in
            var row = try #require(try store.device(of: lab.ann, identifier: "PHONE1"))
            row.state = .allowed
            _ = try store.put(row)
        }
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1)
    }
}
