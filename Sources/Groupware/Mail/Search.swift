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
        static let contents = 4_194_304
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

    private func readContents(_ condition: SearchCondition, _ open: [SearchPlan.Subject], _ found: inout [UID]) async throws(MailFailure) {
        var index = 0
        while index < open.count {
            var batch: [ContentID] = []
            var octets: Int64 = 0
            while index + batch.count < open.count {
                let state = open[index + batch.count].state
                if !batch.isEmpty, octets + state.size > Limits.contents { break }
                octets += state.size
                batch.append(state.content)
            }
            let contents = try await store.readMail { [batch] tx in
                // A message may have been expunged since its summary was read.
                try batch.map { id -> [UInt8]? in do { return try tx.content(id) } catch StoreError.notFound { return nil } }
            }
            for (offset, content) in contents.enumerated() {
                guard let content else { continue }
                var subject = open[index + offset]
                subject.content = content
                subject.root = (try? subject.summary?.structure()) ?? MessageSummary(parsing: content.span).root
                subject.depth = .content
                if SearchPlan.decide(condition, subject) == true { found.append(subject.state.uid) }
            }
            index += batch.count
        }
    }
}
