/// GetItemEstimate and MoveItems. (MS-ASCMD §2.2.1.9, §2.2.1.12)
package struct GetItemEstimateRequest: Request, Hashable {
    package static var root: WBXMLTag { GetItemEstimate.getItemEstimate }
    package struct Collection: Sendable, Hashable {
        package var syncKey: String?
        package var collectionId: String?
        package var conversationMode: Bool?
        /// Up to protocol 12.1 Class and FilterType lie beside the key; they are the one element of this list then.
        package var options: [SyncOptions] = []
    }
    package var collections: [Collection] = []

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            guard tag == GetItemEstimate.collections else { try reader.skip(); continue }
            while let tag = try reader.child() {
                guard tag == GetItemEstimate.collection else { try reader.skip(); continue }
                guard collections.count < RequestLimits.collections else { throw .tooMany(tag) }
                collections.append(try Collection(&reader))
            }
        }
    }
}

extension GetItemEstimateRequest.Collection {
    init(_ reader: inout TokenReader) throws(RequestError) {
        var beside = SyncOptions()
        while let tag = try reader.child() {
            switch tag {
            case AirSync.syncKey: syncKey = try reader.text()
            case GetItemEstimate.collectionId, AirSync.collectionId: collectionId = try reader.text()
            case AirSync.conversationMode: conversationMode = try reader.boolean(of: tag)
            case GetItemEstimate.class: beside.itemClass = try reader.text()
            case AirSync.filterType: try beside.read(tag, &reader)
            case AirSync.options:
                guard options.count < RequestLimits.options else { throw .tooMany(tag) }
                options.append(try SyncOptions(&reader))
            default: try reader.skip()
            }
        }
        if options.isEmpty, beside != SyncOptions() { options = [beside] }
    }
}

package struct MoveItemsRequest: Request, Hashable {
    package static var root: WBXMLTag { Move.moveItems }
    package struct Item: Sendable, Hashable {
        package var sourceId: String?
        package var sourceFolder: String?
        package var destinationFolder: String?
    }
    package var items: [Item] = []

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            guard tag == Move.move else { try reader.skip(); continue }
            guard items.count < RequestLimits.moves else { throw .tooMany(tag) }
            var item = Item()
            while let tag = try reader.child() {
                switch tag {
                case Move.srcMsgId: item.sourceId = try reader.text()
                case Move.srcFldId: item.sourceFolder = try reader.text()
                case Move.dstFldId: item.destinationFolder = try reader.text()
                default: try reader.skip()
                }
            }
            items.append(item)
        }
    }
}
