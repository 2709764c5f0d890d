import EASCodec
import Groupware
import MIMECodec
import MailStore
import Model

/// One mail on its way to a device.
struct Mail {
    let item: ItemRow
    let message: StoredMessage
    let context: MappingContext
    var texts: DisplayTexts { message.display }
}

/// The elements of a mail in the order in which they are sent, each with the versions that have it. (MS-ASEMAIL §2.2.2)
enum EmailElements {
    enum Limits {
        /// Addresses of one field that a device is shown.
        static let addresses = 256
    }
    struct Element: Sendable {
        let feature: VersionFeature
        let write: @Sendable (Mail, inout TokenWriter) throws -> Void
        init(_ feature: VersionFeature = .every, _ write: @escaping @Sendable (Mail, inout TokenWriter) throws -> Void) {
            self.feature = feature
            self.write = write
        }
    }
    static let all: [Element] = [
        Element { write($0.texts.to, Email.to, &$1) },
        Element { write($0.texts.cc, Email.cc, &$1) },
        Element { write($0.texts.from, Email.from, &$1) },
        Element { $1.element(Email.subject, $0.texts.subject) },
        // Semicolons here, commas elsewhere. (MS-ASEMAIL §2.2.2.66)
        Element { write($0.texts.replyTo, Email.replyTo, separator: "; ", &$1) },
        Element { $1.element(Email.dateReceived, DateText.extended($0.item.state.date)) },
        Element { names($0.texts.to, Email.displayTo, &$1) },
        Element { $1.element(Email.threadTopic, $0.texts.baseSubject) },
        Element { $1.element(Email.importance, Int($0.message.view.importance.rawValue)) },
        Element { $1.element(Email.read, $0.item.state.flags.contains(.seen)) },
        Element(.classBodies) { ClassBody.writeAttachments($0, &$1) },
        Element(.classBodies) { try ClassBody.write($0, &$1) },
        Element(.airSyncBase) { EmailAttachments.write($0.message, $0.item.state.id, $0.context, &$1) },
        Element(.airSyncBase) { try EmailBody.write($0.message, $0.context, &$1) },
        Element(.bodyParts) { try EmailBodyPart.write($0, &$1) },
        Element { try writeMessageClass($0, &$1) },
        Element { if isMeeting($0.message.view.kind) { try MeetingRequest.write($0, &$1) } },
        // All text goes out in UTF-8. (MS-ASEMAIL §2.2.2.40)
        Element { $1.element(Email.internetCPID, 65001) },
        Element(.flags) { EmailFlag.write($0.item, &$1) },
        Element(.contentClass) {
            $1.element(Email.contentClass, isMeeting($0.message.view.kind) ? "urn:content-classes:calendarmessage" : "urn:content-classes:message")
        },
        Element(.airSyncBase) { $1.element(AirSyncBase.nativeBodyType, try $0.message.nativeBodyType()) },
        Element(.conversations) { $1.element(Email2.conversationId, opaque: ConversationID.bytes($0.item.state.thread)) },
        Element(.conversations) { $1.element(Email2.conversationIndex, opaque: ConversationID.index($0.message.view.sentDate ?? $0.item.state.date)) },
        Element(.conversations) { mail, writer in
            let properties = ItemProperties(decoding: mail.item.properties)
            writeVerb(mail.item.state.flags, properties, &writer)
            writeCategories(mail.item, properties, &writer)
        },
        Element(.sender) { mail, writer in
            if mail.texts.sender != mail.texts.from { write(mail.texts.sender, Email2.sender, &writer) }
        },
        Element(.drafts) { if $0.item.state.flags.contains(.draft) { $1.element(Email2.isDraft, 1) } },
        Element(.drafts) { writeBcc($0, &$1) },
    ]

    /// What a phone did last, as far as the marks that IMAP sees too still say so; else what these say. (MS-ASEMAIL §2.2.2.44, §2.2.2.45)
    static func writeVerb(_ flags: Flags, _ properties: ItemProperties, _ writer: inout TokenWriter, evenNone: Bool = false) {
        if let verb = properties.lastVerb, flags.contains(verb.code == 3 ? .forwarded : .answered) {
            writer.element(Email2.lastVerbExecuted, verb.code)
            writer.element(Email2.lastVerbExecutionTime, DateText.extended(verb.time))
            return
        }
        let verb = flags.contains(.answered) ? 1 : flags.contains(.forwarded) ? 3 : 0
        if verb != 0 || evenNone { writer.element(Email2.lastVerbExecuted, verb) }
    }

    static func writeCategories(_ item: ItemRow, _ properties: ItemProperties, _ writer: inout TokenWriter) {
        let categories = EmailCategories.names(item.state.keywords, properties).prefix(ItemProperties.Limits.categories)
        guard !categories.isEmpty else { return writer.empty(Email.categories) }
        writer.open(Email.categories)
        for category in categories { writer.element(Email.category, category) }
        writer.close()
    }
    static func write(_ addresses: [DisplayAddress], _ tag: WBXMLTag, separator: String = ", ", _ writer: inout TokenWriter) {
        let texts = addresses.prefix(Limits.addresses).filter { !$0.address.isEmpty }.map(text)
        if !texts.isEmpty { writer.element(tag, texts.joined(separator: separator)) }
    }
    /// Names where there are any, else addresses. (MS-ASEMAIL §2.2.2.29)
    static func names(_ addresses: [DisplayAddress], _ tag: WBXMLTag, _ writer: inout TokenWriter) {
        guard !addresses.isEmpty else { return }
        writer.element(tag, addresses.prefix(Limits.addresses).map { $0.name.isEmpty ? $0.address : $0.name }.joined(separator: ";"))
    }
    /// Who else gets a draft; in mail that was received there is no such field. (MS-ASEMAIL §2.2.2.9)
    private static func writeBcc(_ mail: Mail, _ writer: inout TokenWriter) {
        guard mail.item.state.flags.contains(.draft) else { return }
        write(mail.texts.bcc, Email2.bcc, &writer)
    }
    /// `"Name" <address>`, the form that devices read back. (MS-ASEMAIL §2.2.2.79)
    static func text(_ address: DisplayAddress) -> String {
        guard !address.name.isEmpty else { return address.address }
        var name = ""
        for character in address.name {
            if character == "\"" || character == "\\" { name.append("\\") }
            name.append(character)
        }
        return "\"\(name)\" <\(address.address)>"
    }
    private static func isMeeting(_ kind: MessageKind) -> Bool { [.meetingRequest, .meetingCancel, .meetingReply].contains(kind) }
    private static func writeMessageClass(_ mail: Mail, _ writer: inout TokenWriter) throws {
        let kind = mail.message.view.kind
        writer.element(Email.messageClass, try MeetingRequest.messageClass(kind, mail.message) ?? messageClass(kind))
    }
    private static func messageClass(_ kind: MessageKind) -> String {
        switch kind {
        case .signed: "IPM.Note.SMIME.MultipartSigned"
        case .opaque: "IPM.Note.SMIME"
        case .deliveryReport: "REPORT.IPM.Note.NDR"
        case .readReceipt: "REPORT.IPM.Note.IPNRN"
        case .plain, .encrypted, .meetingRequest, .meetingReply, .meetingCancel, .calendarOther: "IPM.Note"
        }
    }
}
