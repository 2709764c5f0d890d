import EASCodec
import MIMECodec
import Model

/// The Attachments of a mail: names and references, no data. (MS-ASAIRS §2.2.2.9)
enum EmailAttachments {
    enum Limits {
        /// Attachments of one mail that a device is shown.
        static let count = 200
    }
    enum Method { static let normal = 1, embeddedMessage = 5 }

    static func write(_ message: StoredMessage, _ item: ItemID, _ context: MappingContext, _ writer: inout TokenWriter) {
        let attachments = message.attachments.prefix(Limits.count)
        guard !attachments.isEmpty else { return }
        writer.open(AirSyncBase.attachments)
        for attachment in attachments {
            writer.open(AirSyncBase.attachment)
            writer.element(AirSyncBase.displayName, name(of: attachment))
            writer.element(AirSyncBase.fileReference, context.references.name(item, attachment.path))
            writer.element(AirSyncBase.method, method(of: attachment))
            writer.element(AirSyncBase.estimatedDataSize, attachment.size)
            if !attachment.contentID.isEmpty { writer.element(AirSyncBase.contentId, attachment.contentID) }
            if !attachment.contentLocation.isEmpty { writer.element(AirSyncBase.contentLocation, attachment.contentLocation) }
            if attachment.isInline { writer.element(AirSyncBase.isInline, 1) }
            writer.close()
        }
        writer.close()
    }
    static func method(of attachment: Attachment) -> Int { attachment.isMessage ? Method.embeddedMessage : Method.normal }
    /// Devices show nothing where there is no name.
    static func name(of attachment: Attachment) -> String {
        if !attachment.name.isEmpty {
            // A phone opens a mail by this ending. (MS-ASAIRS §2.2.2.23)
            return attachment.isMessage && !attachment.name.lowercased().hasSuffix(".eml") ? attachment.name + ".eml" : attachment.name
        }
        return attachment.isMessage ? "message.eml" : "attachment-\(attachment.path.map(String.init).joined(separator: "."))"
    }
}
