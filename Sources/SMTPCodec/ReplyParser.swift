package import Bytes

/// What a server said: one reply, all its lines. (RFC 5321 §4.2)
package struct ServerReply: Equatable, Sendable {
    package let code: Int
    /// class.subject.detail at the start of the text (RFC 2034 §4); nil where there is none.
    package let status: String?
    /// The text of each line, without code and status; what is not printable is shown as "?".
    package let lines: [String]

    package init(_ code: Int, _ status: String? = nil, lines: [String]) { self.code = code; self.status = status; self.lines = lines }
    package var text: String { lines.joined(separator: " ") }
    package var isPositive: Bool { (200..<400).contains(code) }
    package var isTransient: Bool { (400..<500).contains(code) }
    /// As people read it: "550 5.1.1 no such user".
    package var description: String { "\(code)" + (status.map { " \($0)" } ?? "") + (text.isEmpty ? "" : " \(text)") }
}

/// Octets of a server to replies. Believes no length and no count: a server that talks on and on is broken off.
package struct ReplyParser: Sendable {
    package enum Limits {
        /// Lines of one reply, octets of one line, octets of a whole reply.
        package static let lines = 100
        package static let line = 4_096
        package static let reply = 65_536
    }
    package enum Outcome: Equatable, Sendable {
        case incomplete
        case reply(ServerReply)
        /// What came is no reply of SMTP, or too much of one. Nothing that follows can be trusted.
        case broken(String)
    }
    private var code: Int?
    private var status: String?
    private var lines: [String] = []
    private var octets = 0

    package init() {}
    /// Nothing of a reply has been read yet.
    package var isAtStart: Bool { code == nil }

    package mutating func next(_ input: inout ByteBuffer) -> Outcome {
        while let end = input.firstIndex(of: ASCII.lf) {
            guard end < Limits.line else { return .broken("a reply line of more than \(Limits.line) octets") }
            var line = input.bytes(0..<end)
            input.consume(end + 1)
            if line.last == ASCII.cr { line.removeLast() }
            octets += end + 1
            guard lines.count < Limits.lines, octets <= Limits.reply else {
                return .broken("a reply of more than \(Limits.lines) lines or \(Limits.reply) octets")
            }
            if let outcome = take(line) { return outcome }
        }
        return input.count >= Limits.line ? .broken("a reply line of more than \(Limits.line) octets") : .incomplete
    }

    /// Reply-line = Reply-code [ SP textstring ] CRLF; "-" after the code where more lines follow. (RFC 5321 §4.2)
    private mutating func take(_ line: [UInt8]) -> Outcome? {
        guard line.count >= 3, (UInt8(ascii: "2")...UInt8(ascii: "5")).contains(line[0]), line[1...2].allSatisfy(ASCII.isDigit) else {
            return .broken("no reply of SMTP: \(Self.visible(line.prefix(80)))")
        }
        let number = line[..<3].reduce(0) { $0 * 10 + Int($1 - 48) }
        if let code, code != number { return .broken("one reply with codes \(code) and \(number)") }
        guard line.count == 3 || line[3] == ASCII.space || line[3] == UInt8(ascii: "-") else {
            return .broken("no reply of SMTP: \(Self.visible(line.prefix(80)))")
        }
        var text = Self.visible(line.dropFirst(4))
        if let found = Self.status(text, of: number) {
            if code == nil { status = found }
            text = String(text.dropFirst(found.count).drop { $0 == " " })
        }
        code = number
        lines.append(text)
        guard line.count == 3 || line[3] == ASCII.space else { return nil }
        let reply = ServerReply(number, status, lines: lines)
        self = ReplyParser()
        return .reply(reply)
    }
    /// status-code ::= class "." subject "." detail (RFC 3463 §2), of the class of the reply.
    private static func status(_ text: String, of code: Int) -> String? {
        let word = text.prefix { $0 != " " }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy(ASCII.isDigit) }) else { return nil }
        return parts[0] == "\(code / 100)" ? String(word) : nil
    }
    private static func visible(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.allSatisfy({ $0 >= 32 && $0 < 127 }) else {
            // UTF-8 is allowed where both sides said SMTPUTF8 (RFC 6531 §3.7.4); controls never.
            let text = String(decoding: bytes.map { $0 < 32 || $0 == 127 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
            let hasControls = text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) }
            return hasControls ? String(text.unicodeScalars.map { $0.value < 127 ? Character($0) : "?" }) : text
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
