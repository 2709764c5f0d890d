import Bytes

/// The pull calls: a request is read element by element, without a tree. See `TokenReader` for the one rule they ask for.
extension TokenReader {
    /// Enters the root. A different root is refused as content of a command that was not named.
    package mutating func root(_ expected: WBXMLTag) throws(RequestError) {
        guard try root() == expected else { throw .unexpected }
    }
    package mutating func root() throws(RequestError) -> WBXMLTag {
        guard case .start(let tag) = try token() else { throw .unexpected }
        return tag
    }
    /// Proves that nothing follows the root.
    package mutating func finish() throws(RequestError) {
        guard try token() == .finished else { throw .unexpected }
    }

    /// Enters the next child of the open element; nil when that has ended (it is left then). Text between children is passed over.
    package mutating func child() throws(RequestError) -> WBXMLTag? {
        while true {
            switch try token() {
            case .start(let tag): return tag
            case .end: return nil
            case .text, .opaque: continue
            case .finished: throw .unexpected
            }
        }
    }
    /// Leaves the open element with all that it holds.
    package mutating func skip() throws(RequestError) {
        let level = depth
        while depth >= level {
            // `finished` cannot come before the level is left; the check keeps the loop bounded whatever happens.
            if try token() == .finished { return }
        }
    }

    /// The content of the open element, which is left: inline strings and opaque data joined, children passed over.
    package mutating func data() throws(RequestError) -> [UInt8] {
        let level = depth
        var content: [UInt8] = []
        while depth >= level {
            switch try token() {
            case .text(let range), .opaque(let range):
                // The content of a child is not ours.
                if depth == level { content.append(contentsOf: bytes[range.range]) }
            case .start, .end: continue
            case .finished: return content
            }
        }
        return content
    }
    /// The content as text; opaque data counts as text where it is UTF-8. (Devices send either.)
    package mutating func text() throws(RequestError) -> String {
        let content = try data()
        guard let text = String(validating: content, as: UTF8.self) else { throw .malformed(.invalidUTF8) }
        return text
    }
    /// A decimal number, blanks around it ignored; nil for anything else.
    package mutating func integer() throws(RequestError) -> Int? { Int(try trimmed()) }
    /// "1" and the empty element are true, "0" is false; nil for anything else.
    package mutating func boolean() throws(RequestError) -> Bool? {
        switch try trimmed() {
        case "", "1": true
        case "0": false
        default: nil
        }
    }
    /// A number that must be one.
    mutating func integer(of tag: WBXMLTag) throws(RequestError) -> Int {
        guard let value = try integer() else { throw .invalid(tag) }
        return value
    }
    /// A flag that must be one.
    mutating func boolean(of tag: WBXMLTag) throws(RequestError) -> Bool {
        guard let value = try boolean() else { throw .invalid(tag) }
        return value
    }
    private mutating func trimmed() throws(RequestError) -> String {
        var content = (try data())[...]
        while let first = content.first, first <= 32 { content.removeFirst() }
        while let last = content.last, last <= 32 { content.removeLast() }
        return String(decoding: content, as: UTF8.self)
    }
    private mutating func token() throws(RequestError) -> Token {
        do throws(WBXMLError) { return try next() } catch { throw .malformed(error) }
    }
}

/// Why a request could not be read. From version 14.0 on an answer is HTTP 200 with a Status in the command's root. (MS-ASCMD §2.2.4)
package enum RequestError: Error, Equatable {
    /// The document is no WBXML that we accept: InvalidWBXML, Status 102.
    case malformed(WBXMLError)
    /// Well formed, but not this command's document: InvalidXML, Status 103.
    case unexpected
    /// The element holds what its type does not allow, a word for a number. Commands have a Status of their own for it, often 4.
    case invalid(WBXMLTag)
    /// More of these elements than the limit allows.
    case tooMany(WBXMLTag)
}
