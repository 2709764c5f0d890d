import Bytes
import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// The folder list's key and position of one device, as FolderCreate, FolderUpdate and FolderDelete move it: the change and the new key are
/// one commit, and the change is not told to its own device. (MS-ASCMD §2.2.3.181.1)
enum HierarchyState {
    enum Limits {
        /// How often an answer is made anew because another request of the device came first.
        static let attempts = 4
    }
    /// Why a change of a folder was not made; the raw values are the Status. (MS-ASCMD §2.2.3.177.3, .4, .6)
    enum Refusal: Int, Error { case exists = 2, special = 3, notFound = 4, noParent = 5, serverError = 6, wrongKey = 9, malformed = 10 }
    /// What a change did.
    struct Done: Sendable {
        var folder: FolderID?
        var removed: [FolderID] = []
    }

    static func position(_ row: SyncStateRow, _ standing: SyncKeys.Standing) -> HierarchyPosition? {
        switch standing {
        case .current: HierarchyPosition(decoding: row.position)
        case .replay: HierarchyPosition(decoding: row.previousPosition)
        case .unknown: nil
        }
    }

    /// Carries out one change under a key. `name` tells this change from others, should the answer get lost and the key come again.
    static func change(
        _ service: EASService, _ request: EASRequest, key text: String?, name: String,
        _ body: @escaping @Sendable (WriteTransaction, AccountID) throws -> Done
    ) async throws -> Result<(key: Int64, folder: FolderID?), Refusal> {
        guard let text else { return .failure(.malformed) }
        let key = SyncKeys.parse(text), account = request.logIn.account, device = request.device.id, hash = CommandOutcome.hash(name.utf8)
        do {
            let done: (Int64, FolderID?) = try await service.store.write(trace: request.trace) { store in
                let row = try store.syncState(device: device, folder: nil)
                let standing = SyncKeys.standing(of: key, in: row)
                guard let row, var position = Self.position(row, standing) else { throw Refusal.wrongKey }
                if standing == .replay, let entry = CommandOutcome(decoding: row.lastOutcome).entry(for: hash) {
                    return (row.key, entry.item.map { FolderID($0.rawValue) })
                }
                let done = try body(store, account)
                let modseq = try store.modseq(of: account)
                if let folder = done.folder { position.note(own: folder, modseq) }
                for folder in done.removed { position.note(ownRemoval: folder) }
                var outcome = CommandOutcome()
                outcome.entries = [.init(command: hash, status: 1, item: done.folder.map { ItemID($0.rawValue) })]
                let next = row.advanced(from: standing, to: SyncKeys.make(), position: position.encode(), outcome: outcome.encode())
                try store.put(next)
                return (next.key, done.folder)
            }
            return .success((done.0, done.1))
        } catch let refusal as Refusal {
            return .failure(refusal)
        } catch StoreError.exists {
            return .failure(.exists)
        } catch StoreError.tooMany {
            return .failure(.serverError)
        } catch StoreError.notFound {
            return .failure(.notFound)
        }
    }
    /// The answer to a change: its Status and, where it was made, the new key. (MS-ASCMD §2.2.1.3, §2.2.1.4, §2.2.1.6)
    static func answer(_ root: WBXMLTag, _ result: Result<(key: Int64, folder: FolderID?), Refusal>, namesFolder: Bool = false) -> CommandResult {
        var writer = TokenWriter()
        writer.open(root)
        switch result {
        case .success(let done):
            writer.element(FolderHierarchy.status, 1)
            writer.element(FolderHierarchy.syncKey, Int(done.key))
            if namesFolder, let folder = done.folder { writer.element(FolderHierarchy.serverId, FolderNames.id(folder)) }
        case .failure(let refusal): writer.element(FolderHierarchy.status, refusal.rawValue)
        }
        writer.close()
        return .answer(.document(writer))
    }
    /// A folder of the account that devices are shown.
    static func folder(_ text: String?, _ account: AccountID, _ store: ReadTransaction) throws -> FolderRow? {
        guard let id = text.flatMap(FolderNames.parse), let folder = try store.folder(id), folder.account == account, FolderNames.isShown(folder) else {
            return nil
        }
        return folder
    }
    /// The parent that a request names: nil for the top level. `levels`: how many are to lie below it.
    static func parent(_ text: String?, _ account: AccountID, levels: Int = 1, _ store: ReadTransaction) throws -> FolderRow? {
        guard let text, text != FolderNames.root else { return nil }
        guard let parent = try folder(text, account, store) else { throw Refusal.noParent }
        var above = parent, depth = 1
        while let next = try above.parent.flatMap({ try store.folder($0) }) {
            above = next
            depth += 1
            guard depth < FolderNames.Limits.depth else { throw Refusal.noParent }
        }
        guard depth + levels <= FolderNames.Limits.depth else { throw Refusal.noParent }
        return parent
    }
}
