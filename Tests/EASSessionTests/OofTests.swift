import EASCodec
import MailStore
import Model
import Testing

/// Out of office from a phone's side: what is set, by whom it is seen, what is refused. That mail is answered is Delivery's test.
@Suite struct OofTests {
    typealias Body = @Sendable (inout TokenWriter) -> Void

    func ask(_ phone: PhoneLine, _ body: Body) async throws -> WBXMLElement? {
        var writer = TokenWriter()
        writer.element(Settings.settings) { $0.element(Settings.oof, body) }
        let root = try await phone.root("Settings", writer.finish())
        #expect(root[Settings.status]?.integer == 1)
        return root[Settings.oof]
    }
    func get(_ phone: PhoneLine, _ form: String = "Text") async throws -> WBXMLElement? {
        try await ask(phone) { $0.element(Settings.get) { $0.element(Settings.bodyType, form) } }?[Settings.get]
    }
    func set(_ phone: PhoneLine, _ body: @escaping Body) async throws -> Int? {
        try await ask(phone) { $0.element(Settings.set, body) }?[Settings.status]?.integer
    }
    static func message(_ audience: WBXMLTag, _ text: String?, enabled: Int = 1, form: String? = "Text") -> Body {
        { writer in
            writer.element(Settings.oofMessage) { writer in
                writer.empty(audience)
                writer.element(Settings.enabled, enabled)
                if let text { writer.element(Settings.replyMessage, text) }
                if let form { writer.element(Settings.bodyType, form) }
            }
        }
    }
    func message(_ get: WBXMLElement?, _ audience: WBXMLTag) -> WBXMLElement? { get?.all(Settings.oofMessage).first { $0[audience] != nil } }

