import Directory
import Groupware
import IMAPCodec
import Model
import SessionKit

extension IMAPSession {
    /// Commands that need nothing from the store; nil for all others.
    func runAtOnce(_ command: Command, _ tag: [UInt8]) -> Completion? {
        switch command {
        case .capability: capability()
        case .noop: noop()
        case .check: check()
        case .logout: logout()
        case .startTLS: startTLS()
        case .id(let fields): id(fields)
        case .enable(let names): enable(names)
        case .namespace: namespace()
        case .unselect: unselect()
        case .idle: idle(tag)
        default: nil
        }
    }

    /// All commands. The selected folder may have changed since the client was last told; it is told before the tagged answer.
    func run(_ command: Command, _ tag: [UInt8]) async -> Completion {
        if let completion = runAtOnce(command, tag) {
            // IDLE tells what happened meanwhile at once, not at its end.
            if case .idle = command {
                if view?.isStale == true { _ = await refresh(allowsExpunge: true) } else { view?.expunge([], to: &line.outbox.bytes) }
            }
            return completion
        }
        switch command {
        case .authenticate(let mechanism, let initial): return await authenticate(mechanism, initial, tag)
        case .login(let name, let password): return await login(name, password)
        default: break
        }
        guard let account = user?.account else { return .bad("Log in first") }
        switch command {
        case .select(let name, let isReadOnly): return await select(name, isReadOnly: isReadOnly, account)
        case .create(let name): return await create(name, account)
        case .delete(let name): return await delete(name, account)
        case .rename(let from, let to): return await rename(from, to, account)
        case .subscribe(let name): return await subscribe(name, account)
        case .unsubscribe(let name): return await unsubscribe(name, account)
        case .list(let reference, let pattern): return await list(reference, pattern, account)
        case .lsub(let reference, let pattern): return await lsub(reference, pattern, account)
        case .status(let name, let items): return await status(name, items, account)
        default: break
        }
        guard let view else { return .bad("No mailbox selected") }
        switch command {
        case .close: return await close(view)
        case .expunge: return await expunge(nil, view)
        case .uidExpunge(let set): return await expunge(set, view)
        case .search(let request, let byUID): return await search(request, byUID: byUID, view)
        case .fetch(let set, let request, let byUID): return await fetch(set, request, byUID: byUID, view)
        case .store(let set, let request, let byUID): return await store(set, request, byUID: byUID, view)
        case .copy(let set, let name, let byUID): return await copy(set, name, byUID: byUID, view, account)
        case .move(let set, let name, let byUID): return await move(set, name, byUID: byUID, view, account)
        default: return .bad("Unknown command")
        }
    }

    /// A name as the client sent it; nil for one that no mailbox can have.
    func path(_ name: [UInt8]) -> FolderPath? { ModifiedUTF7.decode(name).flatMap(FolderPath.init) }

    /// The messages that a set names, as UIDs; nil when a sequence number is beyond the last. UIDs that are not there are no error.
    /// (RFC 3501 §6.4.8, §9 seq-number)
    func resolve(_ set: SequenceSet, byUID: Bool, _ view: MailboxView) -> UIDSet? {
        if byUID {
            guard let last = view.numbers.last else { return UIDSet() }
            return UIDSet(set.ranges(highest: last.rawValue).compactMap { range in
                range.lowerBound <= last.rawValue ? range.lowerBound...min(range.upperBound, last.rawValue) : nil
            })
        }
        guard let highest = UInt32(exactly: view.count) else { return nil }
        let ranges = set.ranges(highest: highest)
        // `*` in an empty mailbox names nothing, as any number there does.
        guard !ranges.isEmpty, ranges.allSatisfy({ $0.upperBound <= highest }) else { return nil }
        return view.numbers.uids(numbered: UIDSet(ranges))
    }
    static let invalidSet = Completion.bad("There is no message of that number")
    /// Some of the messages named by number have gone, though the client could not know. (RFC 2180 §4.1, RFC 5530 §3)
    static let expungedMeanwhile = Completion.no("Some of the messages no longer exist", code: "EXPUNGEISSUED")
}
