import EASCodec
import Groupware
import MIMECodec
import MailStore
import Model

/// Mail and the elements of the Email class. (MS-ASEMAIL §2.2.2)
struct EmailMapping: ItemMapping {
    enum Limits {
        /// Addresses of one field that a device is shown.
        static let addresses = 256
    }
    let name = "Email"
    /// Marks of both sides are brought together, each element by itself. (MS-ASEMAIL §3.2.5.2)
    let hasConflicts = false

    func write(_ item: ItemRow, _ context: MappingContext, _ writer: inout TokenWriter) throws {
        let message = try StoredMessage(item, context.store)
        let texts = message.display
        Self.write(texts.to, Email.to, &writer)
        Self.write(texts.cc, Email.cc, &writer)
        Self.write(texts.from, Email.from, &writer)
        writer.element(Email.subject, texts.subject)
        Self.write(texts.replyTo, Email.replyTo, &writer)
        writer.element(Email.dateReceived, DateText.extended(item.state.date))
        if !texts.to.isEmpty {
            writer.element(Email.displayTo, texts.to.prefix(Limits.addresses).map { $0.name.isEmpty ? $0.address : $0.name }.joined(separator: ";"))
        }
        writer.element(Email.threadTopic, texts.baseSubject)
        writer.element(Email.importance, Int(message.view.importance.rawValue))
        writer.element(Email.read, item.state.flags.contains(.seen))
        EmailAttachments.write(message, item.state.id, context, &writer)
        try EmailBody.write(message, context, &writer)
        writer.element(Email.messageClass, Self.messageClass(message.view.kind))
        // All text goes out in UTF-8. (MS-ASEMAIL §2.2.2.40)
        writer.element(Email.internetCPID, 65001)
        EmailFlag.write(item, &writer)
        writer.element(Email.contentClass, "urn:content-classes:message")
        writer.element(AirSyncBase.nativeBodyType, try message.nativeBodyType())
        writer.element(Email2.conversationId, opaque: ConversationID.bytes(item.state.thread))
        writer.element(Email2.conversationIndex, opaque: ConversationID.index(message.view.sentDate ?? item.state.date))
        let properties = ItemProperties(decoding: item.properties)
        Self.writeVerb(item.state.flags, properties, &writer)
        Self.writeCategories(properties, &writer)
    }

    func write(_ parts: ItemParts, of item: ItemRow, _ context: MappingContext, _ writer: inout TokenWriter) throws {
        if parts.contains(.seen) { writer.element(Email.read, item.state.flags.contains(.seen)) }
        if parts.contains(.flag) { EmailFlag.write(item, &writer) }
        if parts.contains(.marks) {
            let properties = ItemProperties(decoding: item.properties)
            Self.writeVerb(item.state.flags, properties, &writer, evenNone: true)
            Self.writeCategories(properties, &writer)
        }
    }

    /// Read, Flag and Categories are the client's to change; the rest of a received mail is not. (MS-ASEMAIL §3.1.5.3)
    func change(_ item: ItemRow, by data: WBXMLElement, _ store: WriteTransaction) throws -> Int {
        guard let change = EmailChange(data) else { return SyncStatus.conversion }
        let id = item.state.id
        var properties = ItemProperties(decoding: item.properties)
        var steps: [(bytes: [UInt8], isAboutFlag: Bool)] = []
        if let flag = change.flag {
            properties.flag = flag.particulars
            steps.append((properties.encode(), true))
        }
        if let categories = change.categories {
            properties.categories = categories
            steps.append((properties.encode(), false))
        }
        guard steps.allSatisfy({ $0.bytes.count <= ItemRow.propertiesLimit }) else { return SyncStatus.conversion }
        if let isSeen = change.isSeen { _ = try store.setFlags(id, FlagChange(isSeen ? .add : .remove, .seen)) }
        try change.flag?.mark(id, store)
        for step in steps { _ = try store.setProperties(id, step.bytes, flag: step.isAboutFlag) }
        return SyncStatus.success
    }
    func parts(touchedBy data: WBXMLElement) -> ItemParts {
        var parts: ItemParts = []
        for child in data.children {
            switch child.tag {
            case Email.read: parts.insert(.seen)
            case Email.flag: parts.insert(.flag)
            case Email.categories: parts.insert(.marks)
            default: continue
            }
        }
        return parts
    }
    /// Up to 14.1 mail comes by SendMail alone. (MS-ASEMAIL §3.1.5.3; MS-ASCMD §2.2.3.7.2)
    func add(_ data: WBXMLElement, to folder: FolderRow, _ store: WriteTransaction) throws -> (status: Int, item: ItemID?) { (SyncStatus.conversion, nil) }

    // MARK: Elements

    /// What a phone did last, as far as the marks that IMAP sees too still say so; else what these say. (MS-ASEMAIL §2.2.2.44, §2.2.2.45)
    private static func writeVerb(_ flags: Flags, _ properties: ItemProperties, _ writer: inout TokenWriter, evenNone: Bool = false) {
        if let verb = properties.lastVerb, flags.contains(verb.code == 3 ? .forwarded : .answered) {
            writer.element(Email2.lastVerbExecuted, verb.code)
            writer.element(Email2.lastVerbExecutionTime, DateText.extended(verb.time))
            return
        }
        let verb = flags.contains(.answered) ? 1 : flags.contains(.forwarded) ? 3 : 0
        if verb != 0 || evenNone { writer.element(Email2.lastVerbExecuted, verb) }
    }

    private static func writeCategories(_ properties: ItemProperties, _ writer: inout TokenWriter) {
        let categories = properties.categories
        guard !categories.isEmpty else { return writer.empty(Email.categories) }
        writer.open(Email.categories)
        for category in categories { writer.element(Email.category, category) }
        writer.close()
    }
    static func write(_ addresses: [DisplayAddress], _ tag: WBXMLTag, _ writer: inout TokenWriter) {
        let texts = addresses.prefix(Limits.addresses).filter { !$0.address.isEmpty }.map(Self.text)
        if !texts.isEmpty { writer.element(tag, texts.joined(separator: ", ")) }
    }
    /// `"Name" <address>`, the form that devices read back. (MS-ASEMAIL §2.2.2.79)
    private static func text(_ address: DisplayAddress) -> String {
        guard !address.name.isEmpty else { return address.address }
        var name = ""
        for character in address.name {
            if character == "\"" || character == "\\" { name.append("\\") }
            name.append(character)
        }
        return "\"\(name)\" <\(address.address)>"
    }
    private static func messageClass(_ kind: MessageKind) -> String {
        switch kind {
        case .signed: "IPM.Note.SMIME.MultipartSigned"
        case .opaque: "IPM.Note.SMIME"
        case .deliveryReport: "REPORT.IPM.Note.NDR"
        case .readReceipt: "REPORT.IPM.Note.IPNRN"
        // Invitations are plain mail until there is a calendar to answer them from.
        case .plain, .encrypted, .meetingRequest, .meetingReply, .meetingCancel, .calendarOther: "IPM.Note"
        }
    }
}
