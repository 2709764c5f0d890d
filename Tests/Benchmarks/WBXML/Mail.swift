import Bytes
import EASCodec
import Glibc

/// What a mapping has at hand when it writes one mail of a Sync answer. About 1.4 KB of answer each; every name and each fourth body is not ASCII.
final class Mail {
    let id: Int
    let to, from, subject, date, displayTo, preview: String
    let body: [UInt8]
    let conversation: [UInt8]
    let attachment: String?

    init(id: Int, to: String, from: String, subject: String, date: String, displayTo: String, preview: String, body: [UInt8], conversation: [UInt8], attachment: String?) {
        (self.id, self.to, self.from, self.subject, self.date, self.displayTo, self.preview) = (id, to, from, subject, date, displayTo, preview)
        (self.body, self.conversation, self.attachment) = (body, conversation, attachment)
    }

    static func some(_ count: Int) -> [Mail] {
        let line = Array("The quick brown fox jumps over the lazy dog, and then again, because.\r\n".utf8)
        let line2 = Array("Żółw jedzie: 100 km/h, ältere Grüße, “quoted” and so on to the end.\r\n".utf8)
        return (0..<count).map { number in
            var body: [UInt8] = []
            while body.count < 500 + number * 61 % 700 { body += number % 4 == 0 && body.count / 70 % 3 == 2 ? line2 : line }
            return Mail(
                id: number, to: "\"Ann Example\" <ann.example@example.org>", from: "\"Böb Sender\" <bob.sender.\(number)@mail.example.net>",
                subject: "Re: meeting number \(number) and what else came to mind", date: "2026-05-01T10:\(10 + number % 50):00.000Z", displayTo: "Ann Example; Carl",
                preview: "The quick brown fox jumps over the lazy dog, and then", body: body, conversation: (0..<16).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) },
                attachment: number % 4 == 0 ? "Report of the year \(number).pdf" : nil)
        }
    }
}

@inline(never) func encode(_ mails: [Mail]) -> [UInt8] {
    var writer = TokenWriter(capacity: 262_144)
    writer.open(AirSync.sync)
    writer.open(AirSync.collections)
    writer.open(AirSync.collection)
    writer.element(AirSync.syncKey, "{6f1c}2")
    writer.element(AirSync.collectionId, "5")
    writer.element(AirSync.status, 1)
    writer.open(AirSync.commands)
    for mail in mails { write(mail, &writer) }
    for _ in 0..<4 { writer.close() }
    return writer.finish()
}
private func write(_ mail: Mail, _ writer: inout TokenWriter) {
    writer.open(AirSync.add)
    writer.element(AirSync.serverId, mail.id)
    writer.open(AirSync.applicationData)
    writer.element(Email.to, mail.to)
    writer.element(Email.from, mail.from)
    writer.element(Email.subject, mail.subject)
    writer.element(Email.dateReceived, mail.date)
    writer.element(Email.displayTo, mail.displayTo)
    writer.element(Email.threadTopic, mail.subject)
    writer.element(Email.importance, 1)
    writer.element(Email.read, mail.id & 1)
    if let name = mail.attachment {
        writer.open(AirSyncBase.attachments)
        writer.open(AirSyncBase.attachment)
        writer.element(AirSyncBase.displayName, name)
        writer.element(AirSyncBase.fileReference, mail.id)
        writer.element(AirSyncBase.method, 1)
        writer.element(AirSyncBase.estimatedDataSize, 48_213)
        writer.close()
        writer.close()
    }
    writer.open(AirSyncBase.body)
    writer.element(AirSyncBase.type, 1)
    writer.element(AirSyncBase.estimatedDataSize, mail.body.count)
    writer.element(AirSyncBase.truncated, 0)
    writer.element(AirSyncBase.data, utf8: mail.body)
    writer.element(AirSyncBase.preview, mail.preview)
    writer.close()
    writer.element(Email.messageClass, "IPM.Note")
    writer.element(Email.internetCPID, 65_001)
    writer.element(Email.contentClass, "urn:content-classes:message")
    writer.element(AirSyncBase.nativeBodyType, 1)
    writer.element(Email2.conversationId, opaque: mail.conversation)
    writer.close()
    writer.close()
}

/// Every token, every length.
@inline(never) func decode(_ document: [UInt8]) -> Int {
    guard var reader = try? TokenReader(document) else { return 0 }
    var sum = 0
    while let token = try? reader.next() {
        switch token {
        case .start(let tag): sum &+= Int(tag.rawValue)
        case .text(let range), .opaque(let range): sum &+= range.count
        case .end: sum &+= 1
        case .finished: return sum
        }
    }
    return 0
}
/// What no codec can beat.
@inline(never) func copy(_ document: [UInt8]) -> Int {
    let copied = unsafe [UInt8](unsafeUninitializedCapacity: document.count) { room, count in
        _ = unsafe room.initialize(fromContentsOf: document)
        count = document.count
    }
    return copied.count
}
/// As `decode`, each text made a String.
@inline(never) func readTexts(_ document: [UInt8]) -> Int {
    guard var reader = try? TokenReader(document) else { return 0 }
    var sum = 0
    while let token = try? reader.next() {
        switch token {
        case .text(let range): sum &+= String(decoding: document[range.range], as: UTF8.self).utf8.count
        case .finished: return sum
        default: continue
        }
    }
    return 0
}

/// Microseconds of the best of many rounds: the one that nothing disturbed.
func best(of rounds: Int, _ work: () -> Void) -> Double {
    var best = Duration.seconds(1000)
    for _ in 0..<rounds { best = min(best, ContinuousClock().measure(work)) }
    return Double(best.components.attoseconds) / 1e12 + Double(best.components.seconds) * 1e6
}
