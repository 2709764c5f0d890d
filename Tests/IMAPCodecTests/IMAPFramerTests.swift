import Bytes
@testable import IMAPCodec
import Testing

/// What the framer makes of a stream, fed whole and then octet by octet: the same.
struct IMAPFramerTests {
    /// The events, a command or line as its text, a message's octets joined.
    static func events(_ stream: [UInt8], pieces: Int, loggedIn: Bool = true, accept: Bool = true) -> [String] {
        var framer = IMAPFramer()
        if loggedIn { framer.loggedIn() }
        var input = ByteBuffer()
        var seen: [String] = []
        var message: [UInt8] = []
        var fed = 0
        while fed < stream.count {
            let end = min(fed + pieces, stream.count)
            input.append(stream[fed..<end])
            fed = end
            events: while true {
                let event = framer.next(&input)
                switch event {
                case .needMore: break events
                case .command, .line: seen.append("\(event): " + String(decoding: framer.command.bytes, as: UTF8.self))
                case .message:
                    seen.append("\(event): " + String(decoding: framer.command.bytes, as: UTF8.self))
                    if accept { framer.acceptMessage() } else { framer.refuseMessage() }
                case .messageBytes(let count):
                    message += input.bytes(0..<count)
                    input.consume(count)
                case .messageEnd:
                    seen.append("\(event): " + String(decoding: message, as: UTF8.self))
                    message = []
                default: seen.append("\(event)")
                }
            }
        }
        return seen
    }
    static let streams: [(String, [String])] = [
        ("a NOOP\r\n", ["command: a NOOP"]), ("a NOOP\nb X\r\n", ["command: a NOOP", "command: b X"]), ("a NOOP", []), ("\r\n", ["command: "]),
        ("a LOGIN {1}\r\nx {2+}\r\nyz\r\nb NOOP\r\n", ["continuation", "command: a LOGIN {1}\r\nx {2+}\r\nyz", "command: b NOOP"]),
        ("a LOGIN {0}\r\n {0+}\r\n\r\n", ["continuation", "command: a LOGIN {0}\r\n {0+}\r\n"]),
        ("a X {-1}\r\n", ["command: a X {-1}"]), ("a X {1\r\n", ["command: a X {1"]), ("a X {+}\r\n", ["command: a X {+}"]),
        ("a X {99999999999999999999}\r\n", ["command: a X {99999999999999999999}"]),
        ("a X {4294967295}\r\nb NOOP\r\n", ["literalTooLarge(isSynchronizing: true)", "command: b NOOP"]),
        ("a APPEND x {3}\r\nabc\r\nb NOOP\r\n", ["message(size: 3, isSynchronizing: true): a APPEND x ", "messageEnd(isClean: true): abc", "command: b NOOP"]),
        ("a append x (\\Seen) {3+}\r\na\nc\r\n", ["message(size: 3, isSynchronizing: false): a append x (\\Seen) ", "messageEnd(isClean: true): a\nc"]),
        ("a APPEND {1}\r\nx {2+}\r\nhi\r\n",
         ["continuation", "message(size: 2, isSynchronizing: false): a APPEND {1}\r\nx ", "messageEnd(isClean: true): hi"]),
        ("a APPEND x {0+}\r\n\r\n", ["message(size: 0, isSynchronizing: false): a APPEND x ", "messageEnd(isClean: true): "]),
        ("a APPEND x {1+}\r\nz {2+}\r\nb NOOP\r\n",
         ["message(size: 1, isSynchronizing: false): a APPEND x ", "messageEnd(isClean: false): z", "command: b NOOP"]),
    ]
    @Test(arguments: Self.streams) func framesWholeAndInPieces(_ stream: String, _ expected: [String]) {
        let bytes = Array(stream.utf8)
        for size in [bytes.count, 1, 2, 3, 7] { #expect(Self.events(bytes, pieces: max(size, 1)) == expected, "in pieces of \(size)") }
    }
    @Test func refusedMessagesAreThrownAway() {
        let nonSynchronizing = Array("a APPEND x {5+}\r\na\r\nbc\r\nb NOOP\r\n".utf8)
        let synchronizing = Array("a APPEND x {5}\r\nb NOOP\r\n".utf8)
        for size in [1, 2, 100] {
            #expect(Self.events(nonSynchronizing, pieces: size, accept: false).last == "command: b NOOP")
            #expect(Self.events(nonSynchronizing, pieces: size, accept: false).count == 2)
            #expect(Self.events(synchronizing, pieces: size, accept: false) == ["message(size: 5, isSynchronizing: true): a APPEND x ", "command: b NOOP"])
        }
    }
    /// T6: before log-in nothing grows, whatever comes.
    @Test func linesBeforeLogInAreShort() {
        for filler in ["(", "a", "x "] {
            var stream = Array("a NOOP ".utf8)
            while stream.count < 200_000 { stream += Array(filler.utf8) }
            stream += Array("\r\nb NOOP\r\n".utf8)
            #expect(Self.events(stream, pieces: 4_096, loggedIn: false) == ["tooLong", "command: b NOOP"])
        }
        #expect(Self.events(Array("a LOGIN {8193}\r\n".utf8), pieces: 99, loggedIn: false) == ["literalTooLarge(isSynchronizing: true)"])
        #expect(Self.events(Array("a APPEND x {8193+}\r\n".utf8), pieces: 99, loggedIn: false) == ["literalTooLarge(isSynchronizing: false)"])
    }
    /// T7: 10^5 literals in one command end at the limit; memory of a command is bounded.
    @Test func literalsOfOneCommandAreBounded() {
        var framer = IMAPFramer()
        framer.loggedIn()
        var input = ByteBuffer("a SEARCH")
        var largest = 0
        var last = IMAPFramer.Event.needMore
        for _ in 0..<100_000 {
            input.append(" {1+}\r\nx")
            last = framer.next(&input)
            largest = max(largest, framer.command.count)
            if last != .needMore { break }
        }
        #expect(last == .literalTooLarge(isSynchronizing: false))
        #expect(largest <= Limits.line + Limits.literals)
    }
    @Test func aLineIsTakenAsItIs() {
        var framer = IMAPFramer()
        framer.expectLine()
        var input = ByteBuffer("DONE {3}\r\na NOOP\r\n")
        #expect(framer.next(&input) == .line)
        #expect(framer.command.bytes == Array("DONE {3}".utf8))
        framer.expectCommand()
        #expect(framer.next(&input) == .command)
    }
}
