package import Bytes

/// Reads one response to a request of ours, however it comes in pieces; bounded, strict about where the body ends. Follows nothing. (RFC 9112 §4, §6.3)
package struct HTTPResponseReader: Sendable {
    package enum Limits {
        /// Bytes of a head.
        package static let head = 16_384
        package static let fields = 100
        /// Interim answers before the real one. (RFC 9110 §15.2)
        package static let interim = 4
    }
    private enum State { case head, length(Int), chunked(HTTPChunkedBody), toTheEnd, done }
    private var state = State.head
    private var response = HTTPResponse(0)
    private var body: [UInt8] = []
    private var interim = 0
    private let limit: Int
    private let isHead: Bool

    /// `limit`: bytes of the body. `isHead`: the request was HEAD, whose answer has no body.
    package init(limit: Int, isHead: Bool = false) { (self.limit, self.isHead) = (limit, isHead) }

    /// The response when it is whole; nil where more is to come.
    package mutating func read(_ input: inout ByteBuffer) throws(HTTPSyntaxError) -> HTTPResponse? {
        if case .head = state, try !takeHead(&input) { return nil }
        switch state {
        case .head, .done: return nil
        case .length(let length):
            try append(&input, length - body.count)
            return body.count == length ? finish() : nil
        case .chunked(var chunks):
            let isWhole = try chunks.decode(&input, into: &body)
            state = .chunked(chunks)
            return isWhole ? finish() : nil
        case .toTheEnd:
            try append(&input, Int.max)
            return nil
        }
    }
    /// The connection has ended: what came is whole where nothing else says how long it is.
    package mutating func end() throws(HTTPSyntaxError) -> HTTPResponse {
        guard case .toTheEnd = state else { throw .bad("response cut off") }
        return finish()
    }
    private mutating func finish() -> HTTPResponse {
        state = .done
        response.body = body.isEmpty ? [] : [body]
        return response
    }
    private mutating func append(_ input: inout ByteBuffer, _ most: Int) throws(HTTPSyntaxError) {
        let count = min(most, input.count)
        guard body.count + count <= limit else { throw .bodyTooLarge }
        body += input.bytes(0..<count)
        input.consume(count)
    }
    private mutating func takeHead(_ input: inout ByteBuffer) throws(HTTPSyntaxError) -> Bool {
        while true {
            guard let (lines, end) = try Self.lines(input) else { return false }
            response = HTTPResponse(try Self.status(lines[0]))
            for line in lines.dropFirst() {
                let (name, value) = try HTTPHeadParser.field(line)
                response.headers.add(name, value)
            }
            input.consume(end)
            if (100..<200).contains(response.status) {
                interim += 1
                guard interim <= Limits.interim, response.status != 101 else { throw .bad("interim responses") }
                continue
            }
            state = try bodyFollows()
            return true
        }
    }
    /// The lines of a head that is complete, and where it ends. Lines may end with LF alone: we are at nobody's mercy here.
    private static func lines(_ input: ByteBuffer) throws(HTTPSyntaxError) -> ([[UInt8]], Int)? {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = input.firstIndex(of: ASCII.lf, from: start) {
            guard end < Limits.head, lines.count <= Limits.fields else { throw .headersTooLarge }
            var line = input.bytes(start..<end)
            if line.last == ASCII.cr { line.removeLast() }
            start = end + 1
            if line.isEmpty {
                guard !lines.isEmpty else { throw .bad("no status line") }
                return (lines, start)
            }
            lines.append(line)
        }
        guard input.count < Limits.head else { throw .headersTooLarge }
        return nil
    }
    /// HTTP-version SP 3DIGIT [SP reason] (RFC 9112 §4)
    private static func status(_ line: [UInt8]) throws(HTTPSyntaxError) -> Int {
        let parts = line.split(separator: ASCII.space, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].starts(with: "HTTP/1.".utf8), parts[0].count == 8, parts[1].count == 3, parts[1].allSatisfy(ASCII.isDigit) else {
            throw .bad("status line")
        }
        return parts[1].reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    private func bodyFollows() throws(HTTPSyntaxError) -> State {
        if isHead || response.status == 204 || response.status == 304 { return .length(0) }
        let (lengths, codings) = (response.headers.all("Content-Length"), response.headers.all("Transfer-Encoding"))
        if let coding = codings.first {
            guard codings.count == 1, lengths.isEmpty, ASCII.lowercased(coding) == "chunked" else { throw .transferCoding }
            return .chunked(HTTPChunkedBody(limit: limit))
        }
        guard let text = lengths.first else { return .toTheEnd }
        guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit) else { throw .bad("Content-Length") }
        guard let length = Int(text), length <= limit else { throw .bodyTooLarge }
        return .length(length)
    }
}
