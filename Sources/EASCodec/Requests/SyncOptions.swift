/// How one class of items is to be sent: the Options of Sync, and those of ItemOperations, Search and GetItemEstimate, which are fewer.
/// (MS-ASCMD §2.2.3.125)
package struct SyncOptions: Sendable, Hashable {
    /// The class these options are for; nil for the folder's own.
    package var itemClass: String?
    /// 0 all, 1 to 7 a window of time, 8 incomplete tasks. (MS-ASCMD §2.2.3.68.2)
    package var filterType: Int?
    /// 0 to 9, protocol 2.5 only.
    package var truncation: Int?
    /// 0 the client wins, 1 the server.
    package var conflict: Int?
    /// 0 never, 1 S/MIME only, 2 always. (MS-ASCMD §2.2.3.110.2)
    package var mimeSupport: Int?
    /// 0 to 8. (MS-ASCMD §2.2.3.111)
    package var mimeTruncation: Int?
    package var maxItems: Int?
    package var bodyPreferences: [BodyPreference] = []
    /// Its type is to be 2; any other is answered with Status 164.
    package var bodyPartPreference: BodyPreference?
    package var rightsManagementSupport = false
    package init() {}

    mutating func read(_ tag: WBXMLTag, _ reader: inout TokenReader) throws(RequestError) {
        switch tag {
        case AirSync.class: itemClass = try reader.text()
        case AirSync.filterType: filterType = try Self.number(tag, 0...8, &reader)
        case AirSync.truncation: truncation = try Self.number(tag, 0...9, &reader)
        case AirSync.conflict: conflict = try Self.number(tag, 0...1, &reader)
        case AirSync.mimeSupport: mimeSupport = try Self.number(tag, 0...2, &reader)
        case AirSync.mimeTruncation: mimeTruncation = try Self.number(tag, 0...8, &reader)
        case AirSync.maxItems: maxItems = try Self.number(tag, 0...Int(Int32.max), &reader)
        case AirSyncBase.bodyPreference:
            guard bodyPreferences.count < RequestLimits.bodyPreferences else { throw .tooMany(tag) }
            let preference = try BodyPreference(&reader)
            // A type from the future is as if it had not been offered.
            if (1...4).contains(preference.type) { bodyPreferences.append(preference) }
        case AirSyncBase.bodyPartPreference: bodyPartPreference = try BodyPreference(&reader)
        case RightsManagement.rightsManagementSupport: rightsManagementSupport = try reader.boolean(of: tag)
        default: try reader.skip()
        }
    }
    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() { try read(tag, &reader) }
    }
    static func number(_ tag: WBXMLTag, _ allowed: ClosedRange<Int>, _ reader: inout TokenReader) throws(RequestError) -> Int {
        let value = try reader.integer(of: tag)
        guard allowed.contains(value) else { throw .invalid(tag) }
        return value
    }
}
