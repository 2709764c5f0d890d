import EASCodec
import MIMECodec
import MailStore
import Model

/// The Body of a mail in the type that fits what the device prefers and what the mail is. (MS-ASAIRS §2.2.2.9, §3.2.4.1)
enum EmailBody {
    enum Kind { static let plain = 1, html = 2, rtf = 3, mime = 4 }
    /// A body as it will be sent.
    struct Choice: Equatable {
        var type: Int
        /// nil: none of it, only its size.
        var data: [UInt8]?
        /// Bytes of the whole.
        var size: Int
        var isTruncated: Bool
        var preview: Int?
    }

    static func write(_ message: StoredMessage, _ context: MappingContext, _ writer: inout TokenWriter) throws {
        let choice = try choose(message, context.options)
        writer.open(AirSyncBase.body)
        writer.element(AirSyncBase.type, choice.type)
        writer.element(AirSyncBase.estimatedDataSize, choice.size)
        // Of signed and encrypted mail it is always said, for a cut one cannot be verified. (MS-ASAIRS §2.2.2.39.1)
        if choice.isTruncated || choice.type == Kind.mime && message.isSecured { writer.element(AirSyncBase.truncated, choice.isTruncated) }
        if let data = choice.data {
            if let parts = context.parts {
                writer.element(ItemOperations.part, parts.add(data))
            } else if choice.type == Kind.mime, !isText(data) {
                // A message with octets that no string can hold goes out as it is rather than broken.
                writer.element(AirSyncBase.data, opaque: data)
            } else {
                writer.element(AirSyncBase.data, utf8: data)
            }
        }
        if let count = choice.preview, choice.type != Kind.plain, context.version.has(.preview) {
            writer.element(AirSyncBase.preview, String(message.display.preview.prefix(count)))
        }
        writer.close()
    }
    /// Valid UTF-8 without characters that XML forbids.
    static func isText(_ data: [UInt8]) -> Bool {
        guard data.allSatisfy({ $0 >= 32 || $0 == 9 || $0 == 10 || $0 == 13 }) else { return false }
        return String(validating: data, as: UTF8.self) != nil
    }

    static func choose(_ message: StoredMessage, _ options: SyncOptions) throws -> Choice {
        var preferences: [Int: BodyPreference] = [:]
        for preference in options.bodyPreferences where preferences[preference.type] == nil { preferences[preference.type] = preference }
        if let mime = try mime(message, options, preferences[Kind.mime]) { return mime }
        // The type that the mail has comes first; text is not made HTML where text was asked for too. (MS-ASAIRS §3.2.4.1)
        let native = try message.nativeBodyType()
        let order = native == Kind.html ? [Kind.html, Kind.plain] : [Kind.plain, Kind.html]
        var fallback: Choice?
        for type in order {
            guard let preference = preferences[type] else { continue }
            let choice = try cut(message, preference, type: type)
            if preference.allOrNone, choice.isTruncated {
                if fallback == nil { fallback = Choice(type: type, data: nil, size: choice.size, isTruncated: true, preview: preference.preview) }
                continue
            }
            return choice
        }
        if let fallback { return fallback }
        return try cut(message, BodyPreference(type: Kind.plain, truncationSize: limit(options)), type: Kind.plain)
    }
    /// The message itself, where the device may have it: always with MIMESupport 2, signed or encrypted mail with 1. (MS-ASCMD §2.2.3.110.3)
    private static func mime(_ message: StoredMessage, _ options: SyncOptions, _ asked: BodyPreference?) throws -> Choice? {
        let isAllowed = options.mimeSupport == 2 || options.mimeSupport == 1 && message.isSecured
        guard isAllowed, let preference = asked ?? (message.isSecured && options.bodyPreferences.isEmpty ? BodyPreference(type: Kind.mime) : nil) else {
            return nil
        }
        let size = message.size
        if let limit = preference.truncationSize ?? mimeLimit(options), limit < size {
            if preference.allOrNone { return nil }
            return Choice(
                type: Kind.mime, data: limit == 0 ? nil : Text.prefix(try message.raw(limit), bytes: limit), size: size, isTruncated: true,
                preview: preference.preview)
        }
        return Choice(type: Kind.mime, data: try message.raw(size), size: size, isTruncated: false, preview: preference.preview)
    }
    private static func cut(_ message: StoredMessage, _ preference: BodyPreference, type: Int) throws -> Choice {
        let (text, size) = try message.text(type == Kind.html ? .html : .plain, limit: preference.truncationSize)
        guard let limit = preference.truncationSize, limit < size else {
            return Choice(type: type, data: text, size: size, isTruncated: false, preview: preference.preview)
        }
        let data = limit == 0 ? nil : Text.prefix(text, bytes: limit)
        return Choice(type: type, data: data, size: size, isTruncated: true, preview: preference.preview)
    }
    /// Truncation of 2.5, in characters; taken as bytes. (MS-ASCMD §2.2.3.185)
    static func limit(_ options: SyncOptions) -> Int? {
        guard let code = options.truncation, code < 9 else { return nil }
        return [0, 512, 1024, 2048, 5120, 10_240, 20_480, 51_200, 102_400][code]
    }
    /// (MS-ASCMD §2.2.3.111)
    static func mimeLimit(_ options: SyncOptions) -> Int? {
        guard let code = options.mimeTruncation, code < 8 else { return nil }
        return [0, 4096, 5120, 7168, 10_240, 20_480, 51_200, 102_400][code]
    }
}

/// Octets of UTF-8 text.
enum Text {
    /// The longest prefix of at most so many bytes that ends between two characters (code points).
    static func prefix(_ text: [UInt8], bytes limit: Int) -> [UInt8] {
        guard limit < text.count else { return text }
        var end = max(limit, 0)
        // A continuation byte is 10xxxxxx: four steps back are enough in UTF-8, and as many are taken in what is none.
        var steps = 0
        while end > 0, steps < 4, text[end] & 0xC0 == 0x80 { end -= 1; steps += 1 }
        return Array(text[..<end])
    }
    /// Text as devices take it: every line end CRLF (Outlook fails on a bare LF), and no character that XML 1.0 forbids, which makes phones
    /// ask for the same item for ever. Sizes and cuts count what is left. (MS-ASAIRS §2.2.2.9; XML 1.0 §2.2)
    static func forDevices(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.count + text.count / 32)
        var previous: UInt8 = 0, index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if previous == 13, byte != 10 { out.append(10) }
            switch byte {
            case 10:
                if previous != 13 { out.append(13) }
                out.append(10)
            case 13: out.append(13)
            case 9, 32...0xEE, 0xF0...: out.append(byte)
            case 0xEF:
                // U+FFFE and U+FFFF: EF BF BE and EF BF BF.
                if index + 1 < text.count, text[index] == 0xBF, text[index + 1] >= 0xBE { index += 2 } else { out.append(byte) }
            default: break
            }
            previous = byte
        }
        if previous == 13 { out.append(10) }
        return out
    }
}
