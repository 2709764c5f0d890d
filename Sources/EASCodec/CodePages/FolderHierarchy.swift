/// Code page 7: the elements of the namespace FolderHierarchy, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.8)
@usableFromInline package enum FolderHierarchy {
    @inlinable package static var folders: WBXMLTag { WBXMLTag(0x0705) }
    @inlinable package static var folder: WBXMLTag { WBXMLTag(0x0706) }
    @inlinable package static var displayName: WBXMLTag { WBXMLTag(0x0707) }
    @inlinable package static var serverId: WBXMLTag { WBXMLTag(0x0708) }
    @inlinable package static var parentId: WBXMLTag { WBXMLTag(0x0709) }
    @inlinable package static var type: WBXMLTag { WBXMLTag(0x070A) }
    @inlinable package static var response: WBXMLTag { WBXMLTag(0x070B) }  // 2.5 and before
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x070C) }
    @inlinable package static var contentClass: WBXMLTag { WBXMLTag(0x070D) }  // 2.5 and before
    @inlinable package static var changes: WBXMLTag { WBXMLTag(0x070E) }
    @inlinable package static var add: WBXMLTag { WBXMLTag(0x070F) }
    @inlinable package static var delete: WBXMLTag { WBXMLTag(0x0710) }
    @inlinable package static var update: WBXMLTag { WBXMLTag(0x0711) }
    @inlinable package static var syncKey: WBXMLTag { WBXMLTag(0x0712) }
    @inlinable package static var folderCreate: WBXMLTag { WBXMLTag(0x0713) }
    @inlinable package static var folderDelete: WBXMLTag { WBXMLTag(0x0714) }
    @inlinable package static var folderUpdate: WBXMLTag { WBXMLTag(0x0715) }
    @inlinable package static var folderSync: WBXMLTag { WBXMLTag(0x0716) }
    @inlinable package static var count: WBXMLTag { WBXMLTag(0x0717) }
    @inlinable package static var version: WBXMLTag { WBXMLTag(0x0718) }  // 2.5 and before

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(7, "FolderHierarchy", [
        "Folders", "Folder", "DisplayName", "ServerId", "ParentId", "Type", "Response", "Status", "ContentClass", "Changes", "Add", "Delete",
        "Update", "SyncKey", "FolderCreate", "FolderDelete", "FolderUpdate", "FolderSync", "Count", "Version",
    ])
}
