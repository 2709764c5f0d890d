import EASCodec
import MIMECodec
import MailStore
import Model

/// BodyPart: what a mail adds to its conversation, as HTML. (MS-ASAIRS §2.2.2.10)
enum EmailBodyPart {
    enum Status { static let success = 1, unsupportedType = 164 }

    /// A preference that the server has no part for: the command is refused. (MS-ASCMD §2.2.2)
    static func refusal(_ options: SyncOptions?, in version: ProtocolVersion) -> Int? {
        guard version.has(.bodyParts), let preference = options?.bodyPartPreference, preference.type != EmailBody.Kind.html else { return nil }
        return Status.unsupportedType
    }

    static func write(_ mail: Mail, _ writer: inout TokenWriter) throws {
        guard let preference = mail.context.options.bodyPartPreference, preference.type == EmailBody.Kind.html else { return }
        let message = mail.message
        let part: [UInt8]
        if try message.nativeBodyType() == EmailBody.Kind.html {
            part = UniquePart.html(try message.text(.html, limit: nil).text)
        } else {
            part = Text.forDevices(HTMLText.html(fromPlain: UniquePart.plain(try message.text(.plain, limit: nil).text)))
        }
        let isCut = preference.truncationSize.map { $0 < part.count } ?? false
        writer.open(AirSyncBase.bodyPart)
        writer.element(AirSyncBase.status, Status.success)
        writer.element(AirSyncBase.type, EmailBody.Kind.html)
        writer.element(AirSyncBase.estimatedDataSize, part.count)
        if isCut { writer.element(AirSyncBase.truncated, 1) }
        if !(isCut && preference.allOrNone), preference.truncationSize != 0 {
            writer.element(AirSyncBase.data, utf8: Text.prefix(part, bytes: preference.truncationSize ?? part.count))
        }
        if let count = preference.preview { writer.element(AirSyncBase.preview, String(message.display.preview.prefix(count))) }
        writer.close()
    }
}
