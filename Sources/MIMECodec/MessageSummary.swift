import Bytes
package import Model

/// A name and an address as people read them: decoded to Unicode, controls gone.
package struct DisplayAddress: Sendable, Equatable {
    /// Empty where there is none.
    package let name: String
    /// `local@domain`; empty for a group's name.
    package let address: String
    package init(name: String, address: String) { self.name = name; self.address = address }
}

package enum Importance: UInt8, Sendable { case low = 0, normal = 1, high = 2 }

/// What sort of message it is, beyond text with attachments; the raw values are stored.
package enum MessageKind: UInt8, Sendable {
    case plain = 0
    /// multipart/signed (S/MIME or PGP)
    case signed = 1
    /// application/pkcs7-mime: signed or encrypted as a whole
    case opaque = 2
    /// multipart/encrypted
    case encrypted = 3
    /// multipart/report with delivery-status (RFC 3464)
    case deliveryReport = 4
    /// multipart/report with disposition-notification (RFC 8098)
    case readReceipt = 5
    /// Has a text/calendar part with one of these methods. (RFC 5546)
    case meetingRequest = 6, meetingReply = 7, meetingCancel = 8, calendarOther = 9
}

/// A part that is shown as a file. `path` is its IMAP section.
package struct Attachment: Sendable, Equatable {
    package let path: [Int]
    /// Decoded, without directories and controls; empty where the message gives none.
    package let name: String
    package let mediaType: String
    /// Octets after decoding, estimated from the encoded size.
    package let size: Int
    /// Without angle brackets; empty where there is none.
    package let contentID: String
    package let contentLocation: String
    package let isInline: Bool
    /// A message/rfc822 part.
    package let isMessage: Bool
    package init(
        path: [Int], name: String, mediaType: String, size: Int, contentID: String = "", contentLocation: String = "", isInline: Bool = false,
        isMessage: Bool = false
    ) {
        self.path = path; self.name = name; self.mediaType = mediaType; self.size = size; self.contentID = contentID
        self.contentLocation = contentLocation; self.isInline = isInline; self.isMessage = isMessage
    }
}

/// Texts for list views: RFC 2047 and charsets decoded, folded to one line.
package struct DisplayTexts: Sendable, Equatable {
    package var subject = ""
    /// The subject without Re:, Fwd:, [list] … in upper-lower form as it stands. (RFC 5256 §2.1)
    package var baseSubject = ""
    package var from: [DisplayAddress] = []
    package var sender: [DisplayAddress] = []
    package var replyTo: [DisplayAddress] = []
    package var to: [DisplayAddress] = []
    package var cc: [DisplayAddress] = []
    package var bcc: [DisplayAddress] = []
    /// The first characters of the text, white space squeezed.
    package var preview = ""
    package init() {}
}

/// All that list views and both protocols need to know of a message, made once from its octets at ingest. Keeps no octet of a body but the preview.
package struct MessageSummary: Sendable, Equatable {
    package var size = 0
    package var envelope = MessageEnvelope()
    package var root = MessagePart()
    package var display = DisplayTexts()
    /// Message-ID without white space and comments, for threads and replies; empty where there is none.
    package var messageID = ""
    package var attachments: [Attachment] = []
    /// Whether a list view shows the paper clip: an attachment that is not inline.
    package var hasAttachments = false
    /// 64-bit hashes of Message-ID (first, where there is one), In-Reply-To and References, without doubles.
    package var threadKeys: [Int64] = []
    /// The Date field; nil where it cannot be read.
    package var sentDate: Timestamp?
    package var importance = Importance.normal
    package var kind = MessageKind.plain

    package init() {}
    /// Octets of the header with the empty line that ends it.
    package var headerSize: Int { root.header.count }
}
