import EASCodec
import MailStore
import Model
import Testing

/// What one request may cost, and what one bad item may spoil: itself.
@Suite struct SyncLimitTests {
    static func fetch(_ item: ItemID) -> (inout TokenWriter) -> Void {
        { writer in
            writer.open(AirSync.fetch)
            writer.element(AirSync.serverId, item.description)
            writer.close()
        }
    }
    /// threat T33: two hundred fetches of a large mail are not two hundred large mails in memory.
    // MS-ASCMD_R5433
    @Test func fetchesHaveABudgetOfBytes() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let large = try await lab.append(PhoneLab.mail("large", String(repeating: "0123456789abcde\r\n", count: 20_000)), to: inbox.id)
        let small = try await lab.append(PhoneLab.mail("small"), to: inbox.id)
        let key = try await phone.begin(inbox.id) { $0.body = (1, nil) }.key
        let answer = try await phone.sync(
            Ask(key, inbox.id) { writer in
                for _ in 0..<40 { Self.fetch(large.id)(&writer) }
                Self.fetch(ItemID(999_999))(&writer)
                Self.fetch(small.id)(&writer)
            })
        let fetches = answer?[AirSync.responses]?.all(AirSync.fetch) ?? []
        let statuses = fetches.map { $0.status ?? 0 }
        #expect(statuses.count == 42)
        #expect(statuses.first == 1 && statuses.count { $0 == 1 } < 15)
        #expect(Array(statuses.suffix(3)) == [5, 8, 5])
        #expect(fetches.allSatisfy { ($0[AirSync.applicationData] != nil) == ($0.status == 1) })
        // What was put off comes when it is asked for again.
        let again = try await phone.sync(Ask(answer?.key ?? "", inbox.id, commands: Self.fetch(small.id)))
        #expect(again?[AirSync.responses]?[AirSync.fetch]?.status == 1)
    }
    /// A mail larger than the budget can be had: alone.
    @Test func theFirstFetchAlwaysGoes() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let huge = try await lab.append(PhoneLab.mail("huge", String(repeating: "0123456789abcde\r\n", count: 260_000)), to: inbox.id)
        let key = try await phone.begin(inbox.id) { $0.body = (1, 100) }.key
        var ask = Ask(key, inbox.id) { writer in for _ in 0..<2 { Self.fetch(huge.id)(&writer) } }
        ask.body = (1, nil)
        let answer = try await phone.sync(ask)
        #expect(answer?[AirSync.responses]?.all(AirSync.fetch).map { $0.status ?? 0 } == [1, 5])
    }
    // MS-ASCMD_R4130
    @Test func anEstimateIsMadeOnceForEachFolder() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let key = try await phone.begin(inbox.id).key
        for number in 0..<3 { try await lab.append(PhoneLab.mail("number \(number)"), to: inbox.id) }
        var writer = TokenWriter()
        writer.open(GetItemEstimate.getItemEstimate)
        writer.open(GetItemEstimate.collections)
        for _ in 0..<1000 {
            writer.open(GetItemEstimate.collection)
            writer.element(AirSync.syncKey, key)
            writer.element(GetItemEstimate.collectionId, inbox.id.description)
            writer.close()
        }
        writer.close()
        writer.close()
        let responses = try await phone.root("GetItemEstimate", writer.finish()).all(GetItemEstimate.response)
        #expect(responses.count == 1000)
        #expect(responses.first?[GetItemEstimate.collection]?[GetItemEstimate.estimate]?.integer == 3)
        #expect(responses.dropFirst().allSatisfy { $0[GetItemEstimate.status]?.integer == 2 && $0[GetItemEstimate.collection] == nil })
    }
    static func categories(_ count: Int, of size: Int) -> (inout TokenWriter) -> Void {
        { writer in
            writer.open(Email.categories)
            for number in 0..<count { writer.element(Email.category, "\(number) " + String(repeating: "x", count: size)) }
            writer.close()
        }
    }
    /// More than the store keeps of an item: that item's Status, and the rest of the request is done.
    @Test func tooManyCategoriesSpoilTheirOwnItemOnly() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let one = try await lab.append(PhoneLab.mail("one"), to: inbox.id), two = try await lab.append(PhoneLab.mail("two"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        let answer = try await phone.sync(
            Ask(key, inbox.id) { writer in
                Ask.change(one.id) { writer in
                    writer.element(Email.read, 1)
                    Self.categories(100, of: 1000)(&writer)
                }(&writer)
                Ask.change(two.id, Self.categories(50, of: 1000))(&writer)
            })
        #expect(answer?.status == 1)
        let failed = answer?[AirSync.responses]?.all(AirSync.change) ?? []
        #expect(failed.map { "\($0[AirSync.serverId]?.text ?? "") \($0.status ?? 0)" } == ["\(one.id) 6"])
        #expect(try await lab.item(one.id)?.state.flags == [])
        phone.device = "PHONE2"
        let data = try await phone.begin(inbox.id).adds.compactMap { $0[AirSync.applicationData] }
        #expect(data.map { $0[Email.categories]?.children.count ?? 0 }.sorted() == [0, 50])
    }
    static let halves: [@Sendable (inout TokenWriter) -> Void] = [
        { $0.element(Email.flag) { $0.element(Email.status, 7) } }, { $0.element(Email.read, 2) }, { $0.element(Email2.conversationIndex, opaque: [1]) },
    ]
    /// A change is done whole or not at all, wherever in it the bad element stands.
    // MS-ASCMD_R4440 MS-ASEMAIL_R643 MS-ASEMAIL_R757
    @Test(arguments: 0..<3) func aChangeWithABadElementDoesNothing(_ index: Int) async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key, before = try await lab.item(item.id)
        let answer = try await phone.sync(
            Ask(
                key, inbox.id,
                commands: Ask.change(item.id) { writer in
                    writer.element(Email.read, 1)
                    writer.element(Email.flag) { $0.element(Email.status, 2) }
                    Self.categories(1, of: 3)(&writer)
                    Self.halves[index](&writer)
                }))
        #expect(answer?[AirSync.responses]?[AirSync.change]?.status == 6)
        #expect(try await lab.item(item.id) == before)
    }
    /// A mail thrown away in one folder lands in another, which the same request changes too: each side's own doing stays its own.
    @Test(arguments: [false, true]) func twoFoldersInOneCommitDoNotEcho(trashFirst: Bool) async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox(), trash = try await lab.folder(.trash, lab.ann)
        let thrown = try await lab.append(PhoneLab.mail("thrown"), to: inbox.id), old = try await lab.append(PhoneLab.mail("old"), to: trash.id)
        let doomed = try await lab.append(PhoneLab.mail("doomed"), to: trash.id)
        let keys = (try await phone.begin(inbox.id).key, try await phone.begin(trash.id).key)
        let asks = [
            Ask(keys.0, inbox.id, commands: Ask.delete(thrown.id)),
            Ask(keys.1, trash.id) { writer in
                Ask.change(old.id) { $0.element(Email.read, 1) }(&writer)
                Ask.delete(doomed.id)(&writer)
            },
        ]
        let root = try await phone.root("Sync", Ask.document(trashFirst ? asks.reversed() : asks))
        let answers = root[AirSync.collections]?.all(AirSync.collection) ?? []
        #expect(answers.count == 2 && answers.allSatisfy { $0.status == 1 })
        let next = trashFirst ? (answers.last, answers.first) : (answers.first, answers.last)
        #expect(try await phone.sync(Ask(next.0?.key ?? "", inbox.id)) == nil)
        // Of the trash it hears of what came from the inbox, and of nothing else.
        let commands = try await phone.sync(Ask(next.1?.key ?? "", trash.id))?[AirSync.commands]?.children ?? []
        #expect(commands.map { "\($0.tag.name) \($0[AirSync.serverId]?.text ?? "")" } == ["Add \(thrown.id)"])
    }
}
