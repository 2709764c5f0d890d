package import Bytes

/// Takes the chunked coding off a body, however it comes in pieces. Extensions and trailers are bounded and dropped. (RFC 9112 §7.1)
package struct HTTPChunkedBody: Sendable {
    private enum State { case size, data(Int), dataEnd, trailers }
    private var state = State.size
    private var extensions = 0
    private var trailers = 0
    /// Bytes of body so far.
    package private(set) var count = 0
    private let limit: Int
    package init(limit: Int) { self.limit = limit }

    /// Moves body bytes over; true when the body and its trailers have ended.
    package mutating func decode(_ input: inout ByteBuffer, into body: inout [UInt8]) throws(HTTPSyntaxError) -> Bool {
        while true {
            switch state {
            case .size:
                guard let line = try takeLine(&input, limit: HTTPCodecLimits.chunkLine, tooLong: .bad("chunk line too long")) else { return false }
                let size = try size(line)
                if size == 0 {
                    state = .trailers
                } else {
                    guard size <= limit - count else { throw .bodyTooLarge }
                    count += size
                    state = .data(size)
                }
            case .data(let left):
                let part = min(left, input.count)
                guard part > 0 else { return false }
                body.append(contentsOf: input.bytes(0..<part))
                input.consume(part)
                state = part == left ? .dataEnd : .data(left - part)
            case .dataEnd:
                guard input.count >= 2 else {
                    if input.count == 1, input[0] != ASCII.cr { throw .bad("chunk without its end") }
                    return false
                }
                guard input[0] == ASCII.cr, input[1] == ASCII.lf else { throw .bad("chunk without its end") }
                input.consume(2)
                state = .size
            case .trailers:
                guard let line = try takeLine(&input, limit: HTTPCodecLimits.trailers - trailers, tooLong: .headersTooLarge) else { return false }
                trailers += line.count + 2
                if line.isEmpty { return true }
                guard line.allSatisfy({ !ASCII.isControl($0) || $0 == ASCII.tab }), line.contains(UInt8(ascii: ":")) else { throw .bad("trailer") }
            }
        }
    }
    /// A line without its CRLF; nil where its end has not come.
    private func takeLine(_ input: inout ByteBuffer, limit: Int, tooLong: HTTPSyntaxError) throws(HTTPSyntaxError) -> [UInt8]? {
        guard let end = input.firstIndex(of: ASCII.lf) else {
            if input.count > limit + 1 { throw tooLong }
            return nil
        }
        guard end > 0, input[end - 1] == ASCII.cr else { throw .bad("line without CR") }
        guard end - 1 <= limit else { throw tooLong }
        let line = input.bytes(0..<(end - 1))
        input.consume(end + 1)
        return line
    }
    /// chunk-size [ chunk-ext ]
    private mutating func size(_ line: [UInt8]) throws(HTTPSyntaxError) -> Int {
        var value = 0, digits = 0
        for byte in line {
            guard let digit = Hex.value(byte) else { break }
            digits += 1
            // Seven digits are 256 MiB: more than any limit, and no overflow.
            guard digits <= 7 || value == 0 else { throw .bodyTooLarge }
            value = value << 4 | Int(digit)
        }
        guard digits > 0 else { throw .bad("chunk size") }
        let rest = line[digits...]
        // BWS before the semicolon is allowed. (RFC 9112 §7.1.1)
        if let first = rest.first(where: { !ASCII.isWhitespace($0) }) {
            guard first == UInt8(ascii: ";"), rest.allSatisfy({ !ASCII.isControl($0) || $0 == ASCII.tab }) else { throw .bad("chunk size") }
        } else if !rest.isEmpty {
            throw .bad("chunk size")
        }
        extensions += rest.count
        guard extensions <= HTTPCodecLimits.chunkExtensions else { throw .bad("chunk extensions too long") }
        return value
    }
}
