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
                case .choice(let choices): (element.key, .number(choices[choices.count - 1]))
                case .list: (element.key, .texts(["a", "b"]))
                }
            }))

    static func document(_ policy: DevicePolicy, _ version: ProtocolVersion) throws -> WBXMLElement {
        var writer = TokenWriter()
        policy.write(version, &writer)
        return try WBXMLElement(document: writer.finish())
    }
    // MS-ASPROV_R235
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
    /// Each setting is a child of EASProvisionDoc, at most once, in the versions that know it, and nothing else is there. (MS-ASPROV §2.2.2.28)
    /// MS-ASPROV_R70 MS-ASPROV_R71 MS-ASPROV_R80 MS-ASPROV_R81 MS-ASPROV_R85 MS-ASPROV_R86 MS-ASPROV_R92 MS-ASPROV_R93 MS-ASPROV_R97 MS-ASPROV_R98
    /// MS-ASPROV_R104 MS-ASPROV_R105 MS-ASPROV_R106 MS-ASPROV_R109 MS-ASPROV_R110 MS-ASPROV_R116 MS-ASPROV_R117 MS-ASPROV_R123 MS-ASPROV_R124 MS-ASPROV_R128
    /// MS-ASPROV_R129 MS-ASPROV_R135 MS-ASPROV_R137 MS-ASPROV_R143 MS-ASPROV_R144 MS-ASPROV_R149 MS-ASPROV_R150 MS-ASPROV_R154 MS-ASPROV_R155 MS-ASPROV_R160
    /// MS-ASPROV_R161 MS-ASPROV_R166 MS-ASPROV_R167 MS-ASPROV_R171 MS-ASPROV_R172 MS-ASPROV_R176 MS-ASPROV_R177 MS-ASPROV_R182 MS-ASPROV_R183 MS-ASPROV_R189
    /// MS-ASPROV_R194 MS-ASPROV_R195 MS-ASPROV_R202 MS-ASPROV_R203 MS-ASPROV_R204 MS-ASPROV_R205 MS-ASPROV_R208 MS-ASPROV_R210 MS-ASPROV_R211 MS-ASPROV_R212
    /// MS-ASPROV_R216 MS-ASPROV_R218 MS-ASPROV_R224 MS-ASPROV_R225 MS-ASPROV_R232 MS-ASPROV_R233 MS-ASPROV_R235 MS-ASPROV_R236 MS-ASPROV_R240 MS-ASPROV_R241
    /// MS-ASPROV_R242 MS-ASPROV_R243 MS-ASPROV_R244 MS-ASPROV_R245 MS-ASPROV_R251 MS-ASPROV_R252 MS-ASPROV_R255 MS-ASPROV_R256 MS-ASPROV_R257 MS-ASPROV_R265
    /// MS-ASPROV_R266 MS-ASPROV_R271 MS-ASPROV_R272 MS-ASPROV_R276 MS-ASPROV_R277 MS-ASPROV_R280 MS-ASPROV_R281 MS-ASPROV_R286 MS-ASPROV_R287 MS-ASPROV_R291
    /// MS-ASPROV_R292 MS-ASPROV_R326 MS-ASPROV_R327 MS-ASPROV_R331 MS-ASPROV_R332 MS-ASPROV_R333 MS-ASPROV_R336 MS-ASPROV_R337 MS-ASPROV_R338 MS-ASPROV_R344
    /// MS-ASPROV_R345 MS-ASPROV_R349 MS-ASPROV_R350 MS-ASPROV_R351 MS-ASPROV_R354 MS-ASPROV_R355 MS-ASPROV_R356 MS-ASPROV_R359 MS-ASPROV_R360 MS-ASPROV_R404
    @Test(arguments: ProtocolVersion.allCases.filter { $0.has(.policyDocument) }) func settingsAreChildrenOfTheDocument(_ version: ProtocolVersion) throws {
        let root = try Self.document(Self.all, version)
        #expect(root.tag == Provision.data && root.children.map(\.tag) == [Provision.easProvisionDoc])
        let tags = try #require(root[Provision.easProvisionDoc]).children.map(\.tag)
        #expect(Set(tags).count == tags.count)
        #expect(Set(tags) == Set(PolicyElement.all.filter { version.has($0.versions) }.map(\.tag)))
        // One alone: all others are optional.
        for element in PolicyElement.all where version.has(element.versions) {
            let value = try #require(Self.all[element.key])
            let alone = try Self.document(DevicePolicy([element.key: value]), version)[Provision.easProvisionDoc]
            #expect(alone?.children.map(\.tag) == [element.tag], "\(element.key)")
        }
    }
    /// Values have no children but those of the two lists, and are of the type and range that the element has. (MS-ASPROV §2.2.2.2 and after)
    /// MS-ASPROV_R405 MS-ASPROV_R408 MS-ASPROV_R409 MS-ASPROV_R676 MS-ASPROV_R677
    @Test func valuesAreOfTheirType() throws {
        for element in PolicyElement.all {
            let values: [DevicePolicy.Value] =
                switch element.form {
                case .flag: [.flag(false), .flag(true)]
                case .number(let range): [.number(range.lowerBound), .number(range.upperBound)]
                case .choice(let choices): choices.map { .number($0) }
                case .list: [.texts([]), .texts(["a"])]
                }
            let version = element.tag == Provision.documentBrowseEnabled ? ProtocolVersion.v12_0 : .v16_1
            for value in values {
                let found = try #require(try Self.document(DevicePolicy([element.key: value]), version)[Provision.easProvisionDoc]?[element.tag])
                switch value {
                case .flag(let flag): #expect(found.text == (flag ? "1" : "0") && found.children.isEmpty)
                case .number(let number): #expect(found.text == String(number) && found.children.isEmpty)
                case .texts(let texts):
                    guard case .list(let entry) = element.form else { continue }
                    #expect(found.children.map(\.tag) == texts.map { _ in entry } && found.children.map(\.text) == texts)
                }
            }
        }
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
