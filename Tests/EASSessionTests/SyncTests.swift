import Delivery
import EASCodec
import MailStore
import Model
import Testing

/// Sync from a phone's side, on a real store.
    // MS-ASCMD_R3451 MS-ASCMD_R3456 MS-ASCMD_R3835 MS-ASCMD_R5556
@Suite struct SyncTests {
    @Test func keyZeroBringsAKeyThenComeTheItems() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        for number in 0..<3 { try await lab.append(PhoneLab.mail("number \(number)"), to: inbox.id) }
        let answer = try await phone.begin(inbox.id) { $0.window = 2 }
        #expect(answer.adds.count == 2)
        // MoreAvailable stands between Status and Commands.
        #expect(answer.children.map(\.tag) == [AirSync.syncKey, AirSync.collectionId, AirSync.status, AirSync.moreAvailable, AirSync.commands])
        let rest = try await phone.sync(Ask(answer.key, inbox.id, window: 2))
        #expect(rest?.adds.count == 1 && rest?[AirSync.moreAvailable] == nil)
        // Nothing new: an empty answer, and the key stays good.
        #expect(try await phone.sync(Ask(rest?.key ?? "", inbox.id)) == nil)
        #expect(try await phone.sync(Ask(rest?.key ?? "", inbox.id)) == nil)
    }
    /// Quirk: iOS takes an empty answer right after key 0 for a broken one.
    @Test func theFirstAnswerAfterKeyZeroHasABody() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        let answer = try await phone.begin(try await lab.inbox().id)
        #expect(answer.status == 1 && answer.adds.isEmpty && !answer.key.isEmpty)
    }
    @Test func aLostAnswerComesAgainAndItsCommandsAreNotDoneTwice() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        let read = Ask.change(item.id) { $0.element(Email.read, 1) }
        try await lab.append(PhoneLab.mail("two"), to: inbox.id)
        let lost = try await phone.sync(Ask(key, inbox.id, commands: read))
        #expect(lost?.subjects == ["two"])
        // Somebody marks it unread before the phone asks again: the repeated command does not undo that.
        _ = try await lab.store.write { try $0.setFlags(item.id, FlagChange(.remove, .seen)) }
        let again = try await phone.sync(Ask(key, inbox.id, commands: read))
        #expect(again?.subjects == ["two"])
        #expect(again?[AirSync.commands]?.all(AirSync.change).count == 1)
        #expect(try await lab.item(item.id)?.state.flags.contains(.seen) == false)
        // The lost key was never the phone's; the new one is.
        #expect(try await phone.sync(Ask(lost?.key ?? "", inbox.id))?.status == 3)
        #expect(try await phone.sync(Ask(again?.key ?? "", inbox.id)) == nil)
    }
    // MS-ASCMD_R2053 MS-ASCMD_R3836
    @Test func ownChangesDoNotComeBackAndReachASecondDevice() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        let answer = try await phone.sync(
            Ask(
                key, inbox.id,
                commands: Ask.change(item.id) { writer in
                    writer.element(Email.read, 1)
                    writer.open(Email.flag)
                    writer.element(Email.status, 2)
                    writer.element(Email.flagType, "for Follow Up")
                    for tag in [Tasks.startDate, Tasks.utcStartDate] { writer.element(tag, "2030-01-01T00:00:00.000Z") }
                    for tag in [Tasks.dueDate, Tasks.utcDueDate] { writer.element(tag, "2030-01-02T00:00:00.000Z") }
                    writer.close()
                    writer.open(Email.categories)
                    writer.element(Email.category, "Project Ü")
                    writer.close()
                }))
        #expect(answer?.children.map(\.tag) == [AirSync.syncKey, AirSync.collectionId, AirSync.status])
        #expect(try await phone.sync(Ask(answer?.key ?? "", inbox.id)) == nil)
        #expect(try await lab.item(item.id)?.state.flags == [.seen, .flagged])
        phone.device = "PHONE2"
        let data = try await phone.begin(inbox.id).data
        #expect(data?[Email.read]?.text == "1")
        #expect(data?[Email.flag]?[Tasks.dueDate]?.text == "2030-01-02T00:00:00.000Z")
        #expect(data?[Email.categories]?.all(Email.category).map(\.text) == ["Project Ü"])
    }
    /// Categories and the answered mark share a part: what both sides changed in one breath comes out whole.
    // MS-ASCMD_R5826
    @Test func aForeignMarkIsNotLostUnderAnOwnOne() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        _ = try await lab.store.write { try $0.setFlags(item.id, FlagChange(.add, .answered)) }
        let answer = try await phone.sync(
            Ask(
                key, inbox.id,
                commands: Ask.change(item.id) { writer in
                    writer.open(Email.categories)
                    writer.element(Email.category, "Red")
                    writer.close()
                }))
        let next = try await phone.sync(Ask(answer?.key ?? "", inbox.id))
        let change = next?[AirSync.commands]?[AirSync.change]?[AirSync.applicationData]
        #expect(change?[Email2.lastVerbExecuted]?.text == "1")
        #expect(change?[Email.categories]?[Email.category]?.text == "Red")
    }
    @Test func deletedMailGoesToTheTrashOrForGood() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox(), trash = try await lab.folder(.trash, lab.ann)
        let one = try await lab.append(PhoneLab.mail("one"), to: inbox.id), two = try await lab.append(PhoneLab.mail("two"), to: inbox.id)
        var key = try await phone.begin(inbox.id).key
        for (item, asMove) in [(one, true), (two, false)] {
            key = try await phone.sync(Ask(key, inbox.id, deletesAsMoves: asMove, commands: Ask.delete(item.id)))?.key ?? ""
        }
        #expect(try await lab.item(one.id)?.folder == trash.id)
        #expect(try await lab.item(two.id) == nil)
        #expect(try await phone.sync(Ask(key, inbox.id)) == nil)
    }
    // MS-ASCMD_R3834 MS-ASCMD_R4411 MS-ASCMD_R4419 MS-ASCMD_R5256 MS-ASCMD_R755
    @Test func whatIsNotThereIsToldItemByItem() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let foreign = try await lab.append(PhoneLab.mail("bob's"), to: try await lab.folder(.inbox, lab.bob).id)
        let key = try await phone.begin(inbox.id).key
        let answer = try await phone.sync(
            Ask(key, inbox.id) { writer in
                Ask.change(foreign.id) { $0.element(Email.read, 1) }(&writer)
                Ask.delete(foreign.id)(&writer)
                writer.open(AirSync.fetch)
                writer.element(AirSync.serverId, foreign.id.description)
                writer.close()
                writer.open(AirSync.add)
                writer.element(AirSync.clientId, "c1")
                writer.open(AirSync.applicationData)
                writer.element(Email.subject, "added")
                writer.close()
                writer.close()
            })
        let responses = answer?[AirSync.responses]?.children ?? []
        #expect(responses.map { "\($0.tag.name) \($0.status ?? 0)" } == ["Change 8", "Delete 8", "Add 6", "Fetch 8"])
        #expect(try await lab.item(foreign.id)?.state.flags == [])
    }
    @Test func bodiesAreCutBetweenCharacters() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let text = String(repeating: "aé日🎉", count: 20)
        try await lab.append("From: a@example.net\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\(text)\r\n", to: inbox.id)
        for limit in 38..<46 {
            let body = try await phone.begin(inbox.id) { $0.body = (1, limit) }.data?[AirSyncBase.body]
            let data = body?[AirSyncBase.data]?.text ?? ""
            #expect(text.hasPrefix(data) && data.utf8.count <= limit && data.utf8.count > limit - 4)
            #expect(body?[AirSyncBase.truncated]?.text == "1")
        }
    }
    // MS-ASCMD_R3967
    @Test func optionsAreKeptUntilTheyAreReplaced() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let now = WallClock.now()
        try await lab.append(PhoneLab.mail("fresh"), to: inbox.id, date: now)
        try await lab.append(PhoneLab.mail("old"), to: inbox.id, date: Timestamp(milliseconds: now.rawValue - 10 * 86_400_000))
        let first = try await phone.begin(inbox.id) { $0.filter = 2 }
        #expect(first.subjects == ["fresh"])
        // No Options: the filter still holds.
        #expect(try await phone.sync(Ask(first.key, inbox.id)) == nil)
        let wider = try await phone.sync(Ask(first.key, inbox.id, filter: 0))
        #expect(wider?.subjects == ["old"])
        let narrower = try await phone.sync(Ask(wider?.key ?? "", inbox.id, filter: 2))
        #expect(narrower?[AirSync.commands]?.children.map(\.tag) == [AirSync.softDelete])
    }
    @Test func anEmptyRequestRepeatsTheLast() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        #expect(try await phone.command("Sync")?.root().status == 13)
        let key = try await phone.begin(inbox.id).key
        #expect(try await phone.sync(Ask(key, inbox.id)) == nil)
        try await lab.append(PhoneLab.mail("new"), to: inbox.id)
        let answer = try await phone.command("Sync")?.root()
        #expect(answer?[AirSync.collections]?[AirSync.collection]?.subjects == ["new"])
    }
    // MS-ASCMD_R4415 MS-ASCMD_R5778 MS-ASCMD_R5779
    @Test(arguments: 0..<6) func requestsThatAreNoneAreToldSo(_ index: Int) async throws {
        let wrong: [(Int, (inout TokenWriter) -> Void)] = [
            (4, { _ in }), (4, { $0.empty(AirSync.collections) }), (14, { $0.element(AirSync.wait, 60) }),
            (14, { $0.element(AirSync.heartbeatInterval, 59) }),
            (
                4,
                {
                    $0.element(AirSync.wait, 1); $0.element(AirSync.heartbeatInterval, 60)
                }
            ), (13, { $0.empty(AirSync.partial) }),
        ]
        let phone = await PhoneLine(try await PhoneLab())
        var writer = TokenWriter()
        writer.open(AirSync.sync)
        wrong[index].1(&writer)
        writer.close()
        #expect(try await phone.root("Sync", writer.finish()).status == wrong[index].0)
    }
    // MS-ASCMD_R5659 MS-ASCMD_R5671
    @Test func moreThanTwoHundredCommandsAreRefusedAsAWhole() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let key = try await phone.begin(inbox.id).key
        let answer = try await phone.sync(Ask(key, inbox.id) { writer in for _ in 0..<201 { Ask.delete(item.id)(&writer) } })
        #expect(answer?.status == 4)
        #expect(try await lab.item(item.id) != nil)
    }
    /// A new key leaves only after the commit that holds it. (store.md §1.1)
    @Test func everyNewKeyIsInTheStoreWhenItIsTold() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        for number in 0..<5 { try await lab.append(PhoneLab.mail("number \(number)"), to: inbox.id) }
        var key = try await phone.begin(inbox.id) { $0.window = 2 }.key
        for _ in 0..<2 {
            let row = try await lab.store.read { store in
                try store.device(of: lab.ann, identifier: "PHONE1").flatMap { try store.syncState(device: $0.id, folder: inbox.id) }
            }
            #expect(row.map { String($0.key) } == key)
            key = try await phone.sync(Ask(key, inbox.id, window: 2))?.key ?? ""
        }
    }
    // MS-ASCMD_R4764
    @Test func anAnswerIsLimitedByBytesToo() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let text = String(repeating: "0123456789abcde\r\n", count: 20_000)
        for number in 0..<6 { try await lab.append(PhoneLab.mail("number \(number)", text), to: inbox.id) }
        var answer = try await phone.begin(inbox.id) { $0.body = (1, nil) }
        #expect(answer.adds.count < 6 && answer[AirSync.moreAvailable] != nil)
        var total = answer.adds.count
        for _ in 0..<6 where answer[AirSync.moreAvailable] != nil {
            answer = try await phone.sync(Ask(answer.key, inbox.id)) ?? answer
            total += answer.adds.count
        }
        #expect(total == 6)
    }
    @Test func aMoveIsAnsweredAgainAfterItsAnswerWasLost() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab), inbox = try await lab.inbox(), target = try await lab.folder(.archive, lab.ann)
        let item = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        var writer = TokenWriter()
        writer.open(Move.moveItems)
        writer.open(Move.move)
        writer.element(Move.srcMsgId, item.id.description)
        writer.element(Move.srcFldId, inbox.id.description)
        writer.element(Move.dstFldId, target.id.description)
        writer.close()
        writer.close()
        let body = writer.finish()
        for _ in 0..<2 {
            let response = try await phone.root("MoveItems", body)[Move.response]
            #expect(response?[Move.status]?.text == "3" && response?[Move.dstMsgId]?.text == item.id.description)
        }
        #expect(try await lab.item(item.id)?.folder == target.id)
    }
    // MS-ASCMD_R4848
    @Test func mailIsSentOnceForEachClientId() async throws {
        let lab = try await PhoneLab()
        let phone = await PhoneLine(lab)
        func send(_ clientId: String) async -> PhoneLine.Answer? {
            var writer = TokenWriter()
            writer.open(ComposeMail.sendMail)
            writer.element(ComposeMail.clientId, clientId)
            writer.empty(ComposeMail.saveInSentItems)
            writer.element(ComposeMail.mime, opaque: Array("From: ann@example.org\r\nTo: bob@example.org\r\nSubject: hi\r\n\r\nText.\r\n".utf8))
            writer.close()
            return await phone.command("SendMail", writer.finish())
        }
        let first = await send("one")
        #expect(first?.status == 200 && first?.body == [])
        #expect(try await send("one")?.root()[ComposeMail.status]?.text == "118")
        #expect(await send("two")?.body == [])
        #expect(try await lab.folder(.inbox, lab.bob).total == 2)
        #expect(try await lab.folder(.sent, lab.ann).total == 2)
    }
}
