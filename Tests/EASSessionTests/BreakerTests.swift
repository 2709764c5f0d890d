import EASCodec
import EASSession
import MailStore
import Model
import Testing

/// A device that chokes on one item asks again and again: the item is isolated and skipped, the folder goes on.
@Suite struct BreakerTests {
    /// Syncs as a device does that cannot take `poison`: it never uses a key that came with it. Returns what it holds after so many requests.
    private func sync(_ phone: PhoneLine, _ folder: FolderID, poison: String, requests: Int) async throws -> (held: [String], answers: [[String]]) {
        var key = try #require(try await phone.sync(Ask("0", folder))?.key), held: [String] = [], answers: [[String]] = []
        for _ in 0..<requests {
            guard let answer = try await phone.sync(Ask(key, folder)) else { break }
            answers.append(answer.subjects)
            if answer.subjects.contains(poison) { continue }
            held += answer.subjects
            key = answer.key
        }
        return (held, answers)
    }
    @Test func theItemIsSkippedAndNeverTheFolder() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        var poison: ItemState?
        for number in 0..<6 {
            let state = try await lab.append(PhoneLab.mail("mail \(number)"), to: inbox.id)
            if number == 3 { poison = state }
        }
        let (held, answers) = try await sync(phone, inbox.id, poison: "mail 3", requests: 20)
        #expect(held.sorted() == ["mail 0", "mail 1", "mail 2", "mail 4", "mail 5"])
        // Twice whole, from the third time on alone; the third time that it alone is asked for, it is left out.
        #expect(answers.prefix(2).map(\.count) == [6, 6])
        #expect(answers.dropFirst(2).allSatisfy { $0.count <= 1 })
        #expect(answers.filter { $0.contains("mail 3") }.count == 4)
        let row = try #require(try await DeviceControlTests.row(lab))
        #expect(DeviceView.skipped(row).map(\.item) == [try #require(poison).id])
        #expect(try await DeviceControlTests.events(lab) == ["skipped"])
        // Others are told of it, and so is the device after a resync.
        let other = await PhoneLine(lab, device: "PHONE2")
        #expect(try await other.begin(inbox.id).subjects.count == 6)
        try await lab.store.write { store in
            var row = row
            row.remembered = DeviceView.withoutSkipped(row.remembered)
            _ = try store.put(row)
        }
        #expect(try await phone.begin(inbox.id).subjects.count == 6)
    }
    /// What is skipped stays so when it changes, and is taken away when it goes.
    @Test func aSkippedItemIsNotToldAgain() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let poison = try await lab.append(PhoneLab.mail("poison"), to: inbox.id)
        let (held, answers) = try await sync(phone, inbox.id, poison: "poison", requests: 10)
        #expect(held.isEmpty && answers.last?.isEmpty == true)
        var key = try await phone.begin(inbox.id).key
        _ = try await lab.store.write { try $0.setFlags(poison.id, FlagChange(.add, .seen)) }
        #expect(try await phone.sync(Ask(key, inbox.id)) == nil)
        let news = try await lab.append(PhoneLab.mail("news"), to: inbox.id)
        let answer = try #require(try await phone.sync(Ask(key, inbox.id)))
        #expect(answer.subjects == ["news"])
        key = answer.key
        try await lab.store.write { store in for id in [poison.id, news.id] { try store.remove(id) } }
        #expect(try await phone.sync(Ask(key, inbox.id))?[AirSync.commands]?.all(AirSync.delete).count == 2)
    }
    /// A bad line that loses an answer or two isolates nothing.
    @Test func lostAnswersAreRepeatedWhole() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        for number in 0..<4 { try await lab.append(PhoneLab.mail("mail \(number)"), to: inbox.id) }
        var key = try #require(try await phone.sync(Ask("0", inbox.id))?.key)
        for _ in 0..<2 { #expect(try await phone.sync(Ask(key, inbox.id))?.subjects.count == 4) }
        let third = try #require(try await phone.sync(Ask(key, inbox.id)))
        #expect(third.subjects.count == 1)
        // It arrives: the rest follows, and nothing is skipped.
        var held = third.subjects
        key = third.key
        for _ in 0..<6 {
            guard let answer = try await phone.sync(Ask(key, inbox.id)) else { break }
            held += answer.subjects
            key = answer.key
        }
        #expect(held.count == 4)
        #expect(DeviceView.skipped(try #require(try await DeviceControlTests.row(lab))).isEmpty)
    }
    /// A phone that never falls back to key 0 is given the whole list.
    @Test func aWorthlessKeyOfTheFolderListEndsInTheWholeList() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        var statuses: [Int?] = []
        for _ in 0..<5 { statuses.append(try await phone.folderSync("777")[FolderHierarchy.status]?.integer) }
        #expect(statuses == [9, 9, 1, 1, 1])
        let whole = try await phone.folderSync("777")
        #expect(whole[FolderHierarchy.changes]?.all(FolderHierarchy.add).count == 6)
        #expect(try await phone.folderSync(try #require(whole[FolderHierarchy.syncKey]?.text))[FolderHierarchy.status]?.integer == 1)
        #expect(try await phone.folderSync("778")[FolderHierarchy.status]?.integer == 9)
        #expect(try await DeviceControlTests.events(lab) == ["folders.resent"])
    }
}
