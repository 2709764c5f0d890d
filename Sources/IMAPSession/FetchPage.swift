import Bytes
import IMAPCodec
import MIMECodec
import MailStore
import Model

/// Some messages of a FETCH, read in one snapshot; the octets they are asked for with them as far as a page may hold.
struct FetchPage: Sendable {
    enum Limits {
        static let states = 2_048
        static let summaries = 512
        static let contents = 128
        /// Octets of contents of one page; what is larger is read in pieces while it is sent.
        static let octets = 1_048_576
        static let chunk = 262_144
    }
    struct Message: Sendable {
        var state: ItemState
        var summary: SummaryView?
        var pieces: [FetchPlan.Piece] = []
        /// One for each piece; nil: too large to be held.
        var octets: [[UInt8]]?
    }
    var messages: [Message] = []
    /// Nothing follows.
    var isLast = true

    static func read(_ store: MailStore, _ plan: FetchPlan, _ folder: FolderID, _ set: UIDSet, after: UID?) async throws -> FetchPage {
        try await store.read { try read($0, plan, in: folder, set, after: after) }
    }
    private static func read(_ tx: ReadTransaction, _ plan: FetchPlan, in folder: FolderID, _ set: UIDSet, after: UID?) throws -> FetchPage {
        var page = FetchPage()
        switch plan.depth {
        case .state:
            let states = try tx.states(in: folder, set, after: after, limit: Limits.states)
            page.messages = states.map { Message(state: $0) }
            page.isLast = states.count < Limits.states
        case .summary:
            let rows = try tx.items(in: folder, set, after: after, limit: Limits.summaries)
            page.messages.reserveCapacity(rows.count)
            for row in rows { page.messages.append(Message(state: row.state, summary: try summary(row, tx))) }
            page.isLast = rows.count < Limits.summaries
        case .content:
            let rows = try tx.items(in: folder, set, after: after, limit: Limits.contents)
            page.isLast = rows.count < Limits.contents
            var room = Limits.octets
            for row in rows {
                guard let message = try content(row, plan, room, isFirst: page.messages.isEmpty, tx) else { page.isLast = false; break }
                room -= message.octets?.reduce(0) { $0 + $1.count } ?? 0
                page.messages.append(message)
            }
        }
        return page
    }
    /// nil: no room for it on this page.
    private static func content(_ row: ItemRow, _ plan: FetchPlan, _ room: Int, isFirst: Bool, _ tx: ReadTransaction) throws -> Message? {
        let summary = try summary(row, tx)
        var message = Message(state: row.state, summary: summary, pieces: summary.map(plan.pieces) ?? [])
        let octets = message.pieces.reduce(0) { $0 + $1.range.count }
        if octets > Limits.chunk { return message }
        guard octets <= room || isFirst else { return nil }
        var all: [[UInt8]] = []
        for piece in message.pieces {
            let read = piece.range.isEmpty ? [] : try tx.content(row.state.content, piece.range)
            all.append(finished(piece, read))
        }
        message.octets = all
        return message
    }
    /// What becomes of the octets of a piece's range.
    static func finished(_ piece: FetchPlan.Piece, _ octets: [UInt8]) -> [UInt8] {
        guard case .fields(_, let names, let areExcluded, let partial) = piece else { return octets }
        let chosen = FetchPlan.select(names, areExcluded: areExcluded, in: octets)
        guard partial != nil else { return chosen }
        return Array(chosen[FetchPlan.cut(0..<chosen.count, partial)])
    }
    /// A summary of an older form is made anew from the content.
    private static func summary(_ row: ItemRow, _ tx: ReadTransaction) throws -> SummaryView? {
        if let view = SummaryView(row.summary) { return view }
        let octets = try tx.content(row.state.content)
        return SummaryView(MessageSummary(parsing: octets.span).encode())
    }
}
