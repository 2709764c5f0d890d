/// A command's document, read into a struct. Unknown elements in known places are passed over, so that newer clients are understood;
/// the order of elements is not asked for, since clients differ. What the values mean is the command's matter.
package protocol Request: Sendable {
    static var root: WBXMLTag { get }
    /// Reads the children of the root.
    init(_ reader: inout TokenReader) throws(RequestError)
}

extension Request {
    package init(document: [UInt8]) throws(RequestError) {
        var reader: TokenReader
        do throws(WBXMLError) { reader = try TokenReader(document, isLenient: true) } catch { throw .malformed(error) }
        try reader.root(Self.root)
        try self.init(&reader)
        try reader.finish()
    }
}

/// How many of each a request may hold. (MS-ASCMD §3.1.5.9; the higher of what servers allow)
package enum RequestLimits {
    package static let collections = 1000
    /// Add, Change, Delete and Fetch of one Sync.
    package static let syncCommands = 1000
    package static let options = 8
    package static let bodyPreferences = 16
    package static let supported = 256
    package static let pingFolders = 1000
    package static let moves = 1000
    package static let operations = 100
    package static let policies = 16
    package static let recipients = 100
    package static let criteria = 64
}
