// Plays a conversation from a text file.
import Testing

/// The lines of a .talk file:
///
///     # a comment
///     C: a1 NOOP                    client 1 says a line (C2: client 2, and so on; a client connects when it is first named)
///     L: Subject: x\r\n\r\nhi       the line before goes on with a literal of these octets (\r \n \t \0 \\ are escapes)
///     S: a1 OK …                    what client 1 must have heard since, line by line; … stands for anything
///     D: Subject: x\r\n\r\nhi       a message is delivered to ann
///
/// All that a client has heard must be in the file. What a client hears of others' doing is told to it before it speaks and before it is checked.
struct TalkPlayer {
    struct Mismatch: Error, CustomStringConvertible { let description: String }
    private enum Entry { case say(Int, String), hear(Int, [String]), deliver(String) }
    private let entries: [Entry]

    init(_ text: String) throws {
        var entries: [Entry] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { throw Mismatch(description: "no speaker: \(line)") }
            let speaker = line[..<colon]
            let rest = String(line[line.index(after: colon)...].dropFirst())
            let number = Int(speaker.dropFirst()) ?? 1
            switch speaker.first {
            case "C": entries.append(.say(number, rest))
            case "L":
                guard case .say(let who, let said)? = entries.last else { throw Mismatch(description: "a literal without a line") }
                let octets = Self.unescaped(rest)
                entries[entries.count - 1] = .say(who, said + "{\(octets.utf8.count)+}\r\n" + octets)
            case "S":
                if case .hear(number, let lines)? = entries.last { entries[entries.count - 1] = .hear(number, lines + [rest]) } else { entries.append(.hear(number, [rest])) }
            case "D": entries.append(.deliver(Self.unescaped(rest)))
            default: throw Mismatch(description: "unknown speaker: \(line)")
            }
        }
        self.entries = entries
    }
    private static func unescaped(_ text: String) -> String {
        var out = "", isEscaped = false
        for character in text {
            if isEscaped {
                out.append(character == "r" ? "\r" : character == "n" ? "\n" : character == "t" ? "\t" : character == "0" ? "\0" : character)
                isEscaped = false
            } else if character == "\\" { isEscaped = true } else { out.append(character) }
        }
        return out
    }

    func play(in house: IMAPHouse) async throws {
        var clients: [Int: IMAPClient] = [:]
        var unchecked: [Int: String] = [:]
        func client(_ number: Int) async throws -> IMAPClient {
            if let known = clients[number] { return known }
            let new = await house.client()
            clients[number] = new
            let greeting = await new.heard()
            guard greeting.hasPrefix("* OK [CAPABILITY ") else { throw Mismatch(description: "greeting: \(greeting)") }
            return new
        }
        for entry in entries {
            switch entry {
            case .say(let number, let line): unchecked[number, default: ""] += try await client(number).say(line)
            case .deliver(let message): try await house.deliver(message)
            case .hear(let number, let expected):
                let text = unchecked[number, default: ""] + (try await client(number).heard())
                unchecked[number] = ""
                try Self.compare(text, expected)
            }
        }
        for (number, text) in unchecked where !text.isEmpty { throw Mismatch(description: "client \(number) also heard:\n\(text)") }
    }
    private static func compare(_ text: String, _ expected: [String]) throws {
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        let isSame = lines.count == expected.count && zip(lines, expected).allSatisfy { matches($0, $1) }
        guard isSame else { throw Mismatch(description: "expected:\n" + expected.joined(separator: "\n") + "\nheard:\n" + lines.joined(separator: "\n")) }
    }
    static func matches(_ line: String, _ pattern: String) -> Bool {
        let pieces = pattern.split(separator: "…", omittingEmptySubsequences: false).map(String.init)
        guard pieces.count > 1 else { return line == pattern }
        guard line.hasPrefix(pieces[0]) else { return false }
        var rest = line.dropFirst(pieces[0].count)
        for piece in pieces.dropFirst().dropLast() {
            guard let range = find(piece, in: rest) else { return false }
            rest = rest[range...]
        }
        return rest.hasSuffix(pieces[pieces.count - 1])
    }
    private static func find(_ piece: String, in text: Substring) -> Substring.Index? {
        var start = text.startIndex
        while true {
            if text[start...].hasPrefix(piece) { return text.index(start, offsetBy: piece.count) }
            guard start < text.endIndex else { return nil }
            start = text.index(after: start)
        }
    }
}
