/// Ping: tell me when something comes to these folders. What is absent is as in the device's last Ping. (MS-ASCMD §2.2.1.13)
package struct PingRequest: Request, Hashable {
    package static var root: WBXMLTag { Ping.ping }
    package struct Folder: Sendable, Hashable {
        package let id: String
        package let itemClass: String?
        package init(id: String, itemClass: String?) { self.id = id; self.itemClass = itemClass }
    }
    /// Seconds.
    package var heartbeatInterval: Int?
    /// nil: absent.
    package var folders: [Folder]?

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Ping.heartbeatInterval: heartbeatInterval = try reader.integer(of: tag)
            case Ping.folders: folders = try Self.folders(&reader)
            default: try reader.skip()
            }
        }
    }
    private static func folders(_ reader: inout TokenReader) throws(RequestError) -> [Folder] {
        var folders: [Folder] = []
        while let tag = try reader.child() {
            guard tag == Ping.folder else { try reader.skip(); continue }
            guard folders.count < RequestLimits.pingFolders else { throw .tooMany(tag) }
            var id: String?, itemClass: String?
            while let tag = try reader.child() {
                switch tag {
                case Ping.id: id = try reader.text()
                case Ping.class: itemClass = try reader.text()
                default: try reader.skip()
                }
            }
            guard let id, !id.isEmpty else { throw .invalid(Ping.id) }
            folders.append(Folder(id: id, itemClass: itemClass))
        }
        return folders
    }
}
