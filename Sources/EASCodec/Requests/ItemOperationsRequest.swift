/// ItemOperations: fetch this, empty that, move a conversation; answered in the order asked. (MS-ASCMD §2.2.1.10)
package struct ItemOperationsRequest: Request, Hashable {
    package static var root: WBXMLTag { ItemOperations.itemOperations }
    package enum Operation: Sendable, Hashable {
        case fetch(Fetch)
        case emptyFolder(collectionId: String?, deletesSubFolders: Bool)
        case move(conversationId: [UInt8], destinationFolder: String?, movesAlways: Bool)
    }
    package struct Fetch: Sendable, Hashable {
        package var store: String?
        package var collectionId: String?
        package var serverId: String?
        package var fileReference: String?
        package var longId: String?
        package var linkId: String?
        /// nil: no Options element.
        package var options: Options?
        package var removesRightsProtection = false
        package init() {}
    }
    package struct Options: Sendable, Hashable {
        package var body = SyncOptions()
        /// As it came: "0-99". Absent means the whole.
        package var range: String?
        /// The elements asked for; nil means all.
        package var schema: [WBXMLTag]?
        package init() {}
    }
    package var operations: [Operation] = []

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            guard operations.count < RequestLimits.operations else { throw .tooMany(tag) }
            switch tag {
            case ItemOperations.fetch: operations.append(.fetch(try Fetch(&reader)))
            case ItemOperations.emptyFolderContents: operations.append(try Self.emptyFolder(&reader))
            case ItemOperations.move: operations.append(try Self.move(&reader))
            default: try reader.skip()
            }
        }
    }
    private static func emptyFolder(_ reader: inout TokenReader) throws(RequestError) -> Operation {
        var collectionId: String?, deletes = false
        while let tag = try reader.child() {
            switch tag {
            case AirSync.collectionId: collectionId = try reader.text()
            case ItemOperations.options: deletes = try flag(ItemOperations.deleteSubFolders, &reader)
            default: try reader.skip()
            }
        }
        return .emptyFolder(collectionId: collectionId, deletesSubFolders: deletes)
    }
    private static func move(_ reader: inout TokenReader) throws(RequestError) -> Operation {
        var conversation: [UInt8] = [], destination: String?, always = false
        while let tag = try reader.child() {
            switch tag {
            case ItemOperations.conversationId: conversation = try reader.data()
            case ItemOperations.dstFldId: destination = try reader.text()
            case ItemOperations.options: always = try flag(ItemOperations.moveAlways, &reader)
            default: try reader.skip()
            }
        }
        return .move(conversationId: conversation, destinationFolder: destination, movesAlways: always)
    }
    /// Whether an empty element is there.
    private static func flag(_ wanted: WBXMLTag, _ reader: inout TokenReader) throws(RequestError) -> Bool {
        var isThere = false
        while let tag = try reader.child() {
            if tag == wanted { isThere = true }
            try reader.skip()
        }
        return isThere
    }
}

extension ItemOperationsRequest.Fetch {
    init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case ItemOperations.store: store = try reader.text()
            case AirSync.collectionId: collectionId = try reader.text()
            case AirSync.serverId: serverId = try reader.text()
            case AirSyncBase.fileReference: fileReference = try reader.text()
            case Search.longId: longId = try reader.text()
            case DocumentLibrary.linkId: linkId = try reader.text()
            case ItemOperations.options: options = try ItemOperationsRequest.Options(&reader)
            case RightsManagement.removeRightsManagementProtection:
                removesRightsProtection = true
                try reader.skip()
            default: try reader.skip()
            }
        }
    }
}

extension ItemOperationsRequest.Options {
    init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case ItemOperations.range: range = try reader.text()
            case ItemOperations.schema:
                var tags: [WBXMLTag] = []
                while let tag = try reader.child() {
                    guard tags.count < RequestLimits.supported else { throw .tooMany(tag) }
                    tags.append(tag)
                    try reader.skip()
                }
                schema = tags
            // A password that is not ours to know. (DocumentLibrary)
            case ItemOperations.userName, ItemOperations.password: try reader.skip()
            default: try body.read(tag, &reader)
            }
        }
    }
}
