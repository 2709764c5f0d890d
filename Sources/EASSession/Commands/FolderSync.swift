import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// FolderSync: the list of folders, whole or what changed. (MS-ASCMD §2.2.1.5)
enum FolderSyncCommand {
    enum Status { static let success = 1, serverError = 6, wrongKey = 9, malformed = 10 }
    /// Changes of the account after which an unchanged list is noted as of now.
    private static let staleAfter: Int64 = 10_000
    private enum Found: Sendable {
        case wrongKey
        /// Nothing to tell: the key stays.
        case same(key: Int64)
        case moved(SyncStateRow)
        /// An answer that stands once the row is stored.
        case changes(FolderChanges, SyncStateRow, replaces: SyncStateRow?)
    }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try FolderSyncRequest(document: request.body)
        guard let text = asked.syncKey else { return .answer(failure(Status.malformed)) }
        var key = text == "0" ? SyncKeys.start : SyncKeys.parse(text)
        let account = request.logIn.account, device = request.device.id
        for _ in 0..<HierarchyState.Limits.attempts {
            let asked = key
            let found = try await service.store.read { try look(asked, account, device, $0) }
            switch found {
            case .wrongKey:
                guard try await Breaker.isCircle(text, request.device, service.store) else { return .answer(failure(Status.wrongKey)) }
                // Quirk: the Gmail app holds on to a key that is worth nothing, at full speed: it gets the whole list as if it had begun anew.
                key = SyncKeys.start
            case .same(let key): return .answer(answer(key, nil))
            case .moved(let row):
                // Nothing to tell, but the position should not fall behind what is remembered of removed folders.
                try await service.store.write(trace: request.trace) { if try $0.syncState(device: device, folder: nil)?.key == row.key { try $0.put(row) } }
                return .answer(answer(row.key, nil))
            case .changes(let changes, let row, let replaced):
                // Quirk: Android's account set-up has no device row, and never comes back.
                if device.rawValue == 0 { return .answer(answer(row.key, changes)) }
                let isStored = try await service.store.write(trace: request.trace) { store in
                    guard try store.syncState(device: device, folder: nil) == replaced else { return false }
                    try store.put(row)
                    return true
                }
                if isStored { return .answer(answer(row.key, changes)) }
            }
        }
        return .answer(failure(Status.serverError))
    }

    private static func look(_ key: Int64, _ account: AccountID, _ device: DeviceID, _ store: ReadTransaction) throws -> Found {
        let row = try store.syncState(device: device, folder: nil)
        if key == SyncKeys.start {
            let changes = try FolderChanges(since: nil, account: account, store)
            let bytes = changes.position.encode()
            return .changes(changes, SyncStateRow(device: device, folder: nil, firstKey: SyncKeys.make(), position: bytes), replaces: row)
        }
        let standing = SyncKeys.standing(of: key, in: row)
        guard let row, let position = HierarchyState.position(row, standing) else { return .wrongKey }
        do {
            let changes = try FolderChanges(since: position, account: account, store)
            if changes.isEmpty, standing == .current {
                guard changes.position.modseq.rawValue - position.modseq.rawValue > Self.staleAfter else { return .same(key: key) }
                return .moved(row.refreshed(changes.position.encode()))
            }
            let next = row.advanced(from: standing, to: SyncKeys.make(), position: changes.position.encode(), outcome: [])
            return .changes(changes, next, replaces: row)
        } catch SyncFailure.startAnew {
            return .wrongKey
        }
    }

    private static func failure(_ status: Int) -> EASAnswer { .status(status, FolderHierarchy.folderSync, FolderHierarchy.status) }

    private static func answer(_ key: Int64, _ changes: FolderChanges?) -> EASAnswer {
        let added = (changes?.added ?? []).filter(FolderNames.isShown), changed = (changes?.changed ?? []).filter(FolderNames.isShown)
        let removed = changes?.removed ?? []
        var writer = TokenWriter()
        writer.open(FolderHierarchy.folderSync)
        writer.element(FolderHierarchy.status, Status.success)
        writer.element(FolderHierarchy.syncKey, Int(key))
        writer.open(FolderHierarchy.changes)
        writer.element(FolderHierarchy.count, added.count + changed.count + removed.count)
        for folder in changed { write(folder, FolderHierarchy.update, &writer) }
        for folder in removed {
            writer.open(FolderHierarchy.delete)
            writer.element(FolderHierarchy.serverId, FolderNames.id(folder))
            writer.close()
        }
        for folder in added { write(folder, FolderHierarchy.add, &writer) }
        writer.close()
        writer.close()
        return .document(writer)
    }
    private static func write(_ folder: FolderRow, _ tag: WBXMLTag, _ writer: inout TokenWriter) {
        writer.open(tag)
        writer.element(FolderHierarchy.serverId, FolderNames.id(folder.id))
        writer.element(FolderHierarchy.parentId, FolderNames.parent(folder))
        writer.element(FolderHierarchy.displayName, FolderNames.name(folder))
        writer.element(FolderHierarchy.type, FolderNames.type(folder))
        writer.close()
    }
}
