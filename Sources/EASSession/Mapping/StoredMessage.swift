import MIMECodec
import MailStore
import Model

/// A message as the store has it: its summary at once, its octets when they are asked for.
final class StoredMessage {
    let view: SummaryView
    let display: DisplayTexts
    let attachments: [Attachment]
    private let content: ContentID
    private let store: ReadTransaction

    init(_ item: ItemRow, _ store: ReadTransaction) throws {
        self.store = store
        content = item.state.content
        let parts = try Self.parts(of: item, store)
        view = parts.view
        display = parts.display
        attachments = parts.attachments
    }
    private struct Parts { let view: SummaryView, display: DisplayTexts, attachments: [Attachment] }
    /// A summary that cannot be read is made anew from the message.
    private static func parts(of item: ItemRow, _ store: ReadTransaction) throws -> Parts {
        if let view = SummaryView(item.summary), let display = try? view.display(), let attachments = try? view.attachments() {
            return Parts(view: view, display: display, attachments: attachments)
        }
        let octets = try store.content(item.state.content)
        guard let view = SummaryView(MessageSummary(parsing: octets.span).encode()) else { throw SummaryCorrupt() }
        return Parts(view: view, display: try view.display(), attachments: try view.attachments())
    }

    var size: Int { view.size }
    /// Signed or encrypted: its MIME is what counts.
    var isSecured: Bool { view.kind == .signed || view.kind == .opaque || view.kind == .encrypted }
    /// The first octets of the message, as it came.
    func raw(_ count: Int) throws -> [UInt8] {
        // A few more, so that a cut finds the border of a character.
        let end = count > Int.max - 4 ? Int.max : count + 4
        return end >= size ? try store.content(content) : try store.content(content, 0..<end)
    }
    func raw(_ range: Range<Int>) throws -> [UInt8] { try store.content(content, range) }
}
