import Bytes
import EASCodec
import MailStore
import Model
import Testing

/// ItemOperations from a phone's side, on a real store.
@Suite struct ItemOperationsTests {
    static let data = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    static func withFile(_ subject: String) -> String {
        """
        From: o@example.net\r\nTo: ann@example.org\r\nSubject: \(subject)\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n\
        --b\r\nContent-Type: application/x-test; name=a.bin\r\nContent-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        \(Base64.encodeText(data))\r\n--b--\r\n
        """
    }
    func ask(_ body: (inout TokenWriter) -> Void) -> [UInt8] {
        var writer = TokenWriter()
        writer.element(ItemOperations.itemOperations, body)
        return writer.finish()
    }
    func fetch(_ folder: String, _ item: String, _ options: ((inout TokenWriter) -> Void)? = nil) -> (inout TokenWriter) -> Void {
        { writer in
            writer.element(ItemOperations.fetch) { writer in
                writer.element(ItemOperations.store, "Mailbox")
                writer.element(AirSync.collectionId, folder)
                writer.element(AirSync.serverId, item)
                if let options { writer.element(ItemOperations.options, options) }
            }
        }
    }
    func fetchFile(_ reference: String, range: String? = nil) -> (inout TokenWriter) -> Void {
        { writer in
            writer.element(ItemOperations.fetch) { writer in
                writer.element(ItemOperations.store, "Mailbox")
                writer.element(AirSyncBase.fileReference, reference)
                if let range { writer.element(ItemOperations.options) { $0.element(ItemOperations.range, range) } }
            }
        }
    }
    func answers(_ phone: PhoneLine, _ body: (inout TokenWriter) -> Void) async throws -> [WBXMLElement] {
        let root = try await phone.root("ItemOperations", ask(body))
        #expect(root[ItemOperations.status]?.integer == 1)
        return root[ItemOperations.response]?.children ?? []
    }
    func status(_ element: WBXMLElement?) -> Int? { element?[ItemOperations.status]?.integer }
    func reference(_ lab: PhoneLab, _ phone: PhoneLine) async throws -> String {
        let inbox = try await lab.inbox()
        try await lab.append(Self.withFile("file"), to: inbox.id)
        let data = try await phone.begin(inbox.id).data
        return data?[AirSyncBase.attachments]?[AirSyncBase.attachment]?[AirSyncBase.fileReference]?.text ?? ""
    }

