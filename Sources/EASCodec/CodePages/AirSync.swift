/// Code page 0: the elements of the namespace AirSync, and nothing about their meaning. (MS-ASWBXML §2.1.2.1.1)
@usableFromInline package enum AirSync {
    @inlinable package static var sync: WBXMLTag { WBXMLTag(0x0005) }
    @inlinable package static var responses: WBXMLTag { WBXMLTag(0x0006) }
    @inlinable package static var add: WBXMLTag { WBXMLTag(0x0007) }
    @inlinable package static var change: WBXMLTag { WBXMLTag(0x0008) }
    @inlinable package static var delete: WBXMLTag { WBXMLTag(0x0009) }
    @inlinable package static var fetch: WBXMLTag { WBXMLTag(0x000A) }
    @inlinable package static var syncKey: WBXMLTag { WBXMLTag(0x000B) }
    @inlinable package static var clientId: WBXMLTag { WBXMLTag(0x000C) }
    @inlinable package static var serverId: WBXMLTag { WBXMLTag(0x000D) }
    @inlinable package static var status: WBXMLTag { WBXMLTag(0x000E) }
    @inlinable package static var collection: WBXMLTag { WBXMLTag(0x000F) }
    @inlinable package static var `class`: WBXMLTag { WBXMLTag(0x0010) }
    @inlinable package static var version: WBXMLTag { WBXMLTag(0x0011) }  // 2.5 and before
    @inlinable package static var collectionId: WBXMLTag { WBXMLTag(0x0012) }
    @inlinable package static var getChanges: WBXMLTag { WBXMLTag(0x0013) }
    @inlinable package static var moreAvailable: WBXMLTag { WBXMLTag(0x0014) }
    @inlinable package static var windowSize: WBXMLTag { WBXMLTag(0x0015) }
    @inlinable package static var commands: WBXMLTag { WBXMLTag(0x0016) }
    @inlinable package static var options: WBXMLTag { WBXMLTag(0x0017) }
    @inlinable package static var filterType: WBXMLTag { WBXMLTag(0x0018) }
    @inlinable package static var truncation: WBXMLTag { WBXMLTag(0x0019) }  // 2.5 and before
    @inlinable package static var rtfTruncation: WBXMLTag { WBXMLTag(0x001A) }  // 2.5 and before
    @inlinable package static var conflict: WBXMLTag { WBXMLTag(0x001B) }
    @inlinable package static var collections: WBXMLTag { WBXMLTag(0x001C) }
    @inlinable package static var applicationData: WBXMLTag { WBXMLTag(0x001D) }
    @inlinable package static var deletesAsMoves: WBXMLTag { WBXMLTag(0x001E) }
    @inlinable package static var notifyGUID: WBXMLTag { WBXMLTag(0x001F) }  // 2.5 and before
    @inlinable package static var supported: WBXMLTag { WBXMLTag(0x0020) }
    @inlinable package static var softDelete: WBXMLTag { WBXMLTag(0x0021) }
    @inlinable package static var mimeSupport: WBXMLTag { WBXMLTag(0x0022) }
    @inlinable package static var mimeTruncation: WBXMLTag { WBXMLTag(0x0023) }
    @inlinable package static var wait: WBXMLTag { WBXMLTag(0x0024) }
    @inlinable package static var limit: WBXMLTag { WBXMLTag(0x0025) }
    @inlinable package static var partial: WBXMLTag { WBXMLTag(0x0026) }
    @inlinable package static var conversationMode: WBXMLTag { WBXMLTag(0x0027) }
    @inlinable package static var maxItems: WBXMLTag { WBXMLTag(0x0028) }
    @inlinable package static var heartbeatInterval: WBXMLTag { WBXMLTag(0x0029) }

    /// Names by token, from 0x05 on; empty where no element has the token.
    static let codePage = CodePage(0, "AirSync", [
        "Sync", "Responses", "Add", "Change", "Delete", "Fetch", "SyncKey", "ClientId", "ServerId", "Status", "Collection", "Class", "Version",
        "CollectionId", "GetChanges", "MoreAvailable", "WindowSize", "Commands", "Options", "FilterType", "Truncation", "RTFTruncation", "Conflict",
        "Collections", "ApplicationData", "DeletesAsMoves", "NotifyGUID", "Supported", "SoftDelete", "MIMESupport", "MIMETruncation", "Wait",
        "Limit", "Partial", "ConversationMode", "MaxItems", "HeartbeatInterval",
    ])
}
