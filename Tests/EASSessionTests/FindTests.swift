import EASCodec
import MailStore
import Model
import Testing

@testable import EASSession

/// Find from a phone's side, once a version that has it is served. (MS-ASCMD §2.2.1.2)
@Suite(.enabled(if: EASHandler.versions.contains(.v16_1), "16.1 is not served")) struct FindTests {
    func find(
        _ phone: PhoneLine, id: String = "search-1", range: String? = "0-24", isDeep: Bool = true, _ text: String?, in folder: String? = nil
    ) async throws
        -> WBXMLElement
    {
        var writer = TokenWriter()
        writer.element(Find.find) { writer in
            writer.element(Find.searchId, id)
            writer.element(Find.executeSearch) { writer in
                writer.element(Find.mailBoxSearchCriterion) { writer in
                    writer.element(Find.query) { writer in
                        writer.element(AirSync.class, "Email")
                        if let folder { writer.element(AirSync.collectionId, folder) }
                        if let text { writer.element(Find.freeText, text) }
                    }
                    writer.element(Find.options) { writer in
                        if let range { writer.element(Find.range, range) }
                        if isDeep { writer.empty(Find.deepTraversal) }
                    }
                }
            }
        }
        return try await phone.root("Find", writer.finish())
    }
    func subjects(_ root: WBXMLElement) -> [String] {
        root[Find.response]?.all(Find.result).compactMap { $0[Find.properties]?[Email.subject]?.text } ?? []
    }
    func phone(_ lab: PhoneLab) async -> PhoneLine {
        let phone = await PhoneLine(lab)
        phone.version = .v16_1
        return phone
    }
    /// MS-ASCMD_R65591902, MS-ASCMD_R72172509, MS-ASCMD_R72172520, MS-ASCMD_R45251807, MS-ASCMD_R9010602, MS-ASCMD_R9820602,
    /// MS-ASCMD_R38971801, MS-ASCMD_R36841701, MS-ASCMD_R38391804
    @Test func findsMailWithWhatAListShows() async throws {
        let lab = try await PhoneLab(), phone = await phone(lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("about boats", "The text."), to: inbox.id)
        try await lab.append(PhoneLab.mail("nothing"), to: inbox.id)
        let root = try await find(phone, "subject:boats", in: "\(inbox.id)")
        #expect(root[Find.status]?.integer == 1 && root[Find.response]?[Find.status]?.integer == 1)
        #expect(root[Find.response]?[ItemOperations.store]?.text == "Mailbox")
        #expect(root[Find.response]?[Find.range]?.text == "0-0" && root[Find.response]?[Find.total]?.integer == 1)
        let result = root[Find.response]?[Find.result]
        #expect(
            result?[AirSync.class]?.text == "Email" && result?[AirSync.serverId]?.text == "\(item.id)" && result?[AirSync.collectionId]?.text == "\(inbox.id)")
        let shown = result?[Find.properties]
        #expect(shown?[Email.subject]?.text == "about boats" && shown?[Email.from]?.text == "\"Otto\" <otto@example.net>")
        #expect(shown?[Email.read]?.integer == 0 && shown?[Find.preview]?.text == "The text." && shown?[Find.hasAttachments]?.integer == 0)
    }
    /// MS-ASCMD_R37071811, MS-ASCMD_R72172518
    @Test func pagesFollowTheFirstAlone() async throws {
        let lab = try await PhoneLab(), phone = await phone(lab), inbox = try await lab.inbox()
        for number in 0..<3 { try await lab.append(PhoneLab.mail("boat \(number)"), to: inbox.id, date: Timestamp(seconds: Int64(number))) }
        #expect(try await find(phone, id: "a", range: "2-3", "boat")[Find.response]?[Find.status]?.integer == 4)
        #expect(subjects(try await find(phone, id: "a", range: "0-1", "boat")) == ["boat 2", "boat 1"])
        #expect(subjects(try await find(phone, id: "a", range: "2-3", "boat")) == ["boat 0"])
        #expect(try await find(phone, id: "b", range: "2-3", "boat")[Find.response]?[Find.status]?.integer == 4)
    }
    /// MS-ASCMD_R72172512, MS-ASCMD_R72172515, MS-ASCMD_R38391805
    @Test func refusesAndFindsNothing() async throws {
        let lab = try await PhoneLab(), phone = await phone(lab)
        #expect(try await find(phone, nil)[Find.status]?.integer == 2)
        #expect(try await find(phone, "()")[Find.status]?.integer == 2)
        #expect(try await find(phone, range: "1-0", "x")[Find.status]?.integer == 2)
        #expect(try await find(phone, "x", in: "99999")[Find.status]?.integer == 3)
        let none = try await find(phone, "nowhere")
        #expect(none[Find.response]?[Find.status]?.integer == 1 && none[Find.response]?[Find.result] == nil && none[Find.response]?[Find.total]?.integer == 0)
    }
    /// MS-ASCMD_R1002501, MS-ASCMD_R131999, MS-ASCMD_R132000, MS-ASCMD_R61641062
    @Test func findsPeople() async throws {
        let lab = try await PhoneLab(), phone = await phone(lab)
        var writer = TokenWriter()
        writer.element(Find.find) { writer in
            writer.element(Find.searchId, "p")
            writer.element(Find.executeSearch) { writer in
                writer.element(Find.galSearchCriterion) { writer in
                    writer.element(Find.query, "bo")
                    writer.element(Find.options) { $0.element(Find.picture) { $0.element(Find.maxPictures, 20) } }
                }
            }
        }
        let response = try await phone.root("Find", writer.finish())[Find.response]
        let shown = response?[Find.result]?[Find.properties]
        #expect(response?[Find.total]?.integer == 1 && shown?[GAL.displayName]?.text == "Bob" && shown?[GAL.alias]?.text == "bob")
        #expect(shown?[GAL.emailAddress]?.text == "bob@example.org" && shown?[GAL.picture]?[GAL.status]?.integer == 173)
    }
}
