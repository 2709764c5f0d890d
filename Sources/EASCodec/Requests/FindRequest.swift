/// Find: a search of mail or of people under a SearchId; its pages are asked for one by one. (MS-ASCMD §2.2.1.2)
package struct FindRequest: Request, Hashable {
    package static var root: WBXMLTag { Find.find }
    package enum Criterion: Sendable, Hashable {
        case mailbox(Mailbox)
        case people(String)
    }
    package struct Mailbox: Sendable, Hashable {
        package var classes: [String] = []
        package var collectionId: String?
        /// KQL; nil where it is missing.
        package var freeText: String?
        package init() {}
    }
    package struct Options: Sendable, Hashable {
        /// As it came: "0-24".
        package var range: String?
        package var isDeep = false
        package var picture: PictureOptions?
        package init() {}
    }
    package var searchId: String?
    /// nil: none was named, or two.
    package var criterion: Criterion?
    package var options = Options()

    package init(_ reader: inout TokenReader) throws(RequestError) {
        var criteria = 0
        while let tag = try reader.child() {
            switch tag {
            case Find.searchId: searchId = try reader.text()
            case Find.executeSearch:
                while let tag = try reader.child() {
                    switch tag {
                    case Find.mailBoxSearchCriterion, Find.galSearchCriterion:
                        criteria += 1
                        try readCriterion(tag, &reader)
                    default: try reader.skip()
                    }
                }
            default: try reader.skip()
            }
        }
        if criteria != 1 { criterion = nil }
    }
    private mutating func readCriterion(_ kind: WBXMLTag, _ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Find.query where kind == Find.galSearchCriterion: criterion = .people(try reader.text())
            case Find.query:
                var asked = Mailbox()
                while let tag = try reader.child() {
                    switch tag {
                    case AirSync.class:
                        guard asked.classes.count < RequestLimits.criteria else { throw .tooMany(tag) }
                        asked.classes.append(try reader.text())
                    case AirSync.collectionId: asked.collectionId = try reader.text()
                    case Find.freeText: asked.freeText = try reader.text()
                    default: try reader.skip()
                    }
                }
                criterion = .mailbox(asked)
            case Find.options: try readOptions(&reader)
            default: try reader.skip()
            }
        }
    }
    private mutating func readOptions(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case Find.range: options.range = try reader.text()
            case Find.deepTraversal: options.isDeep = try reader.boolean() ?? true
            case Find.picture: options.picture = try PictureOptions(&reader, Find.maxSize, Find.maxPictures)
            default: try reader.skip()
            }
        }
    }
}
