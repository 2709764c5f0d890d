import EASCodec
import HTTPCodec
import MailStore
import Model
import Testing

/// SendMail, SmartReply, SmartForward in both forms, and GetAttachment. (MS-ASCMD §2.2.1.7, §2.2.1.17, §2.2.1.19, §2.2.1.20)
@Suite struct ComposeTests {
    private static func document(
        _ root: WBXMLTag, clientId: String = "c1", folder: String? = nil, item: String? = nil, instance: String? = nil, whole: Bool = false,
        forwardee: String? = nil, mime: String? = ComposeTests.mail
    ) -> [UInt8] {
        var writer = TokenWriter()
        writer.open(root)
        writer.element(ComposeMail.clientId, clientId)
        if folder != nil || item != nil {
            writer.open(ComposeMail.source)
            if let item { writer.element(ComposeMail.itemId, item) }
            if let folder { writer.element(ComposeMail.folderId, folder) }
            if let instance { writer.element(ComposeMail.instanceId, instance) }
            writer.close()
        }
        if whole { writer.empty(ComposeMail.replaceMime) }
        if let forwardee {
            writer.open(ComposeMail.forwardees)
            writer.open(ComposeMail.forwardee)
            writer.element(ComposeMail.forwardeeEmail, forwardee)
            writer.close()
            writer.close()
        }
        if let mime { writer.element(ComposeMail.mime, opaque: Array(mime.utf8)) }
        writer.close()
        return writer.finish()
    }
    private static let mail = "To: bob@example.org\r\nSubject: answer\r\n\r\nMy text.\r\n"
    private func received(_ lab: PhoneLab) async throws -> [String] {
        let inbox = try await lab.folder(.inbox, lab.bob).id
        return try await lab.store.read { store in
            try store.states(in: inbox, UIDSet([1...UInt32.max]), limit: .max).map { String(decoding: try store.content($0.content), as: UTF8.self) }
        }
    }

    /// MS-ASCMD_R569 MS-ASCMD_R580 MS-ASCMD_R605 MS-ASCMD_R5776
    @Test func theSourceIsQuotedAndMarked() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let source = try await lab.append(PhoneLab.mail("question", "The source."), to: inbox.id)
        let answer = await phone.command(
            "SmartReply", Self.document(ComposeMail.smartReply, folder: inbox.id.description, item: source.id.description))
        #expect(answer?.status == 200 && answer?.body == [])
        let mails = try await received(lab)
        #expect(mails.count == 1 && mails[0].contains("My text.") && mails[0].contains("The source."))
        let item = try #require(try await lab.item(source.id))
        #expect(item.state.flags.contains(.answered))
        let shown = try await phone.begin(inbox.id).data
        #expect(shown?[Email2.lastVerbExecuted]?.text == "1" && shown?[Email2.lastVerbExecutionTime]?.text.hasSuffix("Z") == true)
    }
    /// The last verb is the last, whatever the flags. MS-ASCMD_R532 MS-ASCMD_R568 MS-ASCMD_R4407
    @Test func forwardedAfterItWasAnswered() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let source = try await lab.append(PhoneLab.mail("question", "The source."), to: inbox.id)
        let ids = (inbox.id.description, source.id.description)
        _ = await phone.command("SmartReply", Self.document(ComposeMail.smartReply, clientId: "a", folder: ids.0, item: ids.1))
        let answer = await phone.command("SmartForward", Self.document(ComposeMail.smartForward, clientId: "b", folder: ids.0, item: ids.1))
        #expect(answer?.status == 200 && answer?.body == [])
        let flags = try #require(try await lab.item(source.id)).state.flags
        #expect(flags.contains(.answered) && flags.contains(.forwarded))
        #expect(try await phone.begin(inbox.id).data?[Email2.lastVerbExecuted]?.text == "3")
        #expect(try await received(lab).allSatisfy { $0.contains("The source.") })
    }
    /// MS-ASCMD_R3775
    @Test func theWholeMessageStaysAsItIs() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let source = try await lab.append(PhoneLab.mail("question", "The source."), to: inbox.id)
        let document = Self.document(ComposeMail.smartReply, folder: inbox.id.description, item: source.id.description, whole: true)
        #expect(await phone.command("SmartReply", document)?.body == [])
        #expect(try await received(lab).map { $0.contains("The source.") } == [false])
        #expect(try #require(try await lab.item(source.id)).state.flags.contains(.answered))
    }
    /// Nothing is sent about what is not there: unknown, in another folder, somebody else's. (threat T25) MS-ASCMD_R4930 MS-ASCMD_R541 MS-ASCMD_R578 MS-ASCMD_R4408 MS-ASCMD_R5777
    // MS-ASCMD_R4819 MS-ASCMD_R95
    @Test func sourcesThatAreNone() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let own = try await lab.append(PhoneLab.mail("mine"), to: inbox.id)
        let foreign = try await lab.append(PhoneLab.mail("not mine"), to: try await lab.folder(.inbox, lab.bob).id)
        let before = try await received(lab).count
        let id = inbox.id.description
        let drafts = try await lab.folder(.drafts, lab.ann).id.description
        for (folder, item, instance, status) in [
            (id, "no-such", nil, 150), (id, "999999", nil, 150), (drafts, own.id.description, nil, 150), (id, foreign.id.description, nil, 150),
            (id, own.id.description, "tomorrow", 104), (id, own.id.description, "2026-13-01T00:00:00.000Z", 104),
            (id, own.id.description, "2026-03-01T00:00:00.000Z", 150),
        ] as [(String, String, String?, Int)] {
            for (name, root) in [("SmartReply", ComposeMail.smartReply), ("SmartForward", ComposeMail.smartForward)] {
                let answer = try await phone.root(name, Self.document(root, folder: folder, item: item, instance: instance))
                #expect(answer.tag == root && answer[ComposeMail.status]?.integer == status, "\(name) \(item) \(instance ?? "")")
            }
        }
        #expect(try await phone.root("SmartReply", Self.document(ComposeMail.smartReply))[ComposeMail.status]?.integer == 103)
        let both = Self.document(ComposeMail.smartForward, folder: id, item: own.id.description, forwardee: "x@example.org")
        #expect(try await phone.root("SmartForward", both)[ComposeMail.status]?.integer == 178)
        #expect(try await received(lab).count == before)
        #expect(try await lab.item(foreign.id)?.state.flags.contains(.answered) == false)
    }
    @Test func sentTwiceIsOneMail() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let source = try await lab.append(PhoneLab.mail("question"), to: inbox.id)
        let document = Self.document(ComposeMail.smartForward, folder: inbox.id.description, item: source.id.description)
        _ = await phone.command("SmartForward", document)
        #expect(try await phone.root("SmartForward", document)[ComposeMail.status]?.integer == 118)
        #expect(try await received(lab).count == 1)
    }
    /// What the source adds counts too.
    @Test func tooLargeWithItsSource() async throws {
        let lab = try await PhoneLab(messageSize: 20_000), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let source = try await lab.append(PhoneLab.mail("large", String(repeating: "0123456789\r\n", count: 1_660)), to: inbox.id)
        let document = Self.document(ComposeMail.smartForward, folder: inbox.id.description, item: source.id.description)
        #expect(try await phone.root("SmartForward", document)[ComposeMail.status]?.integer == 122)
    }
    /// GetAttachment is of 2.5 to 12.1: later versions have ItemOperations.
    @Test func noGetAttachmentIn141() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        #expect(await phone.command("GetAttachment")?.status == 501)
    }
}
