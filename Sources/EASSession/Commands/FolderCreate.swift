import EASCodec
import Groupware
import MailStore
import Model

/// FolderCreate: a folder of the user's own. (MS-ASCMD §2.2.1.3)
enum FolderCreateCommand {
    /// Types that a user may make and that are shown. 1 is a folder without a class: mail.
    private static let classes: [Int: ItemClass] = [1: .mail, 12: .mail]

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let asked = try FolderCreateRequest(document: request.body)
        let name = "create \(asked.parentId ?? "") \(asked.type ?? 0) \(asked.displayName ?? "")"
        let result = try await HierarchyState.change(service, request, key: asked.syncKey, name: name) { store, account in
            // Default folders are there once and made by the server. (MS-ASCMD §2.2.3.177.3, Status 10)
            guard let title = asked.displayName, let itemClass = classes[asked.type ?? 0] else { throw HierarchyState.Refusal.malformed }
            let parent = try HierarchyState.parent(asked.parentId, account, store)
            guard FolderNames.isGood(title, atTop: parent == nil) else {
                throw parent == nil && FolderPath(title)?.isInbox == true ? HierarchyState.Refusal.exists : HierarchyState.Refusal.malformed
            }
            let made = try store.addFolder(account: account, parent: parent?.id, name: title, itemClass: itemClass, role: nil, isSubscribed: true)
            return .init(folder: made.id)
        }
        return HierarchyState.answer(FolderHierarchy.folderCreate, result, namesFolder: true)
    }
}
