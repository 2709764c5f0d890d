import EASCodec
import MIMECodec
import MailStore
import Model

/// Body and attachments of a mail as version 2.5 has them: text in the class's own page, or the message itself where the device asks for MIME;
/// HTML it does not know. (MS-ASEMAIL §2.2.2.10.2, §2.2.2.50; MS-ASCMD §2.2.3.185, §2.2.3.110.3)
enum ClassBody {
    static func write(_ mail: Mail, _ writer: inout TokenWriter) throws {
        let message = mail.message, options = mail.context.options
        if options.mimeSupport == 2 || options.mimeSupport == 1 && message.isSecured { return try writeMIME(message, options, &writer) }
        let limit = EmailBody.limit(options)
        let (text, size) = try message.text(.plain, limit: limit)
        let isCut = limit.map { $0 < size } ?? false
        writer.element(Email.bodyTruncated, isCut)
        // Only where the text was cut. (MS-ASEMAIL §2.2.2.12)
        if isCut { writer.element(Email.bodySize, size) }
        let data = Text.prefix(text, bytes: limit ?? size)
        if !data.isEmpty { writer.element(Email.body, utf8: data) }
    }
    private static func writeMIME(_ message: StoredMessage, _ options: SyncOptions, _ writer: inout TokenWriter) throws {
        let limit = EmailBody.mimeLimit(options)
        let isCut = limit.map { $0 < message.size } ?? false
        writer.element(Email.mimeTruncated, isCut)
        if isCut { writer.element(Email.mimeSize, message.size) }
        guard limit != 0 else { return }
        let data = Text.prefix(try message.raw(limit ?? message.size), bytes: limit ?? message.size)
        if EmailBody.isText(data) { writer.element(Email.mimeData, utf8: data) } else { writer.element(Email.mimeData, opaque: data) }
    }
    /// AttName is what GetAttachment asks for. (MS-ASEMAIL §2.2.2.4 ff.)
    static func writeAttachments(_ mail: Mail, _ writer: inout TokenWriter) {
        let attachments = mail.message.attachments.prefix(EmailAttachments.Limits.count)
        guard !attachments.isEmpty else { return }
        writer.open(Email.attachments)
        for attachment in attachments {
            writer.open(Email.attachment)
            writer.element(Email.attMethod, EmailAttachments.method(of: attachment))
            writer.element(Email.attSize, attachment.size)
            writer.element(Email.displayName, EmailAttachments.name(of: attachment))
            writer.element(Email.attName, mail.context.references.name(mail.item.state.id, attachment.path))
            writer.close()
        }
        writer.close()
    }
}
