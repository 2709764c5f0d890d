import Bytes

/// format=flowed undone: soft line breaks joined to paragraphs, quote marks kept. (RFC 3676 §4)
enum FlowedText {
    static func unwrap(_ text: [UInt8], deletesSpace: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var openDepth = -1  // quote depth of the paragraph that goes on; -1: none does
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != 10 { end += 1 }
            let next = min(end + 1, text.count)
            if end > start, text[end - 1] == 13 { end -= 1 }
            var depth = 0
            while start + depth < end, text[start + depth] == 0x3E { depth += 1 }
            var content = start + depth
            if content < end, text[content] == 32 { content += 1 }  // space-stuffing (§4.4)
            let isSignature = end - content == 3 && text[content] == 0x2D && text[content + 1] == 0x2D && text[content + 2] == 32
            if openDepth >= 0, depth != openDepth || isSignature { result += [13, 10]; openDepth = -1 }
            if openDepth < 0, depth > 0 { result += [UInt8](repeating: 0x3E, count: depth) + [32] }
            let isFlowed = !isSignature && end > content && text[end - 1] == 32
            result += text[content..<(isFlowed && deletesSpace ? end - 1 : end)]
            if isFlowed { openDepth = depth } else { openDepth = -1; if next > end || next == text.count { result += [13, 10] } }
            start = next
        }
        if openDepth >= 0 { result += [13, 10] }
        return result
    }
}
