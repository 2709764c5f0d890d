import EASCodec
import MailStore
import Model

/// FolderDelete: a folder of the user's own, with all that is in it. (MS-ASCMD §2.2.1.4)
enum FolderDeleteCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try FolderDeleteRequest(document: request.body)
        let result = try await HierarchyState.change(service, request, key: asked.syncKey, name: "delete \(asked.serverId ?? "")") { store, account in
            guard asked.serverId != nil else { throw HierarchyState.Refusal.malformed }
            guard let folder = try HierarchyState.folder(asked.serverId, account, store) else { throw HierarchyState.Refusal.notFound }
            let doomed = try below(folder, account, store)
            guard doomed.allSatisfy({ $0.role == nil }) else { throw HierarchyState.Refusal.special }
            for folder in doomed.reversed() { try store.removeFolder(folder.id) }
            return .init(removed: doomed.map(\.id))
        }
        var writer = TokenWriter()
        writer.open(FolderHierarchy.folderDelete)
        switch result {
        case .success(let done):
            writer.element(FolderHierarchy.status, 1)
            writer.element(FolderHierarchy.syncKey, Int(done.key))
        case .failure(let refusal): writer.element(FolderHierarchy.status, refusal.rawValue)
        }
        writer.close()
        return .answer(.document(writer))
    }
    /// The folder and all below it, parents first.
    private static func below(_ folder: FolderRow, _ account: AccountID, _ store: ReadTransaction) throws -> [FolderRow] {
        let all = try store.folders(of: account)
        var found = [folder], index = 0
        while index < found.count {
            found.append(contentsOf: all.filter { $0.parent == found[index].id })
            index += 1
        }
        return found
    }
}