    // MS-ASCMD_R194 MS-ASCMD_R4153 MS-ASCMD_R4158 MS-ASEMAIL_R62 MS-ASEMAIL_R64
    @Test func fetchesAreAnsweredInOrderEachByItself() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let one = try await lab.append(PhoneLab.mail("one", "first text"), to: inbox.id)
        let two = try await lab.append(PhoneLab.mail("two"), to: inbox.id)
        let found = try await answers(phone) { writer in
            fetch("\(inbox.id)", "\(one.id)")(&writer)
            fetch("\(inbox.id)", "999999")(&writer)
            fetch("999999", "\(one.id)")(&writer)
            fetch("\(inbox.id)", "\(two.id)")(&writer)
        }
        #expect(found.map { status($0) } == [1, 6, 6, 1])
        let properties = found.first?[ItemOperations.properties]
        #expect(properties?[Email.subject]?.text == "one")
        #expect(properties?[AirSyncBase.body]?[AirSyncBase.data]?.text.hasPrefix("first text") == true)
        #expect(found.last?[ItemOperations.properties]?[Email.subject]?.text == "two")
        #expect(found.first?.children.map(\.tag) == [ItemOperations.status, AirSync.collectionId, AirSync.serverId, AirSync.class, ItemOperations.properties])
    }
    // MS-ASEMAIL_R63
    @Test func aSchemaChoosesElements() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let one = try await lab.append(PhoneLab.mail("one"), to: inbox.id)
        let found = try await answers(
            phone,
            fetch("\(inbox.id)", "\(one.id)") {
                $0.element(ItemOperations.schema) {
                    $0.empty(Email.subject); $0.empty(Email.read)
                }
            })
        #expect(found.first?[ItemOperations.properties]?.children.map(\.tag) == [Email.subject, Email.read])
    }
    // MS-ASCMD_R2130 MS-ASCMD_R2301 MS-ASCMD_R3716
    @Test func anAttachmentComesByteForByte() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        let name = try await reference(lab, phone)
        let file = try await answers(phone, fetchFile(name)).first
        #expect(status(file) == 1)
        #expect(file?[AirSyncBase.fileReference]?.text == name)
        let properties = file?[ItemOperations.properties]
        #expect(properties?[AirSyncBase.contentType]?.text == "application/x-test")
        #expect(Base64.decode(properties?[ItemOperations.data]?.text ?? "") == Self.data)
        #expect(properties?[ItemOperations.range] == nil)
    }
    static let ranges: [(String, Range<Int>?)] = [
        ("100-199", 100..<200), ("0-0", 0..<1), ("4999-4999", 4999..<5000), ("4000-999999", 4000..<5000), ("0-9223372036854775807", 0..<5000),
        ("0-99999999999999999999", 0..<5000), ("5000-5001", nil), ("99999999999999999999-99999999999999999999", nil), ("2-1", nil), ("-5", nil), ("5-", nil),
        ("a-b", nil),
        ("1-2-3", nil), ("", nil), ("+1-2", nil),
    ]
    // MS-ASCMD_R4160 MS-ASCMD_R5422 MS-ASCMD_R5423
    @Test func aRangeOfAnAttachment() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        let name = try await reference(lab, phone)
        for (text, range) in Self.ranges {
            let file = try await answers(phone, fetchFile(name, range: text)).first
            #expect(status(file) == (range == nil ? 8 : 1), "\(text)")
            guard let range else { continue }
            let properties = file?[ItemOperations.properties]
            #expect(Base64.decode(properties?[ItemOperations.data]?.text ?? "") == Array(Self.data[range]))
            #expect(properties?[ItemOperations.range]?.text == "\(range.lowerBound)-\(range.upperBound - 1)")
            #expect(properties?[ItemOperations.total]?.integer == 5000)
        }
    }
    /// threat T25: a name that was not given here, or was given to somebody else, is no name.
    // MS-ASAIRS_R214 MS-ASCMD_R4166
    @Test func foreignAndForgedNamesAreNone() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        let name = try await reference(lab, phone)
        for forged in ["", "../../etc/passwd", name + "0", "1-" + name, name.replacing("-", with: "_"), String(repeating: "x", count: 5000)] {
            #expect(status(try await answers(phone, fetchFile(forged)).first) == 15, "\(forged)")
        }
        phone.user = "bob@example.org"
        #expect(status(try await answers(phone, fetchFile(name)).first) == 15)
        let inbox = try await lab.inbox()
        #expect(status(try await answers(phone, fetch("\(inbox.id)", "1")).first) == 6)
    }
    // MS-ASCMD_R2302 MS-ASCMD_R3633 MS-ASCMD_R5505 MS-ASCMD_R5506 MS-ASCMD_R5509 MS-ASCMD_R5510 MS-ASCMD_R5511 MS-ASCMD_R5512 MS-ASCMD_R5513
    // MS-ASCMD_R5517 MS-ASCMD_R5518
    @Test func aMultipartAnswerCarriesOctets() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        let name = try await reference(lab, phone)
        let headers = [
            phone.authorization, ("MS-ASProtocolVersion", "14.1"), ("MS-ASAcceptMultiPart", "T"), ("Content-Type", "application/vnd.ms-sync.wbxml"),
        ]
        let answer = await phone.send("POST", "Cmd=ItemOperations&User=ann&DeviceId=PHONE1&DeviceType=Test", headers, ask(fetchFile(name)))
        let body = try #require(answer?.body)
        #expect(answer?.head.contains("Content-Type: application/vnd.ms-sync.multipart\r\n") == true)
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(body[at + $1]) << (8 * $1) } }
        #expect(number(0) == 2)
        let root = try WBXMLElement(document: Array(body[number(4)..<(number(4) + number(8))]))
        #expect(root[ItemOperations.response]?[ItemOperations.fetch]?[ItemOperations.properties]?[ItemOperations.part]?.integer == 1)
        #expect(Array(body[number(12)..<(number(12) + number(16))]) == Self.data)
    }

    // MARK: What changes something

    // MS-ASCMD_R2167 MS-ASCMD_R2243 MS-ASCMD_R2244
    @Test func emptiesAFolderAndWhatLiesBelow() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab)
        let (top, below) = try await lab.store.write { store in
            let top = try store.addFolder(account: lab.ann, parent: nil, name: "top", itemClass: .mail, role: nil, isSubscribed: true)
            return (top, try store.addFolder(account: lab.ann, parent: top.id, name: "below", itemClass: .mail, role: nil, isSubscribed: true))
        }
        for folder in [top.id, below.id] { try await lab.append(PhoneLab.mail("x"), to: folder) }
        func empty(_ id: String, _ subfolders: Bool) async throws -> Int? {
            let found = try await answers(phone) { writer in
                writer.element(ItemOperations.emptyFolderContents) { writer in
                    writer.element(AirSync.collectionId, id)
                    if subfolders { writer.element(ItemOperations.options) { $0.empty(ItemOperations.deleteSubFolders) } }
                }
            }
            return status(found.first)
        }
        #expect(try await empty("\(top.id)", false) == 1)
        #expect(try await lab.store.read { try $0.folder(top.id)?.total } == 0)
        #expect(try await lab.store.read { try $0.folder(below.id)?.total } == 1)
        #expect(try await empty("\(top.id)", true) == 1)
        #expect(try await lab.store.read { try $0.folder(below.id) } == nil)
        #expect(try await empty("999999", false) == 6)
        phone.user = "bob@example.org"
        #expect(try await empty("\(top.id)", false) == 6)
    }
    // MS-ASCON_R146 MS-ASCON_R214 MS-ASCON_R216 MS-ASCON_R68 MS-ASCON_R69
    @Test func movesAConversationWhole() async throws {
        let lab = try await PhoneLab(), phone = await PhoneLine(lab), inbox = try await lab.inbox()
        let archive = try await lab.folder(.archive, lab.ann)
        func talk(_ subject: String, _ id: String, _ reply: String?) -> String {
            "Message-ID: <\(id)@x>\r\n" + (reply.map { "In-Reply-To: <\($0)@x>\r\nReferences: <\($0)@x>\r\n" } ?? "") + PhoneLab.mail(subject)
        }
        for text in [talk("talk", "1", nil), talk("Re: talk", "2", "1"), talk("other", "3", nil)] { try await lab.append(text, to: inbox.id) }
        let adds = try await phone.begin(inbox.id).adds
        let thread = try #require(
            adds.first { $0[AirSync.applicationData]?[Email.subject]?.text == "talk" }?[AirSync.applicationData]?[Email2.conversationId]?.content)
        func move(_ thread: [UInt8], _ folder: String, always: Bool = true) async throws -> WBXMLElement? {
            try await answers(phone) { writer in
                writer.element(ItemOperations.move) { writer in
                    writer.element(ItemOperations.conversationId, opaque: thread)
                    writer.element(ItemOperations.dstFldId, folder)
                    if always { writer.element(ItemOperations.options) { $0.empty(ItemOperations.moveAlways) } }
                }
            }.first
        }
        #expect(status(try await move(thread, "\(archive.id)", always: false)) == 155)
        #expect(status(try await move(thread, "999999")) == 6)
        #expect(status(try await move([1, 2, 3], "\(archive.id)")) == 6)
        let moved = try await move(thread, "\(archive.id)")
        #expect(status(moved) == 1)
        #expect(moved?[ItemOperations.conversationId]?.content == thread)
        #expect(try await lab.store.read { (try $0.folder(inbox.id)?.total, try $0.folder(archive.id)?.total) } == (1, 2))
    }
    // MS-ASCMD_R4154
    @Test func anEmptyRequestIsAProtocolError() async throws {
        let root = try await PhoneLine(try await PhoneLab()).root("ItemOperations", ask { _ in })
        #expect(root.children.map(\.text) == ["2"])
    }
}
