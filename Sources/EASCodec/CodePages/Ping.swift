/// Code page 13: the elements of the namespace Ping, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.14)
@usableFromInline package enum Ping {
    @inlinable package static var ping: WBXMLTag { WBXMLTag(0x0D05) }
    @inlinable package static var autdState: WBXMLTag { WBXMLTag(0x0D06) }  // 2.5 and before
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x0D07) }
    @inlinable package static var heartbeatInterval: WBXMLTag { WBXMLTag(0x0D08) }
    @inlinable package static var folders: WBXMLTag { WBXMLTag(0x0D09) }
    @inlinable package static var folder: WBXMLTag { WBXMLTag(0x0D0A) }
    @inlinable package static var id: WBXMLTag { WBXMLTag(0x0D0B) }
    @inlinable package static var `class`: WBXMLTag { WBXMLTag(0x0D0C) }
    @inlinable package static var maxFolders: WBXMLTag { WBXMLTag(0x0D0D) }
    @inlinable package static var version: WBXMLTag { WBXMLTag(0x0D0E) }  // 2.5 and before

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(13, "Ping", [
        "Ping", "AutdState", "Status", "HeartbeatInterval", "Folders", "Folder", "Id", "Class", "MaxFolders", "Version",
    ])
}
