import EASCodec
import EASSession
import MailStore
import Model
import Testing

/// Policies: two phases and two keys, and what a device gets without them. (threat T34)
@Suite struct ProvisionTests {
    static let policy = DevicePolicy(["device_password_enabled": .flag(true), "allow_camera": .flag(false)])
    static func settings(_ change: (inout EASSettings) -> Void = { _ in }) -> EASSettings {
        var settings = EASSettings()
        settings.policy = policy
        change(&settings)
        return settings
    }

    /// MS-ASPROV_R60010 MS-ASPROV_R888 MS-ASPROV_R303 MS-ASPROV_R304 MS-ASPROV_R306 MS-ASPROV_R307 MS-ASPROV_R308 MS-ASPROV_R313 MS-ASPROV_R317
    /// MS-ASPROV_R318 MS-ASPROV_R966 MS-ASPROV_R971 MS-ASPROV_R320 MS-ASPROV_R366 MS-ASPROV_R370 MS-ASPROV_R759 MS-ASPROV_R378 MS-ASPROV_R391
    /// MS-ASPROV_R394 MS-ASPROV_R678 MS-ASPROV_R441 MS-ASPROV_R688 MS-ASPROV_R650 MS-ASPROV_R662 MS-ASPROV_R703 MS-ASPROV_R711
    /// MS-ASPROV_R209 MS-ASPROV_R601 MS-ASPROV_R234 MS-ASPROV_R310 MS-ASPROV_R605 MS-ASPROV_R417 MS-ASPROV_R419 MS-ASPROV_R486 MS-ASPROV_R466
    /// MS-ASPROV_R495 MS-ASPROV_R535 MS-ASPROV_R661 MS-ASPROV_R374 MS-ASPROV_R390 MS-ASPROV_R319 MS-ASPROV_R375 MS-ASPROV_R509
    // MS-ASCMD_R4990 MS-ASCMD_R4992 MS-ASCMD_R4996 MS-ASCMD_R5026 MS-ASCMD_R5028 MS-ASPROV_R208 MS-ASPROV_R320 MS-ASPROV_R441 MS-ASPROV_R650
    // MS-ASPROV_R662 MS-ASPROV_R678 MS-ASPROV_R966
    @Test func twoPhasesAndTwoKeys() async throws {
        let phone = await PhoneLine(try await PhoneLab(devices: Self.settings()))
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 142)
        let first = try await phone.root("Provision", PhoneLine.provision(model: "Pixel"))
        #expect(first.children.map(\.tag) == [Settings.deviceInformation, Provision.status, Provision.policies])
        let offer = first[Provision.policies]?[Provision.policy]
        #expect(offer?.children.map(\.tag) == [Provision.policyType, Provision.status, Provision.policyKey, Provision.data])
        let document = offer?[Provision.data]?[Provision.easProvisionDoc]
        // Only what is set, in the order of the schema.
        #expect(document?.children.map(\.tag) == [Provision.devicePasswordEnabled, Provision.allowCamera])
        #expect(document?.children.map(\.text) == ["1", "0"])
        let temporary = try #require(offer?[Provision.policyKey]?.text)
        // Asked again (the answer was lost): the same key.
        let again = try await phone.root("Provision", PhoneLine.provision(model: "Pixel"))
        #expect(again[Provision.policies]?[Provision.policy]?[Provision.policyKey]?.text == temporary)
        // The temporary key opens nothing.
        phone.policyKey = temporary
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 142)
        let second = try await phone.root("Provision", PhoneLine.acknowledge(temporary, status: 1))
        #expect(second[Provision.status]?.integer == 1)
        let grant = second[Provision.policies]?[Provision.policy]
        #expect(grant?.children.map(\.tag) == [Provision.policyType, Provision.status, Provision.policyKey])
        let final = try #require(grant?[Provision.policyKey]?.text)
        #expect(final != temporary && final != "0")
        // Acknowledged again (the answer was lost): the same key.
        let repeated = try await phone.root("Provision", PhoneLine.acknowledge(temporary, status: 1))
        #expect(repeated[Provision.policies]?[Provision.policy]?[Provision.policyKey]?.text == final)
        phone.policyKey = final
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1)
    }

    /// MS-ASPROV_R657 MS-ASPROV_R695 MS-ASPROV_R377 MS-ASPROV_R382 MS-ASPROV_R692 MS-ASPROV_R761 MS-ASPROV_R708 MS-ASPROV_R507 MS-ASPROV_R475
    @Test func anotherKeyIsNotAcknowledged() async throws {
        let lab = try await PhoneLab(devices: Self.settings()), phone = await PhoneLine(lab)
        let offer = try await phone.root("Provision", PhoneLine.provision(model: "Pixel"))[Provision.policies]?[Provision.policy]
        let temporary = try #require(offer?[Provision.policyKey]?.integer)
        for wrong in ["\(temporary ^ 1)", "0", "-1", "x", "99999999999"] {
            let answer = try await phone.root("Provision", PhoneLine.acknowledge(wrong, status: 1))[Provision.policies]?[Provision.policy]
            #expect(answer?[Provision.status]?.integer == 5, "\(wrong)")
            #expect(answer?[Provision.policyKey] == nil)
        }
        // The key of a policy that has been replaced.
        let later = await PhoneLine(lab.again(devices: Self.settings { $0.policy["allow_camera"] = .flag(true) }))
        _ = try await later.root("Provision", PhoneLine.provision(model: "Pixel"))
        let old = try await later.root("Provision", PhoneLine.acknowledge("\(temporary)", status: 1))[Provision.policies]?[Provision.policy]
        #expect(old?[Provision.status]?.integer == 5)
    }

    /// Every command with no key, 0, another one, and another device's: T34. MS-ASPROV_R537
    // MS-ASCMD_R4912
    @Test func noCommandIsDoneWithoutTheKey() async throws {
        let lab = try await PhoneLab(devices: Self.settings())
        let phone = await PhoneLine(lab), other = await PhoneLine(lab, device: "PHONE2")
        try await phone.provisionFully()
        try await other.provisionFully()
        let mine = try #require(phone.policyKey)
        let others = try #require(other.policyKey)
        let keys: [(String?, Int)] = [(nil, 142), ("0", 142), (others, 144), ("x", 144), (mine, 1)]
        for (key, status) in keys {
            phone.policyKey = key
            #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == status, "\(key ?? "none")")
        }
        phone.policyKey = others
        for (name, body) in [("Ping", PhoneLine.ping(60, [FolderID(1)])), ("Sync", Ask.document([Ask("0", FolderID(1))]))] {
            let root = try await phone.root(name, body)
            #expect(root.children.map(\.text) == ["144"], "\(name)")
        }
        // Ping need not bring a key. (MS-ASHTTP §2.2.1.1.2.4)
        phone.policyKey = nil
        #expect(try await phone.root("Ping", PhoneLine.ping(nil, []))[Ping.status]?.integer == 3)
    }
    /// Who has not proved who they are learns nothing of policies.
    @Test func logInComesFirst() async throws {
        let phone = await PhoneLine(try await PhoneLab(devices: Self.settings()))
        phone.password = "wrong"
        #expect(await phone.command("FolderSync", PhoneLine.folderSync("0"))?.status == 401)
        #expect(await phone.command("Provision", PhoneLine.provision(model: "x"))?.status == 401)
    }

    /// MS-ASPROV_R684 MS-ASPROV_R461 MS-ASPROV_R687 MS-ASPROV_R697 MS-ASPROV_R681 MS-ASPROV_R686 MS-ASPROV_R1046
    @Test(arguments: [
        (1, false, false, 1), (2, false, false, 139), (2, true, false, 1), (3, true, true, 139), (4, true, false, 145), (4, false, true, 1),
        (9, true, true, 103),
    ])
    // MS-ASCMD_R4917 MS-ASPROV_R1046 MS-ASPROV_R681 MS-ASPROV_R686
    func whatTheDeviceSaysOfItsObedience(_ said: Int, _ partly: Bool, _ externally: Bool, _ status: Int) async throws {
        let phone = await PhoneLine(
            try await PhoneLab(
                devices: Self.settings {
                    $0.acceptsPartialPolicy = partly; $0.acceptsExternalManagement = externally
                }))
        let offer = try await phone.root("Provision", PhoneLine.provision(model: "Pixel"))[Provision.policies]?[Provision.policy]
        let temporary = try #require(offer?[Provision.policyKey]?.text)
        let answer = try await phone.root("Provision", PhoneLine.acknowledge(temporary, status: said))
        #expect(answer[Provision.status]?.integer == status)
        #expect((answer[Provision.policies]?[Provision.policy]?[Provision.policyKey] != nil) == (status == 1))
    }

    /// The first question says what asks: 165; later ones, and devices that told it by Settings, need not.
    // MS-ASCMD_R4954
    @Test func theModelIsAskedForOnce() async throws {
        let phone = await PhoneLine(try await PhoneLab(devices: Self.settings()))
        #expect(try await phone.root("Provision", PhoneLine.provision(model: nil)).children.map(\.text) == ["165"])
        #expect(try await phone.root("Provision", PhoneLine.provision(model: "Pixel"))[Provision.status]?.integer == 1)
        #expect(try await phone.root("Provision", PhoneLine.provision(model: nil))[Provision.status]?.integer == 1)
    }

    /// MS-ASPROV_R471 MS-ASPROV_R502 MS-ASPROV_R380
    @Test func typesThatAVersionDoesNotHave() async throws {
        let phone = await PhoneLine(try await PhoneLab(devices: Self.settings()))
        for type in ["MS-WAP-Provisioning-XML", "something"] {
            let answer = try await phone.root("Provision", PhoneLine.provision(model: "Pixel", type: type))[Provision.policies]?[Provision.policy]
            #expect(answer?[Provision.status]?.integer == 3)
            #expect(answer?[Provision.policyType]?.text == type)
        }
    }
    @Test func withoutAPolicyNoKeyIsAskedFor() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        for key in [nil, "0", "12345"] {
            phone.policyKey = key
            #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1)
        }
        let answer = try await phone.root("Provision", PhoneLine.provision(model: nil))
        #expect(answer[Provision.policies]?[Provision.policy]?[Provision.status]?.integer == 2)
    }
    @Test func anExemptDeviceNeedNotProvision() async throws {
        let lab = try await PhoneLab(devices: Self.settings()), phone = await PhoneLine(lab)
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 142)
        try await lab.store.write { store in
            var row = try #require(try store.device(of: lab.ann, identifier: "PHONE1"))
            row.control.isExempt = true
            _ = try store.put(row)
        }
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1)
        let answer = try await phone.root("Provision", PhoneLine.provision(model: nil))
        #expect(answer[Provision.policies]?[Provision.policy]?[Provision.status]?.integer == 2)
    }
    /// Another policy: all provision again, whatever key they have.
    @Test func anotherPolicyAsksAgain() async throws {
        let lab = try await PhoneLab(devices: Self.settings()), phone = await PhoneLine(lab)
        try await phone.provisionFully()
        #expect(try await phone.folderSync("0")[FolderHierarchy.status]?.integer == 1)
        let later = await PhoneLine(lab.again(devices: Self.settings { $0.policy["allow_camera"] = .flag(true) }))
        later.policyKey = phone.policyKey
        #expect(try await later.folderSync("0")[FolderHierarchy.status]?.integer == 142)
        try await later.provisionFully()
        #expect(try await later.folderSync("0")[FolderHierarchy.status]?.integer == 1)
    }
}

