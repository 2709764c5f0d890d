/// What a client will take as a body: one of several, in no order of its own. (MS-ASAIRS §2.2.2.12)
package struct BodyPreference: Sendable, Hashable {
    /// 1 plain text, 2 HTML, 3 RTF, 4 MIME. (MS-ASAIRS §2.2.2.41)
    package var type = 1
    /// Bytes; nil for the whole body.
    package var truncationSize: Int?
    package var allOrNone = false
    /// Characters of plain text, at most 255.
    package var preview: Int?
    package init(type: Int = 1, truncationSize: Int? = nil, allOrNone: Bool = false, preview: Int? = nil) {
        self.type = type
        self.truncationSize = truncationSize
        self.allOrNone = allOrNone
        self.preview = preview
    }

    /// Reads AirSyncBase:BodyPreference or BodyPartPreference.
    init(_ reader: inout TokenReader) throws(RequestError) {
        var hasType = false
        while let tag = try reader.child() {
            switch tag {
            case AirSyncBase.type:
                type = try reader.integer(of: tag)
                hasType = true
            case AirSyncBase.truncationSize:
                let size = try reader.integer(of: tag)
                guard size >= 0, size <= Int(UInt32.max) else { throw .invalid(tag) }
                truncationSize = size
            case AirSyncBase.allOrNone: allOrNone = try reader.boolean(of: tag)
            case AirSyncBase.preview:
                let count = try reader.integer(of: tag)
                guard (0...255).contains(count) else { throw .invalid(tag) }
                preview = count
            default: try reader.skip()
            }
        }
        guard hasType else { throw .invalid(AirSyncBase.type) }
    }
}
