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
        var after: UID?
        var told = 0
        while true {
            var page: FetchPage
            do {
                page = try await service.store.read { [after] in try FetchPage.read($0, plan, in: view.folder, uids, after: after) }
            } catch {
                return ResponseFor.failure(.tryLater)
            }
            guard let last = page.messages.last?.state.uid else { break }
            after = last
            let seen = plan.marksSeen ? await markSeen(&page, view) : []
            for message in page.messages {
                guard let number = view.numbers.number(of: message.state.uid) else { continue }
                told += 1
                guard await answer(message, number, plan, flagsChanged: seen.contains(message.state.uid)) else { return .hangUp }
            }
            await line.outbox.ready()
            if line.isClosed { return .hangUp }
            if page.isLast { break }
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
                in: view.folder, UIDSet(Array(unseen)), FlagChange(.add, .seen), since: self.view?.position ?? view.position, trace: trace)
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

    /// One untagged FETCH. False: it could not be finished and the line is of no more use.
    private func answer(_ message: FetchPage.Message, _ number: Int, _ plan: FetchPlan, flagsChanged: Bool) async -> Bool {
        let isRecent = view?.isRecent(message.state.uid) ?? false
        if plan.showsFlags || flagsChanged { view?.announceKeywords(message.state.keywords, to: &line.outbox.bytes) }
        line.outbox.bytes.append("* ")
        line.outbox.bytes.append(decimal: number)
        line.outbox.bytes.append(" FETCH (")
        var piece = 0
        for (index, item) in plan.items.enumerated() {
            if index > 0 { line.outbox.bytes.append(ASCII.space) }
            if FetchWriter.write(item, message, isRecent: isRecent, to: &line.outbox.bytes) { continue }
            FetchWriter.name(item, to: &line.outbox.bytes)
            guard piece < message.pieces.count else { line.outbox.bytes.append("NIL"); continue }
            if let octets = message.octets {
                FetchWriter.octets(octets[piece], message.pieces[piece], to: &line.outbox.bytes)
            } else {
                guard await stream(message.pieces[piece], message.state.content) else { return false }
            }
            piece += 1
        }
        // "If this causes the flags to change, they SHOULD be included." (RFC 3501 §6.4.5)
        if flagsChanged, !plan.showsFlags {
            line.outbox.bytes.append(ASCII.space)
            _ = FetchWriter.write(.flags, message, isRecent: isRecent, to: &line.outbox.bytes)
        }
        line.outbox.bytes.append(")\r\n")
        return true
    }

    /// A large section, read in chunks while it is sent.
    private func stream(_ piece: FetchPlan.Piece, _ content: ContentID) async -> Bool {
        do {
            guard case .octets(let range) = piece else {
                let octets = try await service.store.read { try $0.content(content, piece.range) }
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
