/// The four requests about the folder list. (MS-ASCMD §2.2.1.2 to §2.2.1.6)
package struct FolderSyncRequest: Request, Hashable {
    package static var root: WBXMLTag { FolderHierarchy.folderSync }
    package var syncKey: String?
    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            if tag == FolderHierarchy.syncKey { syncKey = try reader.text() } else { try reader.skip() }
        }
    }
}

/// What FolderCreate, FolderUpdate and FolderDelete have in common. A field that the command needs and the client left out is nil.
private struct FolderFields {
    var syncKey: String?, serverId: String?, parentId: String?, displayName: String?, type: Int?
    init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case FolderHierarchy.syncKey: syncKey = try reader.text()
            case FolderHierarchy.serverId: serverId = try reader.text()
            case FolderHierarchy.parentId: parentId = try reader.text()
            case FolderHierarchy.displayName: displayName = try reader.text()
            case FolderHierarchy.type: type = try reader.integer(of: tag)
            default: try reader.skip()
            }
        }
    }
}

package struct FolderCreateRequest: Request, Hashable {
    package static var root: WBXMLTag { FolderHierarchy.folderCreate }
    package let syncKey: String?, parentId: String?, displayName: String?, type: Int?
    package init(_ reader: inout TokenReader) throws(RequestError) {
        let fields = try FolderFields(&reader)
        (syncKey, parentId, displayName, type) = (fields.syncKey, fields.parentId, fields.displayName, fields.type)
    }
}

package struct FolderUpdateRequest: Request, Hashable {
    package static var root: WBXMLTag { FolderHierarchy.folderUpdate }
    package let syncKey: String?, serverId: String?, parentId: String?, displayName: String?
    package init(_ reader: inout TokenReader) throws(RequestError) {
        let fields = try FolderFields(&reader)
        (syncKey, serverId, parentId, displayName) = (fields.syncKey, fields.serverId, fields.parentId, fields.displayName)
    }
}

package struct FolderDeleteRequest: Request, Hashable {
    package static var root: WBXMLTag { FolderHierarchy.folderDelete }
    package let syncKey: String?, serverId: String?
    package init(_ reader: inout TokenReader) throws(RequestError) {
        let fields = try FolderFields(&reader)
        (syncKey, serverId) = (fields.syncKey, fields.serverId)
    }
}
