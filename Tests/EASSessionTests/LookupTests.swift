import Bytes
import EASCodec
import MailStore
import Model
import Testing

/// ResolveRecipients and ValidateCert from a phone's side.
@Suite struct LookupTests {
    typealias Body = @Sendable (inout TokenWriter) -> Void

    func resolve(_ phone: PhoneLine, _ names: [String], _ options: Body? = nil) async throws -> WBXMLElement {
        var writer = TokenWriter()
        writer.element(ResolveRecipients.resolveRecipients) { writer in
            for name in names { writer.element(ResolveRecipients.to, name) }
            if let options { writer.element(ResolveRecipients.options, options) }
        }
        return try await phone.root("ResolveRecipients", writer.finish())
    }
    func statuses(_ root: WBXMLElement) -> [Int?] { root.all(ResolveRecipients.response).map { $0[ResolveRecipients.status]?.integer } }
    static func between(_ start: String?, _ end: String?) -> Body {
        { writer in
            writer.element(ResolveRecipients.availability) { writer in
                if let start { writer.element(ResolveRecipients.startTime, start) }
                if let end { writer.element(ResolveRecipients.endTime, end) }
            }
        }
    }

    /// MS-ASCMD_R4268, MS-ASCMD_R4275, MS-ASCMD_R3767, MS-ASCMD_R3825, MS-ASCMD_R4686
    @Test func findsWhoIsMeant() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        try await lab.store.write { try $0.addAddress(AddressRow(address: "b.ob@example.org", target: .account(lab.bob))) }
        let root = try await resolve(phone, ["bob@example.org", "B.Ob@example.org", "Bob", "nobody@example.org", "bob@elsewhere.example"])
        #expect(root[ResolveRecipients.status]?.integer == 1)
        #expect(statuses(root) == [1, 1, 1, 4, 4])
        let responses = root.all(ResolveRecipients.response)
        #expect(
            responses.map { $0[ResolveRecipients.to]?.text } == ["bob@example.org", "B.Ob@example.org", "Bob", "nobody@example.org", "bob@elsewhere.example"])
        for response in responses.prefix(3) {
            #expect(response[ResolveRecipients.recipientCount]?.integer == 1)
            let recipient = response[ResolveRecipients.recipient]
            #expect(recipient?[ResolveRecipients.type]?.integer == 1)
            #expect(recipient?[ResolveRecipients.displayName]?.text == "Bob" && recipient?[ResolveRecipients.emailAddress]?.text == "bob@example.org")
        }
    }
    /// MS-ASCMD_R4617, MS-ASCMD_R4618, MS-ASCMD_R4623
    @Test func severalAreSuggested() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        try await lab.store.write { store in
            for number in 0..<4 {
                let name = "team\(number)@example.org"
                let account = try store.addAccount(name: name, displayName: "", quota: nil)
                try store.addAddress(AddressRow(address: name, target: .account(account)))
            }
        }
        let all = try await resolve(phone, ["team"], Self.between("2026-03-10T00:00:00.000Z", "2026-03-11T00:00:00.000Z"))
        #expect(statuses(all) == [2])
        #expect(all[ResolveRecipients.response]?.all(ResolveRecipients.recipient).count == 4)
        #expect(all[ResolveRecipients.response]?.all(ResolveRecipients.recipient).allSatisfy { $0[ResolveRecipients.availability] == nil } == true)
        let some = try await resolve(phone, ["team"]) { $0.element(ResolveRecipients.maxAmbiguousRecipients, 3) }
        #expect(statuses(some) == [3])
        #expect(some[ResolveRecipients.response]?[ResolveRecipients.recipientCount]?.integer == 4)
        #expect(some[ResolveRecipients.response]?.all(ResolveRecipients.recipient).count == 3)
    }
    /// MS-ASCMD_R4304, MS-ASCMD_R4311, MS-ASCMD_R3338, MS-ASCMD_R4298, MS-ASCMD_R856
    @Test func saysWhatThereIsNot() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        let root = try await resolve(phone, ["bob@example.org"]) { writer in
            writer.element(ResolveRecipients.certificateRetrieval, 2)
            Self.between("2026-03-10T00:00:00.000Z", nil)(&writer)
            writer.empty(ResolveRecipients.picture)
        }
        let recipient = root[ResolveRecipients.response]?[ResolveRecipients.recipient]
        #expect(recipient?[ResolveRecipients.certificates]?[ResolveRecipients.status]?.integer == 7)
        #expect(recipient?[ResolveRecipients.picture]?[ResolveRecipients.status]?.integer == 173)
        #expect(recipient?[ResolveRecipients.availability]?[ResolveRecipients.status]?.integer == 163)
        let plain = try await resolve(phone, ["bob@example.org"]) { $0.element(ResolveRecipients.certificateRetrieval, 1) }
        #expect(plain[ResolveRecipients.response]?[ResolveRecipients.recipient]?.children.count == 3)
    }
    /// MS-ASCMD_R3768, MS-ASCMD_R4626, MS-ASCMD_R4294
    @Test func listsAreOneRecipient() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        try await lab.store.write { store in
            for number in 0..<21 { try store.addAddress(AddressRow(address: "all@example.org", target: .forward("member\(number)@elsewhere.example"))) }
        }
        let root = try await resolve(phone, ["all@example.org"]) { writer in
            writer.element(ResolveRecipients.certificateRetrieval, 3)
            Self.between("2026-03-10T00:00:00.000Z", "2026-03-11T00:00:00.000Z")(&writer)
        }
        let recipient = root[ResolveRecipients.response]?[ResolveRecipients.recipient]
        #expect(statuses(root) == [1])
        #expect(recipient?[ResolveRecipients.certificates]?[ResolveRecipients.recipientCount]?.integer == 21)
        #expect(recipient?[ResolveRecipients.availability]?[ResolveRecipients.status]?.integer == 161)
    }
    static let refused: [(String, [String], Body?)] = [
        ("nobody named", [], nil),
        // MS-ASCMD_R5656
        ("too many", Array(repeating: "bob@example.org", count: 101), nil),
        // MS-ASCMD_R5873
        ("too long", [String(repeating: "x", count: 257)], nil),
        // MS-ASCMD_R3986, MS-ASCMD_R2264, MS-ASCMD_R2266
        ("no start", ["bob"], between(nil, "2026-03-11T00:00:00.000Z")),
        ("a start that is none", ["bob"], between("soon", "2026-03-11T00:00:00.000Z")),
        ("an end that is none", ["bob"], between("2026-03-10T00:00:00.000Z", "later")),
        ("an end before the start", ["bob"], between("2026-03-10T00:00:00.000Z", "2026-03-09T00:00:00.000Z")),
        ("less than half an hour", ["bob"], between("2026-03-10T00:00:00.000Z", "2026-03-10T00:29:59.000Z")),
        ("too long a time", ["bob"], between("2026-03-10T00:00:00.000Z", "2026-12-31T00:00:00.000Z")),
    ]
    @Test(arguments: Self.refused.indices) func refusesWithStatusFive(_ index: Int) async throws {
        let (name, names, options) = Self.refused[index]
        let root = try await resolve(await PhoneLine(try await PhoneLab()), names, options)
        #expect(root.children.map(\.text) == ["5"], "\(name)")
    }

    // MARK: Certificates

    func validate(_ certificates: [String], chain: [String] = [], checksRevocation: Bool = false) async throws -> WBXMLElement {
        var writer = TokenWriter()
        writer.element(ValidateCert.validateCert) { writer in
            if !chain.isEmpty {
                writer.element(ValidateCert.certificateChain) { writer in for one in chain { writer.element(ValidateCert.certificate, one) } }
            }
            writer.element(ValidateCert.certificates) { writer in for one in certificates { writer.element(ValidateCert.certificate, one) } }
            if checksRevocation { writer.element(ValidateCert.checkCRL, 1) }
        }
        return try await (await PhoneLine(try await PhoneLab())).root("ValidateCert", writer.finish())
    }
    /// MS-ASCMD_R4474, MS-ASCMD_R4469
    @Test func eachCertificateHasItsStatus() async throws {
        let root = try await validate(["bm90IGEgY2VydGlmaWNhdGU=", "no base64!", Base64.encodeText([0x30, 0x82, 1, 0])])
        #expect(root[ValidateCert.status]?.integer == 1)
        #expect(root.all(ValidateCert.certificate).map { $0[ValidateCert.status]?.integer } == [10, 10, 10])
    }
    /// MS-ASCMD_R5662
    @Test func noneAndTooManyAreAProtocolError() async throws {
        #expect(try await validate([]).children.map(\.text) == ["2"])
        #expect(try await validate(Array(repeating: "MAA=", count: 101)).children.map(\.text) == ["2"])
    }
}
