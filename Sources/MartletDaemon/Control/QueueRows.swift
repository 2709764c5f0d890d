// queue list|show|hold|release|retry|remove, message trace.
internal import MailStore
internal import Model

extension ControlTable {
    enum QueueListing {
        /// Messages of one answer; the next page begins after the last.
        static let page = 1_000
    }

    static let queueRows: [String: Row] = [
        "queue.list": { request, context async throws(ControlFailure) in
            let after = QueueID(rawValue: request.arguments["after"]?.int ?? 0), wanted = request.arguments["matching"]?.string?.lowercased() ?? ""
            let limit = min(max(Int(request.arguments["limit"]?.int ?? 100), 1), QueueListing.page)
            return .array(
                try await reading(context) { transaction in
                    var rows: [JSONValue] = [], last = after
                    // A filter reads on for a while, page by page, not for ever.
                    for _ in 0..<100 where rows.count < limit {
                        let page = try transaction.queued(after: last, limit: QueueListing.page)
                        guard let end = page.last else { break }
                        last = end.id
                        for message in page where rows.count < limit {
                            let recipients = try transaction.recipients(of: message.id)
                            let texts = [message.sender] + recipients.map(\.address)
                            if wanted.isEmpty || texts.contains(where: { $0.lowercased().contains(wanted) }) { rows.append(row(message, recipients)) }
                        }
                    }
                    return rows
                })
        },
        "queue.show": { request, context async throws(ControlFailure) in
            let id = try number(request)
            return try await reading(context) { transaction in
                guard let message = try transaction.queued(id) else { throw missing(id) }
                guard case .object(var fields) = row(message, try transaction.recipients(of: id)) else { return .null }
                fields["expires"] = .string(Moment.text(message.expires))
                fields["to"] = .array(try transaction.recipients(of: id).map(recipient))
                fields["history"] = .array(try transaction.history(of: message.trace).map(history))
                return .object(fields)
            }
        },
        "queue.hold": { request, context async throws(ControlFailure) in
            try await change(request, context, "held") { transaction, id, _ in try transaction.setState(of: id, .held) > 0 }
        },
        "queue.release": { request, context async throws(ControlFailure) in
            try await change(request, context, "released", wakes: true) { try $0.setState(of: $1, .waiting, next: $2) > 0 }
        },
        "queue.retry": { request, context async throws(ControlFailure) in
            try await change(request, context, "to be tried now", wakes: true) { try $0.setState(of: $1, .waiting, next: $2) > 0 }
        },
        "queue.remove": { request, context async throws(ControlFailure) in
            try await change(request, context, "removed") { transaction, id, _ in try transaction.removeQueued(id) }
        },
        "message.trace": { request, context async throws(ControlFailure) in
            let name = try request.text("trace")
            return try await reading(context) { transaction in
                var trace = name
                if let number = Int64(name), let message = try transaction.queued(QueueID(rawValue: number)) { trace = message.trace }
                let lines = try transaction.history(of: trace)
                guard !lines.isEmpty else { throw ControlFailure(code: ExitStatus.noInput, "nothing is known of a message \(VisibleText.of(name))") }
                let queued = try transaction.queued(trace: trace)
                return .object([
                    "trace": .string(trace), "history": .array(lines.map(history)),
                    "queued": .array(try queued.map { row($0, try transaction.recipients(of: $0.id)) }),
                ])
            }
        },
    ]

    private static func number(_ request: ControlRequest) throws(ControlFailure) -> QueueID {
        guard let id = request.arguments["id"]?.int else { throw .usage("\(request.verb) needs \"id\"") }
        return QueueID(rawValue: id)
    }
    private static func missing(_ id: QueueID) -> ControlFailure { ControlFailure(code: ExitStatus.noInput, "there is no message \(id) in the queue") }

    /// Does something to messages: each is a job of its own, so that a long list holds nobody up.
    private static func change(
        _ request: ControlRequest, _ context: ControlContext, _ done: String, wakes: Bool = false,
        _ action: @escaping @Sendable (WriteTransaction, QueueID, Timestamp) throws -> Bool
    ) async throws(ControlFailure) -> JSONValue {
        let ids = (request.arguments["ids"]?.array ?? []).compactMap(\.int).map { QueueID(rawValue: $0) }
        guard !ids.isEmpty else { throw .usage("\(request.verb) needs \"ids\"") }
        var changed: [JSONValue] = [], destinations: Set<String> = []
        for id in ids {
            do {
                let found = try await context.store.write { transaction -> [String]? in
                    guard let message = try transaction.queued(id) else { return nil }
                    let names = try transaction.recipients(of: id).map(\.destination)
                    guard try action(transaction, id, transaction.time) else { return nil }
                    try transaction.remember(message.trace, done == "removed" ? .removed : .changed, "message \(id) \(done) by the administrator")
                    return names
                }
                guard let found else { throw missing(id) }
                destinations.formUnion(found)
                changed.append(.int(id.rawValue))
            } catch let failure as ControlFailure {
                throw failure
            } catch let error as StoreError {
                throw failure(of: error)
            } catch {
                throw ControlFailure(code: ExitStatus.software, "\(error)")
            }
        }
        if wakes { await context.process?.retryQueue(destinations.sorted()) }
        return .object(["ids": .array(changed), "done": .string(done)])
    }

    private static func row(_ message: QueuedMessage, _ recipients: [QueuedRecipient]) -> JSONValue {
        let waiting = recipients.filter { $0.state == .waiting }
        let worst = recipients.max { $0.attempts < $1.attempts }
        return .object([
            "id": .int(message.id.rawValue), "trace": .string(message.trace), "sender": .string(message.sender.isEmpty ? "<>" : message.sender),
            "recipients": .strings(recipients.map(\.address)), "size": .int(message.size), "since": .string(Moment.text(message.created)),
            "state": .string(waiting.isEmpty ? "held" : worst?.attempts ?? 0 > 0 ? "deferred" : "waiting"),
            "next": .optional(waiting.map(\.next).min().map(Moment.text)), "attempts": .int(Int64(worst?.attempts ?? 0)),
            "reason": .string(worst?.reply ?? ""),
        ])
    }
    private static func recipient(_ row: QueuedRecipient) -> JSONValue {
        .object([
            "address": .string(row.address), "destination": .string(row.destination), "state": .string(row.state == .held ? "held" : "waiting"),
            "next": .string(Moment.text(row.next)), "attempts": .int(Int64(row.attempts)), "reason": .string(row.reply),
        ])
    }
    private static func history(_ row: HistoryRow) -> JSONValue {
        .object(["time": .string(Moment.text(row.time)), "event": .string(row.event), "words": .string(row.words)])
    }
}
