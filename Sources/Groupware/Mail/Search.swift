import Bytes
import MIMECodec
package import MailStore
package import Model

/// Finds messages of one folder. States and summaries come first, contents are opened only for messages that are still undecided.
package struct MailSearch: Sendable {
    private enum Limits {
        static let states = 4_096
        static let summaries = 256
        /// Octets of contents that are held at once, and one message more.
        static let contents = 2_097_152
    }
    let store: MailStore
    package init(store: MailStore) { self.store = store }

    /// UIDs of `set` that match, ascending. Runs beside the loop, page by page; no snapshot outlives a page.
    @concurrent package func find(_ condition: SearchCondition, in folder: FolderID, among set: UIDSet) async throws(MailFailure) -> [UID] {
        var found: [UID] = []
        var after: UID?
        let set = condition.bound.map { bound in bound.count < set.count ? bound : set } ?? set
        while true {
            let page = try await store.readMail { [after] in try $0.states(in: folder, set, after: after, limit: Limits.states) }
            guard let last = page.last else { return found.sorted() }
            after = last.uid
            var open: [UID] = []
            for state in page {
                switch SearchPlan.decide(condition, SearchPlan.Subject(state)) {
                case true?: found.append(state.uid)
                case false?: break
                case nil: open.append(state.uid)
                }
            }
            if !open.isEmpty { try await readOn(condition, folder, UIDSet(open), &found) }
            if page.count < Limits.states { return found.sorted() }
        }
    }

    /// Messages that their states did not decide: summaries, then contents.
    private func readOn(_ condition: SearchCondition, _ folder: FolderID, _ set: UIDSet, _ found: inout [UID]) async throws(MailFailure) {
        var after: UID?
        while true {
            let page = try await store.readMail { [after] in try $0.items(in: folder, set, after: after, limit: Limits.summaries) }
            guard let last = page.last else { return }
            after = last.state.uid
            var open: [SearchPlan.Subject] = []
            for row in page {
                var subject = SearchPlan.Subject(row.state)
                subject.summary = SummaryView(row.summary)
                subject.properties = row.properties
                subject.depth = .summary
                switch SearchPlan.decide(condition, subject) {
                case true?: found.append(row.state.uid)
                case false?: break
                case nil: open.append(subject)
                }
            }
            if !open.isEmpty { try await readContents(condition, open, &found) }
            if page.count < Limits.summaries { return }
        }
    }

    /// The next batch is read while this one is looked through.
    private func readContents(_ condition: SearchCondition, _ open: [SearchPlan.Subject], _ found: inout [UID]) async throws(MailFailure) {
        do {
            var batch = Self.batch(open[...])
            var contents = try await read(batch)
            while !batch.isEmpty {
                let next = Self.batch(open[batch.endIndex...])
                async let following = read(next)
                for (subject, content) in zip(batch, contents) {
                    // A message may have been expunged since its summary was read.
                    guard let content else { continue }
                    var subject = subject
                    subject.content = content
                    subject.root = (try? subject.summary?.structure()) ?? MessageSummary(parsing: content.span).root
                    subject.depth = .content
                    if SearchPlan.decide(condition, subject) == true { found.append(subject.state.uid) }
                }
                contents = try await following
                batch = next
            }
        } catch {
            throw MailFailure(error)
        }
    }
    /// As many as may be held at once, one at least.
    private static func batch(_ open: ArraySlice<SearchPlan.Subject>) -> ArraySlice<SearchPlan.Subject> {
        var octets: Int64 = 0
        var end = open.startIndex
        while end < open.endIndex, end == open.startIndex || octets + open[end].state.size <= Limits.contents {
            octets += open[end].state.size
            end += 1
        }
        return open[..<end]
    }
    private func read(_ batch: ArraySlice<SearchPlan.Subject>) async throws -> [[UInt8]?] {
        if batch.isEmpty { return [] }
        let ids = batch.map(\.state.content)
        return try await store.read { tx in
            try ids.map { id -> [UInt8]? in do { return try tx.content(id) } catch StoreError.notFound { return nil } }
        }
    }
}
