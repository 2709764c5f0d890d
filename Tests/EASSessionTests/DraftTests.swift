import EASCodec
import MailStore
import Model
import Testing

/// Drafts of 16.x, both ways, on a real store.
@Suite struct DraftTests {
    private static func phone(_ lab: PhoneLab, _ device: String = "P16") async -> PhoneLine {
        let phone = await PhoneLine(lab, device: device)
        phone.version = .v16_0
        return phone
    }
    private static func data(_ writer: inout TokenWriter, subject: String, to: String = "bob@example.org", text: String? = "Hello ü.") {
        writer.element(Email.to, to)
        writer.element(Email2.bcc, "bob@example.org")
        writer.element(Email.subject, subject)
        writer.element(Email.importance, 2)
        guard let text else { return }
        writer.open(AirSyncBase.body)
        writer.element(AirSyncBase.type, 1)
        writer.element(AirSyncBase.data, text)
        writer.close()
    }
    private static func attach(_ writer: inout TokenWriter, _ files: [(name: String, octets: [UInt8])], without references: [String] = []) {
        writer.open(AirSyncBase.attachments)
        for file in files {
            writer.open(AirSyncBase.add)
            writer.element(AirSyncBase.clientId, "c-\(file.name)")
            writer.element(AirSyncBase.method, 1)
            writer.element(AirSyncBase.content, opaque: file.octets)
            writer.element(AirSyncBase.displayName, file.name)
            writer.close()
        }
        for reference in references {
            writer.open(AirSyncBase.delete)
            writer.element(AirSyncBase.fileReference, reference)
            writer.close()
        }
        writer.close()
    }
    private static func add(sends: Bool = false, _ data: @escaping (inout TokenWriter) -> Void) -> (inout TokenWriter) -> Void {
        { writer in
            writer.open(AirSync.add)
            writer.element(AirSync.clientId, "d1")
            if sends { writer.empty(Email2.send) }
            writer.open(AirSync.applicationData)
            data(&writer)
            writer.close()
            writer.close()
        }
    }
    private static func change(_ id: String, sends: Bool = false, _ data: @escaping (inout TokenWriter) -> Void) -> (inout TokenWriter) -> Void {
        { writer in
            writer.open(AirSync.change)
            writer.element(AirSync.serverId, id)
            if sends { writer.empty(Email2.send) }
            writer.open(AirSync.applicationData)
            data(&writer)
            writer.close()
            writer.close()
        }
    }
    private static func text(_ lab: PhoneLab, _ id: String) async throws -> String {
        guard let number = Int64(id), let item = try await lab.item(ItemID(number)) else { return "" }
        return String(decoding: try await lab.store.read { try $0.content(item.state.content) }, as: UTF8.self)
    }

