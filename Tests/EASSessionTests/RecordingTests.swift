import EASCodec
import EASSession
import MailStore
import Model
import Synchronization
import Testing

/// What is recorded of a device: the form, and nothing that people wrote.
@Suite struct RecordingTests {
    final class Shelf: ConversationRecorder {
        private let kept = Mutex<[RecordedExchange]>([])
        func keep(_ exchange: RecordedExchange, of device: DeviceRow) async { kept.withLock { $0.append(exchange) } }
        var all: [RecordedExchange] { kept.withLock { $0 } }
    }
    @Test func contentsBecomeLettersAndFormStays() async throws {
        let shelf = Shelf()
        var settings = EASSettings()
        settings.recorder = shelf
        let lab = try await PhoneLab(devices: settings), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        try await lab.append(PhoneLab.mail("A secret subject", "The secret text of a message."), to: inbox.id)
        _ = try await phone.folderSync("0")
        #expect(shelf.all.isEmpty)
        try await lab.store.write { store in
            var row = try #require(try store.device(of: lab.ann, identifier: "PHONE1"))
            row.control.recordedUntil = Timestamp(rawValue: .max)
            _ = try store.put(row)
        }
        let answer = try await phone.begin(inbox.id) { $0.body = (1, 500) }
        #expect(shelf.all.map(\.command) == ["Sync", "Sync"] && shelf.all.map(\.status) == [200, 200])
        let kept = try #require(shelf.all.last), body = try #require(kept.answer)
        #expect(kept.answerSize == body.count)
        let text = String(decoding: body, as: UTF8.self)
        for word in ["secret", "Otto", "otto@example.net", "ann@example.org"] { #expect(!text.contains(word), "\(word)") }
        let collection = try #require(try WBXMLElement(document: body)[AirSync.collections]?[AirSync.collection])
        #expect(collection.key == answer.key && collection.status == 1)
        let data = try #require(collection.data), said = try #require(answer.data)
        #expect(data.children.map(\.tag) == said.children.map(\.tag))
        // Opaque octets are no text: their lengths cannot be compared like this.
        func lengths(_ data: WBXMLElement) -> [Int] { data.children.filter { $0.tag.page != Email2.conversationIndex.page }.map(\.text.utf8.count) }
        #expect(lengths(data) == lengths(said))
        #expect(data[Email.dateReceived]?.text == said[Email.dateReceived]?.text)
        #expect(data[Email.subject]?.text != said[Email.subject]?.text)
    }
    @Test func theAnswerThatEndsAWaitIsKept() async throws {
        let shelf = Shelf()
        var settings = EASSettings()
        settings.recorder = shelf
        let lab = try await PhoneLab(devices: settings), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        _ = try await phone.begin(inbox.id)
        try await lab.store.write { store in
            var row = try #require(try store.device(of: lab.ann, identifier: "PHONE1"))
            row.control.recordedUntil = Timestamp(rawValue: .max)
            _ = try store.put(row)
        }
        #expect(await phone.command("Ping", PhoneLine.ping(60, [inbox.id])) == nil)
        #expect(try await phone.expire()?.root()[Ping.status]?.integer == 1)
        for _ in 0..<100 where shelf.all.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(shelf.all.map(\.waited) == [true] && shelf.all.map(\.command) == ["Ping"])
    }
}
