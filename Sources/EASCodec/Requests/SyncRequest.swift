/// Sync: what a client knows of some folders, what it did to them, and how it wants to hear the rest. (MS-ASCMD §2.2.1.21)
package struct SyncRequest: Request, Hashable {
    package static var root: WBXMLTag { AirSync.sync }
    /// nil: the element is absent, and the client means those of its last request.
    package var collections: [Collection]?
    /// Minutes.
    package var wait: Int?
    /// Seconds.
    package var heartbeatInterval: Int?
    package var windowSize: Int?
    /// Folders that are not listed are those of the last request.
    package var isPartial = false

    package struct Collection: Sendable, Hashable {
        package var syncKey: String?
        package var collectionId: String?
        /// Up to protocol 12.0 outside of Options.
        package var itemClass: String?
        /// nil: absent, nothing is ghosted. Empty: everything is. (MS-ASCMD §2.2.3.179)
        package var supported: [WBXMLTag]?
        /// nil: absent, which means true.
        package var deletesAsMoves: Bool?
        /// nil: absent, which means true unless the key is 0. The empty element means true. (MS-ASCMD §2.2.3.84)
        package var getChanges: Bool?
        package var windowSize: Int?
        package var conversationMode: Bool?
        /// nil: absent, the last ones hold. At most one for each class.
        package var options: [SyncOptions]?
        package var commands: [Command] = []
        package init() {}
    }

    /// Quirk: BlackBerry 10 sends commands with an empty ServerId; they come through, and name no item.
    package enum Command: Sendable, Hashable {
        /// `clientId` names the item until the answer gives it a ServerId. `sends`: a draft goes out instead of being kept. (MS-ASEMAIL §2.2.2.70)
        case add(clientId: String, itemClass: String?, data: WBXMLElement, sends: Bool = false)
        case change(serverId: String, itemClass: String?, instanceId: String?, data: WBXMLElement, sends: Bool = false)
        case delete(serverId: String, itemClass: String?, instanceId: String?)
        case fetch(serverId: String)
    }

    package init() {}
    package init(_ reader: inout TokenReader) throws(RequestError) {
        var commandCount = 0
        while let tag = try reader.child() {
            switch tag {
            case AirSync.collections: try readCollections(&reader, &commandCount)
            case AirSync.wait: wait = try reader.integer(of: tag)
            case AirSync.heartbeatInterval: heartbeatInterval = try reader.integer(of: tag)
            case AirSync.windowSize: windowSize = try SyncOptions.number(tag, 0...Int(Int32.max), &reader)
            case AirSync.partial:
                isPartial = true
                try reader.skip()
            default: try reader.skip()
            }
        }
    }
    private mutating func readCollections(_ reader: inout TokenReader, _ commandCount: inout Int) throws(RequestError) {
        var found = collections ?? []
        while let tag = try reader.child() {
            guard tag == AirSync.collection else { try reader.skip(); continue }
            guard found.count < RequestLimits.collections else { throw .tooMany(tag) }
            found.append(try Collection(&reader, &commandCount))
        }
        collections = found
    }
}

extension SyncRequest.Collection {
    init(_ reader: inout TokenReader, _ commandCount: inout Int) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case AirSync.syncKey: syncKey = try reader.text()
            case AirSync.collectionId: collectionId = try reader.text()
            case AirSync.class: itemClass = try reader.text()
            case AirSync.supported: supported = try Self.supported(&reader)
            case AirSync.deletesAsMoves: deletesAsMoves = try reader.boolean(of: tag)
            case AirSync.getChanges: getChanges = try reader.boolean(of: tag)
            case AirSync.windowSize: windowSize = try SyncOptions.number(tag, 0...Int(Int32.max), &reader)
            case AirSync.conversationMode: conversationMode = try reader.boolean(of: tag)
            case AirSync.options:
                guard (options?.count ?? 0) < RequestLimits.options else { throw .tooMany(tag) }
                options = (options ?? []) + [try SyncOptions(&reader)]
            case AirSync.commands:
                while let kind = try reader.child() {
                    guard commandCount < RequestLimits.syncCommands else { throw .tooMany(kind) }
                    commandCount += 1
                    if let command = try SyncRequest.Command(kind, &reader) { commands.append(command) }
                }
            default: try reader.skip()
            }
        }
    }
    private static func supported(_ reader: inout TokenReader) throws(RequestError) -> [WBXMLTag] {
        var tags: [WBXMLTag] = []
        while let tag = try reader.child() {
            guard tags.count < RequestLimits.supported else { throw .tooMany(tag) }
            tags.append(tag)
            try reader.skip()
        }
        return tags
    }
}

extension SyncRequest.Command {
    /// nil for an element that is no command.
    init?(_ kind: WBXMLTag, _ reader: inout TokenReader) throws(RequestError) {
        var clientId: String?, serverId: String?, itemClass: String?, instanceId: String?, data: WBXMLElement?, sends = false
        while let tag = try reader.child() {
            switch tag {
            case AirSync.clientId: clientId = try reader.text()
            case AirSync.serverId: serverId = try reader.text()
            case AirSync.class: itemClass = try reader.text()
            case AirSyncBase.instanceId: instanceId = try reader.text()
            case AirSync.applicationData: data = try reader.tree(of: tag)
            case Email2.send:
                sends = true
                try reader.skip()
            default: try reader.skip()
            }
        }
        switch kind {
        case AirSync.add:
            guard let clientId, !clientId.isEmpty else { throw .invalid(AirSync.clientId) }
            self = .add(clientId: clientId, itemClass: itemClass, data: data ?? WBXMLElement(AirSync.applicationData), sends: sends)
        case AirSync.change:
            guard let serverId else { throw .invalid(AirSync.serverId) }
            let data = data ?? WBXMLElement(AirSync.applicationData)
            self = .change(serverId: serverId, itemClass: itemClass, instanceId: instanceId, data: data, sends: sends)
        case AirSync.delete:
            guard let serverId else { throw .invalid(AirSync.serverId) }
            self = .delete(serverId: serverId, itemClass: itemClass, instanceId: instanceId)
        case AirSync.fetch:
            guard let serverId else { throw .invalid(AirSync.serverId) }
            self = .fetch(serverId: serverId)
        default: return nil
        }
    }
}
