import Bytes
import EASCodec

/// What a client says of a draft; what it does not say stays as it is. Read whole before anything of it is done. (MS-ASEMAIL §3.1.5.3)
struct DraftContent: Sendable {
    enum Limits {
        /// Attachments added by one command.
        static let attachments = 100
        /// Bytes of one header field.
        static let field = 32_768
    }
    enum Method { static let normal = 1, embeddedMessage = 5 }
    /// A new attachment. `clientId` names it until the answer gives it a FileReference. (MS-ASAIRS §2.2.2.2)
    struct Addition: Sendable {
        var clientId = ""
        var name = ""
        var mediaType = "application/octet-stream"
        var contentID = ""
        var isInline = false
        var isMessage = false
        var octets: [UInt8] = []
    }
    /// Fields of the header as the client wrote them; empty: the field goes.
    private(set) var fields: [(name: String, text: String)] = []
    /// 0 low, 1 normal, 2 high.
    private(set) var importance: Int?
    private(set) var body: (type: Int, data: [UInt8])?
    private(set) var additions: [Addition] = []
    /// FileReferences.
    private(set) var deletions: [String] = []

    var isEmpty: Bool { fields.isEmpty && importance == nil && body == nil && !changesAttachments }
    var changesAttachments: Bool { !additions.isEmpty || !deletions.isEmpty }
    /// Address fields are parsed and written anew, others are text.
    static let addressFields = ["To", "Cc", "Bcc", "Reply-To"]

    /// nil for what no draft can be.
    init?(_ data: WBXMLElement) {
        for child in data.children {
            switch child.tag {
            case Email.to: fields.append(("To", child.text))
            case Email.cc: fields.append(("Cc", child.text))
            case Email2.bcc: fields.append(("Bcc", child.text))
            case Email.replyTo: fields.append(("Reply-To", child.text))
            case Email.subject: fields.append(("Subject", child.text))
            case Email.importance:
                guard let value = child.integer, (0...2).contains(value) else { return nil }
                importance = value
            case AirSyncBase.body:
                guard let type = child[AirSyncBase.type]?.integer, [1, 2, 4].contains(type) else { return nil }
                body = (type, child[AirSyncBase.data]?.content ?? [])
            case AirSyncBase.attachments:
                guard readAttachments(child) else { return nil }
            default: continue
            }
        }
        guard fields.allSatisfy({ $0.text.utf8.count <= Limits.field }) else { return nil }
    }
    private mutating func readAttachments(_ element: WBXMLElement) -> Bool {
        for child in element.children {
            switch child.tag {
            case AirSyncBase.add:
                guard additions.count < Limits.attachments, let addition = Addition(child) else { return false }
                additions.append(addition)
            case AirSyncBase.delete:
                guard let reference = child[AirSyncBase.fileReference]?.text else { return false }
                deletions.append(reference)
            default: continue
            }
        }
        return true
    }
}

extension DraftContent.Addition {
    init?(_ element: WBXMLElement) {
        guard let clientId = element[AirSyncBase.clientId]?.text, !clientId.isEmpty, let content = element[AirSyncBase.content] else { return nil }
        let method = element[AirSyncBase.method]?.integer ?? DraftContent.Method.normal
        guard method == DraftContent.Method.normal || method == DraftContent.Method.embeddedMessage else { return nil }
        self.clientId = clientId
        // Octets by rule; some clients send their base64 as text.
        if content.isOpaque {
            octets = content.content
        } else {
            guard let decoded = Base64.decode(content.content.filter { $0 > 32 }) else { return nil }
            octets = decoded
        }
        isMessage = method == DraftContent.Method.embeddedMessage
        name = element[AirSyncBase.displayName]?.text ?? ""
        if name.isEmpty { name = isMessage ? "message.eml" : "attachment" }
        if let type = element[AirSyncBase.contentType]?.text, !type.isEmpty { mediaType = type }
        contentID = element[AirSyncBase.contentId]?.text ?? ""
        if let inline = element[AirSyncBase.isInline] { isInline = inline.content.isEmpty || inline.integer == 1 }
    }
}
