import EASCodec

/// Every command that is done, one row each; what is not here is not advertised. One file per command in Commands/.
///
/// A command is `static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult` of its own enum. It reads
/// `request.body` with the typed request of EASCodec (a `RequestError` that it lets through becomes Status 102 or 103), and may throw a
/// `CommonStatus`. To add one: its file, its row.
enum CommandTable {
    struct Row: Sendable {
        let name: String
        let root: WBXMLTag
        let status: WBXMLTag
        var mayBeEmpty = false
        var versions = ProtocolVersion.all
        let run: @Sendable (EASService, EASRequest) async throws -> CommandResult
    }
    static let rows: [Row] = [
        Row(name: "Sync", root: AirSync.sync, status: AirSync.status, mayBeEmpty: true, run: SyncCommand.run),
        Row(name: "SendMail", root: ComposeMail.sendMail, status: ComposeMail.status, run: SendMailCommand.run),
        Row(name: "SmartForward", root: ComposeMail.smartForward, status: ComposeMail.status, run: SmartForwardCommand.run),
        Row(name: "SmartReply", root: ComposeMail.smartReply, status: ComposeMail.status, run: SmartReplyCommand.run),
        Row(
            name: "GetAttachment", root: ItemOperations.itemOperations, status: ItemOperations.status, mayBeEmpty: true,
            versions: VersionFeature.getAttachment.versions, run: GetAttachmentCommand.run),
        Row(name: "FolderSync", root: FolderHierarchy.folderSync, status: FolderHierarchy.status, run: FolderSyncCommand.run),
        Row(name: "FolderCreate", root: FolderHierarchy.folderCreate, status: FolderHierarchy.status, run: FolderCreateCommand.run),
        Row(name: "FolderDelete", root: FolderHierarchy.folderDelete, status: FolderHierarchy.status, run: FolderDeleteCommand.run),
        Row(name: "FolderUpdate", root: FolderHierarchy.folderUpdate, status: FolderHierarchy.status, run: FolderUpdateCommand.run),
        Row(name: "MoveItems", root: Move.moveItems, status: Move.status, run: MoveItemsCommand.run),
        Row(name: "GetItemEstimate", root: GetItemEstimate.getItemEstimate, status: GetItemEstimate.status, run: GetItemEstimateCommand.run),
        Row(name: "Search", root: Search.search, status: Search.status, run: SearchCommand.run),
        Row(name: "Find", root: Find.find, status: Find.status, versions: VersionFeature.find.versions, run: FindCommand.run),
        Row(
            name: "ResolveRecipients", root: ResolveRecipients.resolveRecipients, status: ResolveRecipients.status, run: ResolveRecipientsCommand.run),
        Row(name: "ValidateCert", root: ValidateCert.validateCert, status: ValidateCert.status, run: ValidateCertCommand.run),
        Row(name: "Settings", root: Settings.settings, status: Settings.status, run: SettingsCommand.run),
        Row(name: "Ping", root: Ping.ping, status: Ping.status, mayBeEmpty: true, run: PingCommand.run),
        Row(name: "ItemOperations", root: ItemOperations.itemOperations, status: ItemOperations.status, run: ItemOperationsCommand.run),
        Row(
            name: "GetHierarchy", root: FolderHierarchy.folders, status: FolderHierarchy.status, mayBeEmpty: true,
            versions: VersionFeature.getHierarchy.versions, run: GetHierarchyCommand.run),
        Row(name: "Provision", root: Provision.provision, status: Provision.status, run: ProvisionCommand.run),
    ]
    /// What some version has. (MS-ASHTTP §2.2.4.1.2.2)
    static func names(in versions: [ProtocolVersion]) -> [String] { rows.filter { versions.contains(where: $0.versions.contains) }.map(\.name) }
    static func row(_ name: String, in version: ProtocolVersion) -> Row? { rows.first { $0.name == name && $0.versions.contains(version) } }
    static func carriesMessage(_ name: String) -> Bool { name == "SendMail" || name == "SmartReply" || name == "SmartForward" }
}
