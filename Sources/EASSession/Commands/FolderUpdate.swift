import EASCodec
import Groupware
import MailStore
import Model

/// FolderUpdate: another name, another place. (MS-ASCMD §2.2.1.6)
enum FolderUpdateCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try FolderUpdateRequest(document: request.body)
        let name = "update \(asked.serverId ?? "") \(asked.parentId ?? "") \(asked.displayName ?? "")"
        let result = try await HierarchyState.change(service, request, key: asked.syncKey, name: name) { store, account in
            guard let title = asked.displayName, asked.serverId != nil else { throw HierarchyState.Refusal.malformed }
            guard let folder = try HierarchyState.folder(asked.serverId, account, store) else { throw HierarchyState.Refusal.notFound }
            // Folders with a role keep their name: Status 2. (MS-ASCMD §2.2.3.177.6)
            guard folder.role == nil else { throw HierarchyState.Refusal.exists }
            let levels = Subtree(folder, in: try store.folders(of: account)).depth + 1
            let parent = try HierarchyState.parent(asked.parentId, account, levels: levels, store)
            var above = parent
            while let here = above {
                guard here.id != folder.id else { throw HierarchyState.Refusal.noParent }
                above = try here.parent.flatMap { try store.folder($0) }
            }
            guard FolderNames.isGood(title, atTop: parent == nil) else { throw HierarchyState.Refusal.malformed }
            try store.setFolder(folder.id, parent: parent?.id, name: title)
            return .init(folder: folder.id)
        }
        return HierarchyState.answer(FolderHierarchy.folderUpdate, result)
    }
}
