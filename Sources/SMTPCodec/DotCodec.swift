import Bytes

/// Takes the dots out of message data and finds its one true end, CR LF . CR LF. (RFC 5321 §4.5.2)
///
/// 1. Only CR LF . CR LF ends data, however it is cut into segments.
/// 2. A CR or LF alone makes the message malformed; the rest is read over up to the true end, so that no octet of it is ever taken for a
///    command. (RFC 5321 §2.3.8; threat T1, CVE-2023-51764)
/// 3. NUL and 8-bit octets are passed on as they are.
package struct DotCodec: Sendable {
    private enum State { case lineStart, dot, dotReturn, text, carriageReturn }
    package struct Progress: Equatable, Sendable {
        /// Octets that belong to the message and its end; the rest is the next command.
        package let consumed: Int
        package let isComplete: Bool
    }
    /// Data begins at the start of a line: the CR LF of the DATA command counts.
    private var state = State.lineStart
    package private(set) var isMalformed = false

    package init() {}

    /// Hands the octets of the message to `emit` in runs as long as can be. After a malformation nothing more is handed over.
    package mutating func decode(_ input: Span<UInt8>, into emit: (Span<UInt8>) -> Void) -> Progress {
        var index = 0
        // The run that waits to be handed over starts here.
        var run = 0
        while index < input.count {
            if state == .text, !isMalformed, let next = Self.plainText(input, from: index) {
                (index, state) = next
                continue
            }
            let byte = input[index]
            switch (state, byte) {
            case (.lineStart, UInt8(ascii: ".")):
                if index > run, !isMalformed { emit(input.extracting(run..<index)) }
                run = index + 1
                state = .dot
            case (.dot, ASCII.cr):
                run = index + 1
                state = .dotReturn
            case (.dotReturn, ASCII.lf):
                return Progress(consumed: index + 1, isComplete: true)
            default:
                step(byte)
            }
            index += 1
        }
        if index > run, !isMalformed { emit(input.extracting(run..<index)) }
        return Progress(consumed: index, isComplete: false)
    }

    /// Every pair of state and octet that hands nothing back.
    private mutating func step(_ byte: UInt8) {
        switch (state, byte) {
        case (.carriageReturn, ASCII.lf): state = .lineStart
        case (.carriageReturn, ASCII.cr), (.dotReturn, ASCII.cr): isMalformed = true; state = .carriageReturn
        case (.carriageReturn, _), (.dotReturn, _): isMalformed = true; state = .text
        case (_, ASCII.cr): state = .carriageReturn
        case (_, ASCII.lf): isMalformed = true; state = .text
        default: state = .text
        }
    }

    /// The fast way over lines: to the start of the next line, or to the end of the input. nil where a CR or LF stands alone.
    private static func plainText(_ input: Span<UInt8>, from start: Int) -> (index: Int, state: State)? {
        let lineFeed = input.firstIndex(of: ASCII.lf, in: start..<input.count)
        let end = lineFeed ?? input.count
        let carriageReturn = input.firstIndex(of: ASCII.cr, in: start..<end)
        if lineFeed != nil { return carriageReturn == end - 1 ? (end + 1, .lineStart) : nil }
        guard let carriageReturn else { return (end, .text) }
        return carriageReturn == end - 1 ? (end, .carriageReturn) : nil
    }
}
