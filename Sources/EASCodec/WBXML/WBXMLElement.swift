import Bytes

/// A small tree, for parts whose order and presence matter: an item's data, the answer to a test. Not for hot answers: those are streamed.
package struct WBXMLElement: Sendable, Hashable {
    package enum Limits {
        /// Elements of one tree. A tree costs some fifty times the bytes it came from, so it is bounded apart from the body.
        package static let elements = 20_000
    }
    package let tag: WBXMLTag
    /// Inline strings and opaque data, joined. For an element with children: what stood between them.
    package var content: [UInt8] = []
    /// Some of the content came as opaque data.
    package var isOpaque = false
    package var children: [WBXMLElement] = []

    package init(_ tag: WBXMLTag, content: [UInt8] = [], children: [WBXMLElement] = []) {
        self.tag = tag
        self.content = content
        self.children = children
    }
    /// Octets that are no UTF-8 become U+FFFD: only opaque data can hold them.
    package var text: String { String(decoding: content, as: UTF8.self) }
    package var integer: Int? { Int(text) }
    package var isEmpty: Bool { content.isEmpty && children.isEmpty }
    /// The first child of that tag.
    package subscript(_ tag: WBXMLTag) -> WBXMLElement? { children.first { $0.tag == tag } }
    package func all(_ tag: WBXMLTag) -> [WBXMLElement] { children.filter { $0.tag == tag } }

    /// A whole document.
    package init(document: [UInt8]) throws(RequestError) {
        var reader: TokenReader
        do throws(WBXMLError) { reader = try TokenReader(document, isLenient: true) } catch { throw .malformed(error) }
        let root = try reader.root()
        self = try reader.tree(of: root)
        try reader.finish()
    }
    /// Writes the element and all below it; children go before the text that has no place of its own.
    package func write(to writer: inout TokenWriter) {
        if children.isEmpty {
            if isOpaque { writer.element(tag, opaque: content) } else { writer.element(tag, utf8: content) }
            return
        }
        writer.open(tag)
        for child in children { child.write(to: &writer) }
        writer.close()
    }
}

extension TokenReader {
    /// The open element with all that it holds, which is left.
    package mutating func tree(of tag: WBXMLTag) throws(RequestError) -> WBXMLElement {
        var budget = WBXMLElement.Limits.elements
        return try tree(of: tag, &budget)
    }
    /// Depth is bounded by the reader, so the recursion is too.
    private mutating func tree(of tag: WBXMLTag, _ budget: inout Int) throws(RequestError) -> WBXMLElement {
        budget -= 1
        guard budget >= 0 else { throw .tooMany(tag) }
        var element = WBXMLElement(tag)
        while true {
            let token: Token
            do throws(WBXMLError) { token = try next() } catch { throw .malformed(error) }
            switch token {
            case .start(let child): element.children.append(try tree(of: child, &budget))
            case .text(let range): element.content.append(contentsOf: bytes[range.range])
            case .opaque(let range):
                element.content.append(contentsOf: bytes[range.range])
                element.isOpaque = true
            case .end, .finished: return element
            }
        }
    }
}
