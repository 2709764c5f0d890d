package import Bytes

/// Finds the end of one command line: CR LF and nothing else; says what is wrong with one that has no such end. (RFC 5321 §2.3.8)
///
/// An octet is looked at once, however small the pieces it comes in.
package struct LineFramer: Sendable {
    package enum Outcome: Equatable, Sendable {
        /// More octets are needed; there is nothing to do with those that are here.
        case incomplete
        /// A line without its CR LF.
        case line([UInt8])
        /// A line above the limit has ended; it was thrown away.
        case tooLong
        /// CR without LF or LF without CR: what follows must not be run, as two readers may disagree where it begins. (threat T1)
        case bareLineEnd
        /// The line does not end at all.
        case endless
    }
    /// Octets of `input` that were searched and hold no end of line.
    private var searched = 0
    /// Octets of an overlong line that were thrown away; 0 when none is being.
    private var discarded = 0
    private var lastDiscarded: UInt8 = 0

    package init() {}

    package mutating func next(_ input: inout ByteBuffer, limit: Int = SyntaxLimits.commandLine) -> Outcome {
        guard let end = input.firstIndex(of: ASCII.lf, from: searched) else { return withoutEnd(&input, limit) }
        let before = end > 0 ? input[end - 1] : discarded > 0 ? lastDiscarded : 0
        let isBare = before != ASCII.cr || hasBareReturn(input, before: end - 1)
        let wasDiscarding = discarded > 0
        searched = 0
        discarded = 0
        if isBare { return .bareLineEnd }
        if wasDiscarding || end + 1 > limit {
            input.consume(end + 1)
            return .tooLong
        }
        let line = input.bytes(0..<(end - 1))
        input.consume(end + 1)
        return .line(line)
    }

    private mutating func withoutEnd(_ input: inout ByteBuffer, _ limit: Int) -> Outcome {
        if hasBareReturn(input, before: input.count - 1) { return .bareLineEnd }
        // The last octet is looked at again: it may be the CR of a CR LF.
        searched = max(0, input.count - 1)
        guard discarded > 0 || input.count > limit else { return .incomplete }
        if !input.isEmpty { lastDiscarded = input[input.count - 1] }
        discarded += input.count
        input.consume(input.count)
        searched = 0
        return discarded > SyntaxLimits.discardedLine ? .endless : .incomplete
    }

    /// Whether a CR stands where something other than LF follows.
    private func hasBareReturn(_ input: ByteBuffer, before end: Int) -> Bool {
        if discarded > 0, lastDiscarded == ASCII.cr, !input.isEmpty, input[0] != ASCII.lf { return true }
        guard let found = input.firstIndex(of: ASCII.cr, from: searched) else { return false }
        return found < end
    }
}