    /// MS-ASCMD_R3530, MS-ASCMD_R2251, MS-ASCMD_R826, MS-ASCMD_R821, MS-ASCMD_R781, MS-ASCMD_R791, MS-ASCMD_R800
    @Test func threeAudiencesAreKeptApart() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        let fresh = try await get(phone)
        #expect(fresh?[Settings.oofState]?.integer == 0 && fresh?.all(Settings.oofMessage).count == 3)
        let status = try await set(phone) { writer in
            writer.element(Settings.oofState, 1)
            Self.message(Settings.appliesToInternal, "Away, colleague. ü")(&writer)
            Self.message(Settings.appliesToExternalKnown, "<p>Away &amp; <b>gone</b></p>", form: "HTML")(&writer)
            Self.message(Settings.appliesToExternalUnknown, nil, enabled: 0, form: nil)(&writer)
        }
        #expect(status == 1)
        // Another device of the user sees it, another user does not.
        let other = await PhoneLine(lab, device: "PHONE2")
        let seen = try await get(other)
        #expect(seen?[Settings.oofState]?.integer == 1 && seen?[Settings.startTime] == nil)
        #expect(message(seen, Settings.appliesToInternal)?[Settings.replyMessage]?.text == "Away, colleague. ü")
        #expect(message(seen, Settings.appliesToInternal)?[Settings.enabled]?.integer == 1)
        #expect(message(seen, Settings.appliesToExternalKnown)?[Settings.replyMessage]?.text.contains("Away & gone") == true)
        #expect(message(seen, Settings.appliesToExternalUnknown)?[Settings.enabled]?.integer == 0)
        // Quirk: iOS 7 writes "text".
        #expect(try await get(other, "text")?.all(Settings.oofMessage).allSatisfy { $0[Settings.bodyType]?.text == "Text" } == true)
        let html = try await get(other, "HTML")
        #expect(message(html, Settings.appliesToExternalKnown)?[Settings.replyMessage]?.text == "<p>Away &amp; <b>gone</b></p>")
        #expect(html?.all(Settings.oofMessage).allSatisfy { $0[Settings.bodyType]?.text == "HTML" } == true)
        other.user = "bob@example.org"
        other.device = "PHONE3"
        #expect(try await get(other)?[Settings.oofState]?.integer == 0)
    }
    @Test func whatIsNotNamedIsSwitchedOffAndItsTextStays() async throws {
        let phone = await PhoneLine(try await PhoneLab())
        _ = try await set(phone) { writer in
            writer.element(Settings.oofState, 1)
            for audience in [Settings.appliesToInternal, Settings.appliesToExternalKnown, Settings.appliesToExternalUnknown] {
                Self.message(audience, "Away.")(&writer)
            }
        }
        _ = try await set(phone) { writer in
            writer.element(Settings.oofState, 1)
            Self.message(Settings.appliesToInternal, "Still away.")(&writer)
        }
        let seen = try await get(phone)
        #expect(seen?.all(Settings.oofMessage).compactMap { $0[Settings.enabled]?.integer } == [1, 0, 0])
        #expect(message(seen, Settings.appliesToExternalUnknown)?[Settings.replyMessage]?.text == "Away.")
        #expect(try await set(phone) { $0.element(Settings.oofState, 0) } == 1)
        let off = try await get(phone)
        #expect(off?[Settings.oofState]?.integer == 0)
        #expect(message(off, Settings.appliesToInternal)?[Settings.replyMessage]?.text == "Still away.")
    }
    /// MS-ASCMD_R3535
    @Test func aTimeIsTold() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        func times(_ state: Int) -> Body {
            { writer in
                writer.element(Settings.oofState, state)
                writer.element(Settings.startTime, "2026-07-01T00:00:00.000Z")
                writer.element(Settings.endTime, "2026-07-15T08:30:00.000Z")
                Self.message(Settings.appliesToInternal, "At sea.")(&writer)
            }
        }
        for state in [2, 0, 1] {
            #expect(try await set(phone, times(state)) == 1)
            let seen = try await get(phone)
            #expect(seen?[Settings.oofState]?.integer == state)
            #expect(seen?[Settings.startTime]?.text == "2026-07-01T00:00:00.000Z" && seen?[Settings.endTime]?.text == "2026-07-15T08:30:00.000Z")
        }
    }
    static let refused: [(String, Int, Body)] = [
        ("no state", 2, { message(Settings.appliesToInternal, "x")(&$0) }),
        ("a state that does not exist", 2, { $0.element(Settings.oofState, 3) }),
        // MS-ASCMD_R2272, MS-ASCMD_R5681, MS-ASCMD_R3992, MS-ASCMD_R5827
        (
            "a start alone", 2,
            {
                $0.element(Settings.oofState, 2); $0.element(Settings.startTime, "2026-07-01T00:00:00.000Z")
            }
        ),
        (
            "an end alone", 2,
            {
                $0.element(Settings.oofState, 1); $0.element(Settings.endTime, "2026-07-01T00:00:00.000Z")
            }
        ),
        ("times missing", 2, { $0.element(Settings.oofState, 2) }),
        // MS-ASCMD_R5582
        (
            "times that are none", 5,
            {
                $0.element(Settings.oofState, 2); $0.element(Settings.startTime, "soon"); $0.element(Settings.endTime, "later")
            }
        ),
        (
            "an unknown form", 5,
            {
                $0.element(Settings.oofState, 1); message(Settings.appliesToInternal, "x", form: "RTF")(&$0)
            }
        ),
        (
            "too long a text", 5,
            {
                $0.element(Settings.oofState, 1); message(Settings.appliesToInternal, String(repeating: "x", count: 70_000))(&$0)
            }
        ),
        // MS-ASCMD_R5583
        (
            "an end before the start", 6,
            { writer in
                writer.element(Settings.oofState, 2)
                writer.element(Settings.startTime, "2026-07-02T00:00:00.000Z")
                writer.element(Settings.endTime, "2026-07-01T00:00:00.000Z")
            }
        ),
    ]
    @Test(arguments: Self.refused.indices) func refusesWhatCannotBeKept(_ index: Int) async throws {
        let (name, status, body) = Self.refused[index]
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        #expect(try await set(phone, body) == status, "\(name)")
        #expect(try await lab.store.read { try $0.absence(of: lab.ann) } == nil)
    }
}
