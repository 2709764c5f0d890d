/// Code page 19: the elements of the namespace DocumentLibrary, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.20)
@usableFromInline package enum DocumentLibrary {
    @inlinable package static var linkId: WBXMLTag { WBXMLTag(0x1305) }
    @inlinable package static var displayName: WBXMLTag { WBXMLTag(0x1306) }
    @inlinable package static var isFolder: WBXMLTag { WBXMLTag(0x1307) }
    @inlinable package static var creationDate: WBXMLTag { WBXMLTag(0x1308) }
    @inlinable package static var lastModifiedDate: WBXMLTag { WBXMLTag(0x1309) }
    @inlinable package static var isHidden: WBXMLTag { WBXMLTag(0x130A) }
    @inlinable package static var contentLength: WBXMLTag { WBXMLTag(0x130B) }
    @inlinable package static var contentType: WBXMLTag { WBXMLTag(0x130C) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(19, "DocumentLibrary", [
        "LinkId", "DisplayName", "IsFolder", "CreationDate", "LastModifiedDate", "IsHidden", "ContentLength", "ContentType",
    ])
}
