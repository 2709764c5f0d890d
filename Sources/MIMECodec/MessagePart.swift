package import Bytes

/// A parameter of Content-Type or Content-Disposition as it was written (RFC 2231 sections joined, not decoded).
package struct Parameter: Sendable, Equatable {
    /// In lower case; ends in `*` where the value has charset and percent signs. (RFC 2231 §4)
    package let name: String
    package let value: [UInt8]
    package init(name: String, value: [UInt8]) { self.name = name; self.value = value }
}

/// Content-Disposition (RFC 2183), or anything of the same form.
package struct Disposition: Sendable, Equatable {
    /// In lower case: "inline", "attachment" …
    package let value: String
    package let parameters: [Parameter]
    package init(value: String, parameters: [Parameter]) { self.value = value; self.parameters = parameters }
}

/// One node of a message's structure: what it is and where its octets lie. Ranges count from the start of the whole message.
/// 1. A multipart has at least one child. (RFC 2046 §5.1.1; IMAP cannot say otherwise)
/// 2. A nested message has exactly one child, which is the message's own root: its `header` is the nested header.
/// 3. Ranges of children lie inside `body` of their parent.
package struct MessagePart: Sendable, Equatable {
    /// Type and subtype in lower case. (RFC 2045 §5.1)
    package var type = "text"
    package var subtype = "plain"
    package var parameters: [Parameter] = []
    package var contentID: [UInt8]?
    package var description: [UInt8]?
    /// Content-Transfer-Encoding in lower case; "7bit" where there is none. (RFC 2045 §6.1)
    package var encoding = "7bit"
    package var md5: [UInt8]?
    package var disposition: Disposition?
    package var languages: [[UInt8]] = []
    package var location: [UInt8]?
    /// The header with the empty line that ends it: `BODY[n.MIME]`, or `BODY[HEADER]` for the root of a message.
    package var header = ByteRange(start: 0, count: 0)
    /// What follows: `BODY[n]`, or `BODY[TEXT]` for the root of a message.
    package var body = ByteRange(start: 0, count: 0)
    /// Line ends in `body`.
    package var lines = 0
    package var children: [MessagePart] = []
    /// ENVELOPE of the nested message in list form (see `EnvelopeList`); empty for every other part.
    package var envelope: [UInt8] = []

    package init() {}
    package var isMultipart: Bool { type == "multipart" && !children.isEmpty }
    package var isMessage: Bool { !children.isEmpty && type != "multipart" }
    package var isText: Bool { type == "text" }
    package var mediaType: String { type + "/" + subtype }
    package func parameter(_ name: String) -> [UInt8]? { parameters.first { $0.name == name }?.value }
}

/// The words after the numbers in `BODY[1.2.MIME]`. (RFC 3501 §6.4.5)
package enum SectionText: Sendable, Hashable { case whole, header, text, mime }

extension MessagePart {
    /// The part that a path of numbers names, counted as RFC 3501 §6.4.5 counts; `self` is the root of the message. Empty: the root.
    package func part(at path: [Int]) -> MessagePart? {
        var here = self
        var isRoot = true  // of the message itself or of a nested one: there, a body that is no multipart is its own part 1
        for number in path {
            if !isRoot, here.isMessage { here = here.children[0]; isRoot = true }
            if here.isMultipart {
                guard number >= 1, number <= here.children.count else { return nil }
                here = here.children[number - 1]
            } else if !isRoot || number != 1 {
                return nil
            }
            isRoot = false
        }
        return here
    }
    /// Where the octets of `BODY[path.text]` lie; nil where the message has no such section.
    package func range(_ path: [Int], _ text: SectionText = .whole) -> ByteRange? {
        guard let part = part(at: path) else { return nil }
        guard !path.isEmpty else {
            switch text {
            case .whole: return ByteRange(start: part.header.start, count: part.body.end - part.header.start)
            case .header: return part.header
            case .text: return part.body
            case .mime: return nil
            }
        }
        switch text {
        case .whole: return part.body
        case .mime: return part.header
        case .header: return part.isMessage ? part.children[0].header : nil
        case .text: return part.isMessage ? part.children[0].body : nil
        }
    }
}
