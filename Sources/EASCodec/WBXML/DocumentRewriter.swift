import Bytes

/// Writes a document again, with other texts: the same elements in the same order. Unknown elements of a request stay.
package enum DocumentRewriter {
    /// `text` and `opaque` are asked for each value with the element around it.
    package static func rewrite(
        _ document: [UInt8], text: (WBXMLTag, [UInt8]) -> [UInt8], opaque: (WBXMLTag, [UInt8]) -> [UInt8] = { $1 }
    ) throws(WBXMLError) -> [UInt8] {
        var reader = try TokenReader(document, isLenient: true)
        var writer = TokenWriter(capacity: document.count)
        // An element that has begun, and of which nobody knows yet what it holds; one that holds a value is whole when its end comes.
        var begun: WBXMLTag?, isWhole = false
        while true {
            switch try reader.next() {
            case .start(let tag):
                if let begun { writer.open(begun) }
                begun = tag
                isWhole = false
            case .end:
                if let tag = begun, !isWhole { writer.empty(tag) }
                if begun == nil { writer.close() }
                begun = nil
                isWhole = false
            case .text(let range):
                // A value between elements, or a second one, means nothing to anybody.
                guard let tag = begun, !isWhole else { continue }
                writer.element(tag, utf8: text(tag, Array(document[range.range])))
                isWhole = true
            case .opaque(let range):
                guard let tag = begun, !isWhole else { continue }
                writer.element(tag, opaque: opaque(tag, Array(document[range.range])))
                isWhole = true
            case .finished: return writer.finish()
            }
        }
    }
}
