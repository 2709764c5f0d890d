import Bytes
import EASCodec
import MIMECodec
import MailStore
import Model

/// A draft as a message: made new, or made of the one that is there and what the client says. What it does not say keeps its octets where it can:
/// the header's other fields always, the body where neither text nor attachments change. (MS-ASEMAIL §3.1.5.3)
struct DraftMessage {
    enum Failure: Error {
        /// A reference to no attachment of this draft, or a text that is none.
        case unknownAttachment
    }
    /// Who writes, for a new draft.
    struct Author: Sendable {
        let address: String
        let name: String
        let hostname: String
    }
    private let content: DraftContent
    private let references: FileReferences

    init(_ content: DraftContent, _ references: FileReferences) {
        self.content = content
        self.references = references
    }

    /// A message of nothing but what the client says.
    func new(by author: Author, date: String, word: String) throws -> [UInt8] {
        if let body = content.body, body.type == EmailBody.Kind.mime { return edited(body.data) }
        var head = HeaderEditor(Array("\r\n".utf8))
        head.prepend("Message-ID", "<\(word)@\(author.hostname)>")
        head.prepend("Date", date)
        head.prepend("From", Self.text(DisplayAddress(name: author.name, address: author.address)))
        return rebuilt(edited(head.message), text: content.body ?? (EmailBody.Kind.plain, []), kept: [], word)
    }
    /// The message that an item becomes.
    func changed(_ item: ItemRow, _ store: ReadTransaction, word: String) throws -> [UInt8] {
        if let body = content.body, body.type == EmailBody.Kind.mime { return edited(body.data) }
        let message = try StoredMessage(item, store)
        let octets = try message.raw(message.size)
        guard content.body != nil || content.changesAttachments else { return edited(octets) }
        let gone = try content.deletions.map { reference in
            guard let place = references.place(reference), place.item == item.state.id else { throw Failure.unknownAttachment }
            return place.path
        }
        let kept = try message.attachments.filter { !gone.contains($0.path) }.compactMap { attachment in
            try message.octets(of: attachment.path).map { Part(attachment, $0) }
        }
        var text = content.body
        if text == nil {
            let isHTML = try message.nativeBodyType() == EmailBody.Kind.html
            text = (try message.nativeBodyType(), try message.text(isHTML ? .html : .plain, limit: nil).text)
        }
        return rebuilt(edited(octets), text: text ?? (EmailBody.Kind.plain, []), kept: kept, word)
    }

    /// Fields that the client names, in place of those that are there.
    private func edited(_ message: [UInt8]) -> [UInt8] {
        var editor = HeaderEditor(message)
        for (name, text) in content.fields.reversed() {
            editor.remove(name)
            guard text.utf8.contains(where: { $0 > 32 }) else { continue }
            if DraftContent.addressFields.contains(name), let value = Self.addresses(text) {
                editor.prepend(name, value)
            } else {
                editor.prependText(name, text)
            }
        }
        if let importance = content.importance {
            for name in ["Importance", "X-Priority", "Priority"] { editor.remove(name) }
            if importance != 1 { editor.prepend("Importance", importance == 2 ? "high" : "low") }
        }
        return editor.message
    }
    /// nil where something is no address: it stays as it was typed, and is judged when the draft is sent.
    private static func addresses(_ text: String) -> String? {
        let boxes = AddressParser.mailboxes(Array(text.utf8))
        guard !boxes.isEmpty, boxes.allSatisfy({ !$0.local.isEmpty && !$0.domain.isEmpty }) else { return nil }
        return boxes.map { Self.text(DisplayAddress($0)) }.joined(separator: ", ")
    }
    private static func text(_ address: DisplayAddress) -> String { String(decoding: MessageWriter.mailbox(address), as: UTF8.self) }

    // MARK: The body anew

    /// An attachment on its way into the message.
    private struct Part {
        var addition = DraftContent.Addition()
        init(_ addition: DraftContent.Addition) { self.addition = addition }
        init(_ attachment: Attachment, _ octets: [UInt8]) {
            addition.name = EmailAttachments.name(of: attachment)
            addition.mediaType = attachment.mediaType
            addition.contentID = attachment.contentID
            addition.isInline = attachment.isInline
            addition.isMessage = attachment.isMessage
            addition.octets = octets
        }
        var body: MessageWriter.Body {
            if addition.isMessage { return .message(addition.octets) }
            guard !addition.contentID.isEmpty else { return .attachment(name: addition.name, mediaType: addition.mediaType, addition.octets) }
            return .inline(name: addition.name, mediaType: addition.mediaType, contentID: addition.contentID, addition.octets)
        }
    }
    /// The header of `message` and a body of these parts. Pictures inside of HTML are related to it, all else is mixed. (RFC 2387, RFC 2046 §5.1.3)
    private func rebuilt(_ message: [UInt8], text: (type: Int, data: [UInt8]), kept: [Part], _ word: String) -> [UInt8] {
        var editor = HeaderEditor(Array(message[..<HeaderReader.end(of: message.span)]))
        for name in ["MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Content-Description"] {
            editor.remove(name)
        }
        var head = editor.message
        while head.suffix(4) == [13, 10, 13, 10] || head == [13, 10] { head.removeLast(2) }
        if head.last != 10 { head += [13, 10] }
        let isHTML = text.type == EmailBody.Kind.html, parts = kept + content.additions.map(Part.init)
        var body = MessageWriter.Body.text(subtype: isHTML ? "html" : "plain", String(decoding: text.data, as: UTF8.self))
        func isInside(_ part: Part) -> Bool { isHTML && part.addition.isInline && !part.addition.contentID.isEmpty && !part.addition.isMessage }
        let inside = parts.filter(isInside), others = parts.filter { !isInside($0) }
        if !inside.isEmpty { body = .multipart(subtype: "related", parameters: [("type", "text/html")], [body] + inside.map(\.body)) }
        if !others.isEmpty { body = .multipart(subtype: "mixed", parameters: [], [body] + others.map(\.body)) }
        return head + MessageWriter().finish(body, boundary: word)
    }
}