    /// MS-ASEMAIL_R1184 MS-ASEMAIL_R1190 MS-ASEMAIL_R1278
    @Test func aDraftIsKeptAndNotSentBack() async throws {
        let lab = try await PhoneLab()
        let phone = await Self.phone(lab), drafts = try await lab.folder(.drafts, lab.ann)
        let key = try await phone.begin(drafts.id).key
        let ask = Ask(key, drafts.id, commands: Self.add { Self.data(&$0, subject: "First") })
        let answer = try await phone.sync(ask)
        let added = answer?[AirSync.responses]?[AirSync.add], id = added?[AirSync.serverId]?.text ?? ""
        #expect(added?[AirSync.status]?.text == "1" && added?[AirSync.clientId]?.text == "d1")
        #expect(added?[AirSync.applicationData]?[Email2.conversationId]?.content.count == 16)
        #expect(added?[AirSync.applicationData]?[Email2.conversationIndex]?.content.count == 5)
        // The answer was lost: asked again, there is still one.
        let again = try await phone.sync(ask)
        #expect(again?[AirSync.responses]?[AirSync.add]?[AirSync.serverId]?.text == id)
        #expect(try await lab.folder(.drafts, lab.ann).total == 1)
        #expect(try await phone.sync(Ask(again?.key ?? "", drafts.id)) == nil)
        let message = try await Self.text(lab, id)
        #expect(message.contains("From: Ann <ann@example.org>\r\n") && message.contains("Bcc: bob@example.org\r\n"))
        #expect(message.contains("Importance: high\r\n") && message.contains("Message-ID: <"))
        let second = await Self.phone(lab, "P17")
        let data = try await second.begin(drafts.id) { $0.body = (1, nil) }.data
        #expect(data?[Email2.isDraft]?.text == "1" && data?[Email2.bcc]?.text == "bob@example.org")
        #expect(data?[AirSyncBase.body]?[AirSyncBase.data]?.text == "Hello ü.")
    }
    /// What a Change does not name keeps its octets.
    @Test func aChangeOfTheHeaderLeavesTheBodyAlone() async throws {
        let lab = try await PhoneLab()
        let phone = await Self.phone(lab), drafts = try await lab.folder(.drafts, lab.ann)
        let body = "X-Odd: stays\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=q\r\n\r\npreamble\r\n--q\r\n\r\nplain\r\n--q--\r\n"
        let item = try await lab.append("To: old@example.net\r\nSubject: old\r\n" + body, to: drafts.id)
        let key = try await phone.begin(drafts.id).key
        let answer = try await phone.sync(Ask(key, drafts.id, commands: Self.change(item.id.description) { $0.element(Email.subject, "Grüße") }))
        #expect(answer?.status == 1 && answer?[AirSync.responses] == nil)
        let message = try await Self.text(lab, item.id.description)
        #expect(message.hasSuffix("To: old@example.net\r\n" + body) && message.hasPrefix("Subject: =?utf-8?") && !message.contains("old\r\nX"))
    }
    @Test func attachmentsComeAndGo() async throws {
        let lab = try await PhoneLab()
        let phone = await Self.phone(lab), drafts = try await lab.folder(.drafts, lab.ann)
        let key = try await phone.begin(drafts.id).key
        let files: [(String, [UInt8])] = [("a.bin", Array(0...255)), ("b.txt", Array("text".utf8))]
        let answer = try await phone.sync(
            Ask(
                key, drafts.id,
                commands: Self.add {
                    Self.data(&$0, subject: "Files")
                    Self.attach(&$0, files)
                }))
        let added = answer?[AirSync.responses]?[AirSync.add], id = added?[AirSync.serverId]?.text ?? ""
        let names = added?[AirSync.applicationData]?[AirSyncBase.attachments]?.all(AirSyncBase.attachment) ?? []
        #expect(names.map { $0[AirSyncBase.clientId]?.text } == ["c-a.bin", "c-b.txt"])
        #expect(Set(names.compactMap { $0[AirSyncBase.fileReference]?.text }).count == 2)
        // One goes, one comes, the text stays.
        let gone = names.first?[AirSyncBase.fileReference]?.text ?? ""
        let next = try await phone.sync(
            Ask(answer?.key ?? "", drafts.id, commands: Self.change(id) { Self.attach(&$0, [("c.bin", [1, 2, 3])], without: [gone]) }))
        let changed = next?[AirSync.responses]?[AirSync.change]?[AirSync.applicationData]?[AirSyncBase.attachments]?.all(AirSyncBase.attachment)
        #expect(changed?.map { $0[AirSyncBase.clientId]?.text } == ["c-c.bin"])
        let message = try await Self.text(lab, id)
        #expect(!message.contains("a.bin") && message.contains("b.txt") && message.contains("c.bin") && (message.contains("=C3=BC") || message.contains("SGVsbG8gw7wu")))
        // Its references are told anew, once; a reference of somebody else's is none.
        let told = try await phone.sync(Ask(next?.key ?? "", drafts.id))
        #expect(told?[AirSync.commands]?.all(AirSync.change).count == 1 && told?.adds.isEmpty == true)
        let foreign = try await phone.sync(Ask(told?.key ?? "", drafts.id, commands: Self.change(id) { Self.attach(&$0, [], without: ["1-2-3"]) }))
        #expect(foreign?[AirSync.responses]?[AirSync.change]?[AirSync.status]?.text == "6")
    }
    /// Sent once, whatever becomes of the answer.
    @Test(arguments: [true, false]) func aDraftIsSentOnce(_ isNew: Bool) async throws {
        let lab = try await PhoneLab()
        let phone = await Self.phone(lab), drafts = try await lab.folder(.drafts, lab.ann)
        var key = try await phone.begin(drafts.id).key
        var command = Self.add(sends: true) { Self.data(&$0, subject: "Out") }
        if !isNew {
            let answer = try await phone.sync(Ask(key, drafts.id, commands: Self.add { Self.data(&$0, subject: "Out") }))
            key = answer?.key ?? ""
            let id = answer?[AirSync.responses]?[AirSync.add]?[AirSync.serverId]?.text ?? ""
            command = Self.change(id, sends: true) { Self.data(&$0, subject: "Out now", text: nil) }
        }
        for _ in 0..<2 {
            let answer = try await phone.sync(Ask(key, drafts.id, commands: command))
            #expect(answer?.status == 1)
            #expect(answer?[AirSync.responses]?[AirSync.change] == nil)
        }
        #expect(try await lab.folder(.drafts, lab.ann).total == 0)
        #expect(try await lab.folder(.inbox, lab.bob).total == 1)
        #expect(try await lab.folder(.sent, lab.ann).total == 1)
    }
    @Test func withoutARecipientItStays() async throws {
        let lab = try await PhoneLab()
        let phone = await Self.phone(lab), drafts = try await lab.folder(.drafts, lab.ann)
        let key = try await phone.begin(drafts.id).key
        let answer = try await phone.sync(Ask(key, drafts.id, commands: Self.add { $0.element(Email.to, "no address at all") }))
        let id = answer?[AirSync.responses]?[AirSync.add]?[AirSync.serverId]?.text ?? ""
        let sent = try await phone.sync(Ask(answer?.key ?? "", drafts.id, commands: Self.change(id, sends: true) { _ in }))
        #expect(sent?[AirSync.responses]?[AirSync.change]?[AirSync.status]?.text == "183")
        #expect(try await lab.folder(.drafts, lab.ann).total == 1)
    }
    /// Up to 14.1, and in every other folder, mail is not added by Sync. (MS-ASEMAIL §3.1.5.3)
    @Test func elsewhereAnAddIsRefused() async throws {
        let lab = try await PhoneLab()
        let old = await PhoneLine(lab), new = await Self.phone(lab)
        let drafts = try await lab.folder(.drafts, lab.ann), inbox = try await lab.inbox()
        for (phone, folder) in [(old, drafts), (new, inbox)] {
            let key = try await phone.begin(folder.id).key
            let answer = try await phone.sync(Ask(key, folder.id, commands: Self.add { Self.data(&$0, subject: "No") }))
            #expect(answer?[AirSync.responses]?[AirSync.add]?[AirSync.status]?.text == "6")
        }
        #expect(try await lab.folder(.drafts, lab.ann).total == 0)
    }
    /// threat T13: what is no draft is refused, and nothing else of the request suffers.
    @Test func nonsenseIsRefused() async throws {
        let lab = try await PhoneLab()
        let phone = await Self.phone(lab), drafts = try await lab.folder(.drafts, lab.ann)
        var key = try await phone.begin(drafts.id).key
        let bad: [(inout TokenWriter) -> Void] = [
            { $0.element(Email.importance, 7) },
            { $0.element(Email.subject, String(repeating: "x", count: 40_000)) },
            { writer in
                writer.open(AirSyncBase.body)
                writer.element(AirSyncBase.type, 3)
                writer.close()
            },
            { writer in
                writer.open(AirSyncBase.attachments)
                writer.open(AirSyncBase.add)
                writer.element(AirSyncBase.clientId, "c")
                writer.element(AirSyncBase.method, 6)
                writer.element(AirSyncBase.content, opaque: [1])
                writer.close()
                writer.close()
            },
        ]
        for data in bad {
            let answer = try await phone.sync(Ask(key, drafts.id, commands: Self.add(data)))
            #expect(answer?.status == 1 && answer?[AirSync.responses]?[AirSync.add]?[AirSync.status]?.text == "6")
            key = answer?.key ?? ""
        }
        #expect(try await lab.folder(.drafts, lab.ann).total == 0)
        // Nothing in a field can begin another.
        let answer = try await phone.sync(Ask(key, drafts.id, commands: Self.add { $0.element(Email.subject, "a\r\nX-Evil: 1") }))
        #expect(try await !Self.text(lab, answer?[AirSync.responses]?[AirSync.add]?[AirSync.serverId]?.text ?? "").contains("\r\nX-Evil"))
    }
    /// A draft comes with its attachments, so that a Sync of these versions may be as large as a message; what is kept is no larger.
    @Test func aSyncMayBeAsLargeAsADraft() async throws {
        let lab = try await PhoneLab(messageSize: 6_000_000)
        let phone = await Self.phone(lab), old = await PhoneLine(lab)
        let nonsense = [UInt8](repeating: 0xFF, count: 5_000_000)
        #expect(await phone.command("Sync", nonsense)?.status == 200)
        #expect(await old.command("Sync", nonsense)?.status == 413)
        let small = try await PhoneLab(messageSize: 70_000)
        let third = await Self.phone(small), drafts = try await small.folder(.drafts, small.ann)
        let key = try await third.begin(drafts.id).key
        let answer = try await third.sync(
            Ask(
                key, drafts.id,
                commands: Self.add {
                    Self.data(&$0, subject: "Large")
                    Self.attach(&$0, [("a.bin", [UInt8](repeating: 7, count: 60_000))])
                }))
        #expect(answer?[AirSync.responses]?[AirSync.add]?[AirSync.status]?.text == "122")
        #expect(try await small.folder(.drafts, small.ann).total == 0)
    }
}
