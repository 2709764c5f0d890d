/// Search and ResolveRecipients. (MS-ASCMD §2.2.1.16, §2.2.1.15)
package struct SearchRequest: Request, Hashable {
    package static var root: WBXMLTag { Search.search }
    /// "GAL", "Mailbox", "DocumentLibrary"
    package var store: String?
    /// Text for the GAL, a tree of And, FreeText, GreaterThan… for the others.
    package var query: WBXMLElement?
    package var options = Options()
    package struct Options: Sendable, Hashable {
        package var body = SyncOptions()
        /// As it came: "0-99".
        package var range: String?
        package var isDeep = false
        package var rebuildsResults = false
        package var picture: PictureOptions?
    }

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            guard tag == Search.store else { try reader.skip(); continue }
            while let tag = try reader.child() {
                switch tag {
                case Search.name: store = try reader.text()
                case Search.query: query = try reader.tree(of: tag)
                case Search.options: try readOptions(&reader)
                default: try reader.skip()
                }
            }
        }
    }
    private mutating func readOptions(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Search.range: options.range = try reader.text()
            case Search.deepTraversal: options.isDeep = try reader.boolean() ?? true
            case Search.rebuildResults: options.rebuildsResults = try reader.boolean() ?? true
            case Search.picture: options.picture = try PictureOptions(&reader, Search.maxSize, Search.maxPictures)
            case Search.userName, Search.password: try reader.skip()
            default: try options.body.read(tag, &reader)
            }
        }
    }
}

/// How large a photo may be, and how many. (MS-ASCMD §2.2.3.129)
package struct PictureOptions: Sendable, Hashable {
    package var maxSize: Int?
    package var maxPictures: Int?
    init(_ reader: inout TokenReader, _ size: WBXMLTag, _ count: WBXMLTag) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case size: maxSize = try reader.integer(of: tag)
            case count: maxPictures = try reader.integer(of: tag)
            default: try reader.skip()
            }
        }
    }
}

package struct ResolveRecipientsRequest: Request, Hashable {
    package static var root: WBXMLTag { ResolveRecipients.resolveRecipients }
    package var recipients: [String] = []
    /// 1 none, 2 whole certificates, 3 mini certificates.
    package var certificateRetrieval: Int?
    package var maxCertificates: Int?
    package var maxAmbiguousRecipients: Int?
    /// nil: free/busy is not asked for. Times as they came.
    package var availability: Availability?
    package struct Availability: Sendable, Hashable {
        package var start: String?
        package var end: String?
    }
    package var picture: PictureOptions?

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case ResolveRecipients.to:
                guard recipients.count < RequestLimits.recipients else { throw .tooMany(tag) }
                recipients.append(try reader.text())
            case ResolveRecipients.options: try readOptions(&reader)
            default: try reader.skip()
            }
        }
    }
    private mutating func readOptions(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case ResolveRecipients.certificateRetrieval: certificateRetrieval = try reader.integer(of: tag)
            case ResolveRecipients.maxCertificates: maxCertificates = try reader.integer(of: tag)
            case ResolveRecipients.maxAmbiguousRecipients: maxAmbiguousRecipients = try reader.integer(of: tag)
            case ResolveRecipients.picture: picture = try PictureOptions(&reader, ResolveRecipients.maxSize, ResolveRecipients.maxPictures)
            case ResolveRecipients.availability:
                var asked = Availability()
                while let tag = try reader.child() {
                    switch tag {
                    case ResolveRecipients.startTime: asked.start = try reader.text()
                    case ResolveRecipients.endTime: asked.end = try reader.text()
                    default: try reader.skip()
                    }
                }
                availability = asked
            default: try reader.skip()
            }
        }
    }
}
