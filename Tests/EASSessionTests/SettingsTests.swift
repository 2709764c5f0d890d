import EASCodec
import MailStore
import Model
import Testing

/// Settings: what is told of the account, kept of the device, and refused.
@Suite struct SettingsTests {
    func ask(_ phone: PhoneLine, _ body: (inout TokenWriter) -> Void) async throws -> WBXMLElement {
        var writer = TokenWriter()
        writer.element(Settings.settings, body)
        return try await phone.root("Settings", writer.finish())
    }
    @Test func tellsTheAddressesOfTheAccount() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        try await lab.store.write { try $0.addAddress(AddressRow(address: "a.nn@example.org", target: .account(lab.ann))) }
        let root = try await ask(phone) { $0.element(Settings.userInformation) { $0.empty(Settings.get) } }
        #expect(root[Settings.status]?.integer == 1)
        #expect(root[Settings.userInformation]?[Settings.status]?.integer == 1)
        let account = root[Settings.userInformation]?[Settings.get]?[Settings.accounts]?[Settings.account]
        #expect(account?[Settings.userDisplayName]?.text == "Ann")
        let addresses = account?[Settings.emailAddresses]
        #expect(addresses?[Settings.primarySmtpAddress]?.text == "ann@example.org")
        #expect(addresses?.all(Settings.smtpAddress).map(\.text) == ["a.nn@example.org", "postmaster@example.org"])
    }
    @Test func keepsWhatTheDeviceSaysOfItself() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        let root = try await ask(phone) { writer in
            writer.element(Settings.deviceInformation) {
                $0.element(Settings.set) {
                    $0.element(Settings.model, "Pixel"); $0.element(Settings.os, "Android\u{1}")
                }
            }
        }
        #expect(root[Settings.deviceInformation]?[Settings.status]?.integer == 1)
        _ = try await ask(phone) { $0.element(Settings.deviceInformation) { $0.element(Settings.set) { $0.element(Settings.friendlyName, "Ann's") } } }
        let known = try await lab.store.read { try $0.device(of: lab.ann, identifier: "PHONE1")?.information }
        #expect(known?["Model"] == "Pixel" && known?["FriendlyName"] == "Ann's")
    }
    // MS-ASCMD_R469 MS-ASCMD_R5713
    @Test func severalPropertiesAreAnsweredInTheirOrderAndOnce() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let root = try await ask(phone) { writer in
            writer.element(Settings.oof) { $0.element(Settings.get) { $0.element(Settings.bodyType, "HTML") } }
            writer.element(Settings.deviceInformation) { $0.element(Settings.set) { $0.element(Settings.model, "x") } }
            writer.element(Settings.userInformation) { $0.empty(Settings.get) }
            writer.element(Settings.userInformation) { $0.empty(Settings.get) }
        }
        #expect(root.children.map(\.tag) == [Settings.status, Settings.oof, Settings.deviceInformation, Settings.userInformation])
        let oof = root[Settings.oof]?[Settings.get]
        #expect(oof?[Settings.oofState]?.integer == 0)
        #expect(oof?.all(Settings.oofMessage).compactMap { $0[Settings.bodyType]?.text } == ["HTML", "HTML", "HTML"])
    }
    static let refused: [(String, Int, @Sendable (inout TokenWriter) -> Void)] = [
        ("out of office on", 1, { $0.element(Settings.oof) { $0.element(Settings.set) { $0.element(Settings.oofState, 1) } } }),
        ("out of office off", 1, { $0.element(Settings.oof) { $0.element(Settings.set) { $0.element(Settings.oofState, 0) } } }),
        ("out of office in a state that does not exist", 2, { $0.element(Settings.oof) { $0.element(Settings.set) { $0.element(Settings.oofState, 7) } } }),
        ("neither get nor set", 2, { $0.empty(Settings.oof) }),
        ("a recovery password", 7, { $0.element(Settings.devicePassword) { $0.element(Settings.set) { $0.element(Settings.password, "x") } } }),
        ("rights management", 168, { $0.element(Settings.rightsManagementInformation) { $0.empty(Settings.get) } }),
    ]
    // MS-ASCMD_R4386 MS-ASCMD_R4387 MS-ASCMD_R4391 MS-ASCMD_R4392 MS-ASCMD_R4395 MS-ASCMD_R5845
    @Test(arguments: Self.refused.indices) func answersEachPropertyByItself(_ index: Int) async throws {
        let (name, status, body) = Self.refused[index]
        let root = try await ask(await PhoneLine(try await PhoneLab()), body)
        #expect(root[Settings.status]?.integer == 1)
        #expect(root.children.last?[Settings.status]?.integer == status, "\(name)")
    }
    @Test func anEmptyRequestIsAProtocolError() async throws {
        let root = try await ask(await PhoneLine(try await PhoneLab())) { _ in }
        #expect(root.children.map(\.text) == ["2"])
    }
}
