import EASCodec
import MailStore
import Model

/// What a phone says of one folder in a Sync.
struct Ask {
    var key: String
    var folder: FolderID
    var window: Int?
    var filter: Int?
    var body: (type: Int, truncation: Int?)?
    var deletesAsMoves: Bool?
    /// Further children of Options.
    var options: ((inout TokenWriter) -> Void)?
    var commands: ((inout TokenWriter) -> Void)?
    init(
        _ key: String, _ folder: FolderID, window: Int? = nil, filter: Int? = nil, deletesAsMoves: Bool? = nil, commands: ((inout TokenWriter) -> Void)? = nil
    ) {
        self.key = key
        self.folder = folder
        self.window = window
        self.filter = filter
        self.deletesAsMoves = deletesAsMoves
        self.commands = commands
    }
    static func document(_ asks: [Ask], heartbeat: Int? = nil) -> [UInt8] {
        var writer = TokenWriter()
        writer.open(AirSync.sync)
        writer.open(AirSync.collections)
        for ask in asks { ask.write(&writer) }
        writer.close()
        if let heartbeat { writer.element(AirSync.heartbeatInterval, heartbeat) }
        writer.close()
        return writer.finish()
    }
    private func write(_ writer: inout TokenWriter) {
        writer.open(AirSync.collection)
        writer.element(AirSync.syncKey, key)
        writer.element(AirSync.collectionId, folder.description)
        if let deletesAsMoves { writer.element(AirSync.deletesAsMoves, deletesAsMoves) }
        if let window { writer.element(AirSync.windowSize, window) }
        if filter != nil || body != nil || options != nil {
            writer.open(AirSync.options)
            if let filter { writer.element(AirSync.filterType, filter) }
            if let body {
                writer.open(AirSyncBase.bodyPreference)
                writer.element(AirSyncBase.type, body.type)
                if let size = body.truncation { writer.element(AirSyncBase.truncationSize, size) }
                writer.close()
            }
            options?(&writer)
            writer.close()
        }
        if let commands {
            writer.open(AirSync.commands)
            commands(&writer)
            writer.close()
        }
        writer.close()
    }
    static func change(_ item: ItemID, _ data: @escaping (inout TokenWriter) -> Void) -> (inout TokenWriter) -> Void {
        { writer in
            writer.open(AirSync.change)
            writer.element(AirSync.serverId, item.description)
            writer.open(AirSync.applicationData)
            data(&writer)
            writer.close()
            writer.close()
        }
    }
    static func delete(_ item: ItemID) -> (inout TokenWriter) -> Void {
        { writer in
            writer.open(AirSync.delete)
            writer.element(AirSync.serverId, item.description)
            writer.close()
        }
    }
}

extension PhoneLine {
    func root(_ command: String, _ body: [UInt8]) async throws -> WBXMLElement {
        guard let answer = await self.command(command, body) else { throw StoreError.closed }
        return try answer.root()
    }
    static func folderSync(_ key: String) -> [UInt8] {
        var writer = TokenWriter()
        writer.open(FolderHierarchy.folderSync)
        writer.element(FolderHierarchy.syncKey, key)
        writer.close()
        return writer.finish()
    }
    func folderSync(_ key: String) async throws -> WBXMLElement { try await root("FolderSync", Self.folderSync(key)) }
    /// The collection of the answer, or its root where there is none; nil for an empty answer.
    func sync(_ ask: Ask) async throws -> WBXMLElement? {
        guard let answer = await command("Sync", Ask.document([ask])) else { throw StoreError.closed }
        guard !answer.body.isEmpty else { return nil }
        let root = try answer.root()
        return root[AirSync.collections]?[AirSync.collection] ?? root
    }
    /// Key 0, then the first window.
    func begin(_ folder: FolderID, _ change: (inout Ask) -> Void = { _ in }) async throws -> WBXMLElement {
        let first = try await sync(Ask("0", folder))
        var ask = Ask(first?.key ?? "", folder)
        change(&ask)
        guard let answer = try await sync(ask) else { throw StoreError.notFound }
        return answer
    }
    static func ping(_ heartbeat: Int?, _ folders: [FolderID]) -> [UInt8] {
        var writer = TokenWriter()
        writer.open(Ping.ping)
        if let heartbeat { writer.element(Ping.heartbeatInterval, heartbeat) }
        if !folders.isEmpty {
            writer.open(Ping.folders)
            for folder in folders {
                writer.open(Ping.folder)
                writer.element(Ping.id, folder.description)
                writer.element(Ping.class, "Email")
                writer.close()
            }
            writer.close()
        }
        writer.close()
        return writer.finish()
    }
}

extension WBXMLElement {
    var key: String { self[AirSync.syncKey]?.text ?? "" }
    var status: Int? { self[AirSync.status]?.integer }
    var adds: [WBXMLElement] { self[AirSync.commands]?.all(AirSync.add) ?? [] }
    var subjects: [String] { adds.compactMap { $0[AirSync.applicationData]?[Email.subject]?.text } }
    var data: WBXMLElement? { adds.first?[AirSync.applicationData] }
}
