import Bytes
import Groupware
import IMAPCodec
import MailStore
import Model
import SessionKit

extension IMAPSession {
    /// FETCH and UID FETCH, page by page: no snapshot outlives a page, and a client that reads slowly holds nothing but its outbox.
    /// (RFC 3501 §6.4.5)
    func fetch(_ set: SequenceSet, _ request: FetchRequest, byUID: Bool, _ view: MailboxView) async -> Completion {
        guard let uids = resolve(set, byUID: byUID, view) else { return Self.invalidSet }
        guard !uids.isEmpty else { return .ok("FETCH completed") }
        let plan = FetchPlan(request, byUID: byUID, isReadOnly: view.isReadOnly)
        let store = service.store
        var told = 0
        do {
            var page = try await FetchPage.read(store, plan, view.folder, uids, after: nil)
            while let last = page.messages.last?.state.uid {
                // The next page is read while this one is written.
                let isLast = page.isLast
                async let following = isLast ? FetchPage() : FetchPage.read(store, plan, view.folder, uids, after: last)
                let seen = plan.marksSeen ? await markSeen(&page, view) : []
                guard let count = await answer(page, plan, view.numbers, seen) else { return .hangUp }
                told += count
                await line.outbox.ready()
                if line.isClosed { return .hangUp }
                page = try await following
            }
        } catch {
            return ResponseFor.failure(.tryLater)
        }
        if !byUID, told < view.numbers.count(in: uids) { return Self.expungedMeanwhile }
        return .ok("FETCH completed")
    }
    /// Sets \Seen on the messages of a page that lack it, before their bodies are answered; returns which these were.
    private func markSeen(_ page: inout FetchPage, _ view: MailboxView) async -> Set<UID> {
        let unseen = page.messages.lazy.map(\.state).filter { !$0.flags.contains(.seen) }.map(\.uid)
        guard !unseen.isEmpty else { return [] }
        do throws(MailFailure) {
            let result = try await service.marking.setFlags(
                in: view.folder, UIDSet(Array(unseen)), FlagChange(.add, .seen), since: nil, trace: trace)
            self.view?.made(result.own)
            let states = Dictionary(result.states.map { ($0.uid, $0) }, uniquingKeysWith: { first, _ in first })
            for index in page.messages.indices {
                if let state = states[page.messages[index].state.uid] { page.messages[index].state = state }
            }
            return Set(states.keys)
        } catch {
            // The bodies can be read all the same; the client sees that they are still unseen.
            return []
        }
    }

    /// Writes what a page has; the number of messages told, nil when the line is of no more use.
    private func answer(_ page: FetchPage, _ plan: FetchPlan, _ numbers: SequenceMap, _ flagsChanged: Set<UID>) async -> Int? {
        let writer = FetchWriter(plan: plan, flagsChanged: flagsChanged)
        var told = 0
        var index = 0
        while index < page.messages.count {
            // All that needs no waiting in one go.
            index = writer.write(page, from: index, numbers, &view, told: &told, to: &line.outbox.bytes)
            guard index < page.messages.count else { break }
            let message = page.messages[index]
            index += 1
            guard let number = numbers.number(of: message.state.uid) else { continue }
            told += 1
            guard await stream(message, number, writer) else { return nil }
        }
        return told
    }

    /// A message with sections too large to be held.
    private func stream(_ message: FetchPage.Message, _ number: Int, _ writer: FetchWriter) async -> Bool {
        let isRecent = view?.isRecent(message.state.uid) ?? false
        writer.begin(number, to: &line.outbox.bytes)
        var piece = 0
        for (index, item) in writer.plan.items.enumerated() {
            if index > 0 { line.outbox.bytes.append(ASCII.space) }
            if FetchWriter.write(item, message, isRecent: isRecent, to: &line.outbox.bytes) { continue }
            FetchWriter.name(item, to: &line.outbox.bytes)
            guard piece < message.pieces.count else { line.outbox.bytes.append("NIL"); continue }
            guard await stream(message.pieces[piece], message.state.content) else { return false }
            piece += 1
        }
        writer.end(message, isRecent: isRecent, to: &line.outbox.bytes)
        return true
    }

    /// A large section, read in chunks while it is sent.
    private func stream(_ piece: FetchPlan.Piece, _ content: ContentID) async -> Bool {
        do {
            guard case .octets(let range) = piece, range.count > FetchPage.Limits.chunk else {
                let octets = piece.range.isEmpty ? [] : try await service.store.read { try $0.content(content, piece.range) }
                FetchWriter.octets(FetchPage.finished(piece, octets), piece, to: &line.outbox.bytes)
                return true
            }
            ResponseWriter.literal(size: range.count, to: &line.outbox.bytes)
            var start = range.lowerBound
            while start < range.upperBound {
                let end = min(start + FetchPage.Limits.chunk, range.upperBound)
                let octets = try await service.store.read { [start] in try $0.content(content, start..<end) }
                guard octets.count == end - start, !line.isClosed else { return false }
                line.outbox.bytes.append(octets)
                start = end
                await line.outbox.ready()
                if line.isClosed { return false }
            }
            return true
        } catch {
            // The message went while it was being sent: a literal cannot be taken back, nor can the client be told within it.
            return false
        }
    }
}
