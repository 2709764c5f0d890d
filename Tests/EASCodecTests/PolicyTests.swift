import EASCodec
import Testing

/// Policies as documents: what each version is sent of them.
@Suite struct PolicyTests {
    static let all = DevicePolicy(
        Dictionary(
            uniqueKeysWithValues: PolicyElement.all.map { element in
                switch element.form {
                case .flag: (element.key, DevicePolicy.Value.flag(true))
                case .number(let range): (element.key, .number(range.upperBound))
                case .list: (element.key, .texts(["a", "b"]))
                }
            }))

    static func document(_ policy: DevicePolicy, _ version: ProtocolVersion) throws -> WBXMLElement {
        var writer = TokenWriter()
        policy.write(version, &writer)
        return try WBXMLElement(document: writer.finish())
    }
    @Test(arguments: [(ProtocolVersion.v12_0, 12), (.v12_1, 42), (.v14_0, 42), (.v14_1, 42), (.v16_0, 42), (.v16_1, 42)])
    func eachVersionGetsWhatItKnows(_ version: ProtocolVersion, _ count: Int) throws {
        let document = try #require(try Self.document(Self.all, version)[Provision.easProvisionDoc])
        #expect(document.children.count == count)
        #expect((document[Provision.documentBrowseEnabled] != nil) == (version == .v12_0))
        #expect((document[Provision.allowCamera] != nil) == (version != .v12_0))
        guard version != .v12_0 else { return }
        #expect(document[Provision.approvedApplicationList]?.all(Provision.hash).map(\.text) == ["a", "b"])
        #expect(document[Provision.unapprovedInROMApplicationList]?.all(Provision.applicationName).map(\.text) == ["a", "b"])
    }
    @Test func version25GetsText() throws {
        let text = try Self.document(Self.all, .v2_5).text
        #expect(text.hasPrefix("<wap-provisioningdoc><characteristic type=\"SecurityPolicy\"><parm name=\"4131\" value=\"0\"/>"))
        #expect(text.contains("<parm name=\"MinimumPasswordLength\" value=\"16\"/>"))
        #expect(try Self.document(DevicePolicy(["allow_camera": .flag(false)]), .v2_5).text.contains("<parm name=\"4131\" value=\"1\"/>"))
    }
    @Test func revisionsTellPoliciesApart() {
        #expect(DevicePolicy().revision == 0 && DevicePolicy([:]).revision == 0)
        let one = DevicePolicy(["allow_camera": .flag(true)]), other = DevicePolicy(["allow_camera": .flag(false)])
        #expect(one.revision != other.revision && one.revision != 0)
        #expect(one.revision == DevicePolicy(["allow_camera": .flag(true)]).revision)
        #expect(
            DevicePolicy(["approved_application_list": .texts(["ab"])]).revision != DevicePolicy(["approved_application_list": .texts(["a", "b"])]).revision)
    }
}