extension PhoneLine {
    static func provision(model: String?, type: String = "MS-EAS-Provisioning-WBXML") -> [UInt8] {
        var writer = TokenWriter()
        writer.element(Provision.provision) { writer in
            if let model { writer.element(Settings.deviceInformation) { $0.element(Settings.set) { $0.element(Settings.model, model) } } }
            writer.element(Provision.policies) { $0.element(Provision.policy) { $0.element(Provision.policyType, type) } }
        }
        return writer.finish()
    }
    static func acknowledge(_ key: String, status: Int) -> [UInt8] {
        var writer = TokenWriter()
        writer.element(Provision.provision) { writer in
            writer.element(Provision.policies) { writer in
                writer.element(Provision.policy) { writer in
                    writer.element(Provision.policyType, "MS-EAS-Provisioning-WBXML")
                    writer.element(Provision.policyKey, key)
                    writer.element(Provision.status, status)
                }
            }
        }
        return writer.finish()
    }
    /// Both phases; the final key is used from then on.
    func provisionFully() async throws {
        let first = try await root("Provision", Self.provision(model: "Pixel"))
        let temporary = first[Provision.policies]?[Provision.policy]?[Provision.policyKey]?.text ?? ""
        let second = try await root("Provision", Self.acknowledge(temporary, status: 1))
        policyKey = second[Provision.policies]?[Provision.policy]?[Provision.policyKey]?.text
    }
}
