import EASCodec
import Groupware
import MailStore
import Model

/// FolderDelete: a folder of the user's own, with all that is in it. (MS-ASCMD §2.2.1.4)
enum FolderDeleteCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try FolderDeleteRequest(document: request.body)
        let result = try await HierarchyState.change(service, request, key: asked.syncKey, name: "delete \(asked.serverId ?? "")") { store, account in
            guard asked.serverId != nil else { throw HierarchyState.Refusal.malformed }
            guard let folder = try HierarchyState.folder(asked.serverId, account, store) else { throw HierarchyState.Refusal.notFound }
            let doomed = Subtree(folder, in: try store.folders(of: account)).rows
            guard doomed.allSatisfy({ $0.role == nil }) else { throw HierarchyState.Refusal.special }
            for folder in doomed.reversed() { try store.removeFolder(folder.id) }
            return .init(removed: doomed.map(\.id))
        }
        return HierarchyState.answer(FolderHierarchy.folderDelete, result)
    }
}
