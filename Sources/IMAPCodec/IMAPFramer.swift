package import Bytes

/// Finds the end of one command: lines and literals, nothing else. The parser behind it never waits. (RFC 3501 §2.2.1, RFC 7888)
///
/// The command is gathered in `command`, its literals standing in it as `{n}` CRLF octets. Only APPEND's message is left in the input, to be
/// streamed by the session. Memory: one line and the literals of one command, both limited, less before log-in.
package struct IMAPFramer: Sendable {
    package enum Event: Equatable, Sendable {
        case needMore
        /// `command` holds a whole command, without its last line end.
        case command
        /// `command` holds one line, asked for by `expectLine`.
        case line
        /// The client waits for `+` before it sends a literal.
        case continuation
        /// APPEND's message of so many octets is to come; `command` holds all before it. Answer with `acceptMessage` or `refuseMessage`.
        case message(size: Int, isSynchronizing: Bool)
        /// So many octets at the front of the input are message: take and consume them.
        case messageBytes(Int)
        /// The message and its line end are through. False: other words followed it.
        case messageEnd(isClean: Bool)
        /// The line was too long and has been thrown away; `command` holds its beginning.
        case tooLong
        /// A literal that is too large was announced. A synchronizing one will not come; after the other kind the connection is lost.
        case literalTooLarge(isSynchronizing: Bool)
    }
    private enum State: Equatable, Sendable {
        case line, literal(Int), discardLine, decision(Int, isSynchronizing: Bool), message(Int), messageTail, drain(Int), drainTail
    }
    package private(set) var command = ByteBuffer()
    private var state = State.line
    private var lineOctets = 0
    private var literalOctets = 0
    private var literalCount = 0
    private var wantsLine = false
    private var startsAnew = true
    private var lineLimit = Limits.lineBeforeLogIn
    private var literalLimit = Limits.literalsBeforeLogIn

    package init() {}

    /// The user is known: commands may be longer, APPEND's message is streamed.
    package mutating func loggedIn() {
        lineLimit = Limits.line
        literalLimit = Limits.literals
    }
    /// What comes next is not a command: a line of an IDLE or of a SASL exchange.
    package mutating func expectLine() { wantsLine = true }
    package mutating func expectCommand() { wantsLine = false }
    /// Between two commands.
    package var isAtRest: Bool { state == .line && (startsAnew || command.isEmpty) }

    package mutating func next(_ input: inout ByteBuffer) -> Event {
        while true {
            switch state {
            case .line:
                if let event = takeLine(&input) { return event }
            case .literal(let left):
                guard !input.isEmpty else { return .needMore }
                let count = min(left, input.count)
                move(count, from: &input)
                state = count == left ? .line : .literal(left - count)
            case .discardLine:
                guard discardLine(&input) else { return .needMore }
                reset()
                return .tooLong
            case .decision: return .needMore
            case .message(let left):
                guard left > 0 else { state = .messageTail; continue }
                guard !input.isEmpty else { return .needMore }
                let count = min(left, input.count)
                state = .message(left - count)
                return .messageBytes(count)
            case .messageTail:
                guard let end = input.firstIndex(of: ASCII.lf) else {
                    if input.count > 2 { state = .drainTail; reset(keepingState: true); return .messageEnd(isClean: false) }
                    return .needMore
                }
                let isClean = end == 0 || end == 1 && input[0] == ASCII.cr
                input.consume(end + 1)
                reset()
                return .messageEnd(isClean: isClean)
            case .drain(let left):
                guard !input.isEmpty else { return .needMore }
                let count = min(left, input.count)
                input.consume(count)
                state = count == left ? .drainTail : .drain(left - count)
            case .drainTail:
                guard discardLine(&input) else { return .needMore }
                reset()
            }
        }
    }
    /// After `.message`: it may come.
    package mutating func acceptMessage() {
        if case .decision(let size, _) = state { state = .message(size) }
    }
    /// After `.message`: a synchronizing literal will not come; the other kind is thrown away as it comes.
    package mutating func refuseMessage() {
        guard case .decision(let size, let isSynchronizing) = state else { return }
        reset()
        if !isSynchronizing { state = size > 0 ? .drain(size) : .drainTail }
    }
    /// While a message comes in: throw the rest away.
    package mutating func abandonMessage() {
        if case .message(let left) = state { state = left > 0 ? .drain(left) : .drainTail }
    }

    // Takes what there is of the line; an event once it is whole.
    private mutating func takeLine(_ input: inout ByteBuffer) -> Event? {
        if startsAnew {
            startsAnew = false
            command.removeAll(keepingCapacity: command.capacity <= 4_096)
        }
        guard let end = input.firstIndex(of: ASCII.lf) else {
            guard !input.isEmpty else { return .needMore }
            lineOctets += input.count
            guard lineOctets <= lineLimit else { return discard(&input) }
            move(input.count, from: &input)
            return .needMore
        }
        lineOctets += end + 1
        guard lineOctets <= lineLimit else { return discard(&input) }
        move(end, from: &input)
        input.consume(1)
        // Quirk: a bare LF ends a line too; nothing of a command can be smuggled by it, and people type into sockets.
        let hasReturn = !command.isEmpty && command[command.count - 1] == ASCII.cr
        if hasReturn { command.storage.removeLast() }
        if wantsLine { finish(); return .line }
        guard let literal = announcedLiteral() else { finish(); return .command }
        return begin(literal)
    }
    private mutating func begin(_ literal: (size: Int, isSynchronizing: Bool, start: Int)) -> Event? {
        if lineLimit == Limits.line, isAppendMessage(literalAt: literal.start) {
            command.storage.removeSubrange((command.head + literal.start)...)
            state = .decision(literal.size, isSynchronizing: literal.isSynchronizing)
            return .message(size: literal.size, isSynchronizing: literal.isSynchronizing)
        }
        literalCount += 1
        guard literal.size <= literalLimit - literalOctets, literalCount <= Limits.literalsInOneCommand else {
            reset()
            return .literalTooLarge(isSynchronizing: literal.isSynchronizing)
        }
        literalOctets += literal.size
        command.append(ASCII.cr)
        command.append(ASCII.lf)
        state = literal.size > 0 ? .literal(literal.size) : .line
        return literal.isSynchronizing ? .continuation : nil
    }
    /// `{` 1*DIGIT [`+`] `}` at the end of what has been gathered.
    private func announcedLiteral() -> (size: Int, isSynchronizing: Bool, start: Int)? {
        var index = command.count - 1
        guard index >= 2, command[index] == UInt8(ascii: "}") else { return nil }
        index -= 1
        let isSynchronizing = command[index] != UInt8(ascii: "+")
        if !isSynchronizing { index -= 1 }
        var size = 0, scale = 1, digits = 0
        while index >= 0, ASCII.isDigit(command[index]) {
            digits += 1
            guard digits <= 18 else { return nil }
            size += Int(command[index] - 48) * scale
            scale *= 10
            index -= 1
        }
        guard digits > 0, index >= 0, command[index] == UInt8(ascii: "{") else { return nil }
        return (size, isSynchronizing, index)
    }
    /// tag SP "APPEND" SP mailbox … : the literal that is not the mailbox's name. (RFC 3501 §6.3.11)
    private func isAppendMessage(literalAt start: Int) -> Bool {
        var cursor = ByteCursor(command.span)
        _ = cursor.take { $0 != ASCII.space }
        guard cursor.take(ASCII.space) else { return false }
        _ = cursor.take { $0 == ASCII.space }
        guard cursor.take(ignoringCase: "APPEND"), cursor.take(ASCII.space) else { return false }
        _ = cursor.take { $0 == ASCII.space }
        return cursor.offset < start
    }
    /// The line is too long: its beginning is kept, for the tag.
    private mutating func discard(_ input: inout ByteBuffer) -> Event? {
        if command.isEmpty { move(min(input.count, Limits.tag), from: &input) }
        state = .discardLine
        return nil
    }
    private mutating func discardLine(_ input: inout ByteBuffer) -> Bool {
        guard let end = input.firstIndex(of: ASCII.lf) else {
            input.consume(input.count)
            return false
        }
        input.consume(end + 1)
        return true
    }
    private mutating func move(_ count: Int, from input: inout ByteBuffer) {
        command.append(input.span.extracting(0..<count))
        input.consume(count)
    }
    private mutating func finish() { reset() }
    private mutating func reset(keepingState: Bool = false) {
        if !keepingState { state = .line }
        lineOctets = 0
        literalOctets = 0
        literalCount = 0
        startsAnew = true
    }
}
