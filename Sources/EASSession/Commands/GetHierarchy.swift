import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// GetHierarchy: the mail folders, whole, without a key; what devices used before FolderSync. (MS-ASCMD §2.2.1.8)
enum GetHierarchyCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let account = request.logIn.account
        let folders = try await service.store.read { try FolderChanges(since: nil, account: account, $0).added }
        var writer = TokenWriter()
        writer.open(FolderHierarchy.folders)
        for folder in folders where folder.itemClass == .mail {
            writer.open(FolderHierarchy.folder)
            writer.element(FolderHierarchy.displayName, FolderNames.name(folder))
            writer.element(FolderHierarchy.serverId, FolderNames.id(folder.id))
            writer.element(FolderHierarchy.type, FolderNames.type(folder))
            writer.element(FolderHierarchy.parentId, FolderNames.parent(folder))
            writer.close()
        }
        writer.close()
        return .answer(.document(writer))
    }
}
