import Bytes
import Delivery
import MailStore
import SMTPCodec

/// Takes a message in: octets undotted into the spool, up to the limit; what is above is read and thrown away. (RFC 5321 §4.1.1.4)
final class DataCollector {
    enum Progress: Equatable { case incomplete, ended(DataEnd), endless }
    enum Limits {
        /// Octets of a message that is too large or malformed that are read over before the client is cut off.
        static let discarded = 1 << 30
        /// Octets that must come before the client's time begins anew: with the usual 300 s, 218 octets a second keep a sender alive.
        static let worthWaitingFor = 65_536
    }
    let incoming: Incoming
    var origin: Origin { incoming.origin }
    private let limit: Int
    private var codec = DotCodec()
    /// Octets of the message so far, and octets of any kind.
    private var received = 0
    private var seen = 0
    private var seenAtLastLook = 0
    private var discarded = 0
    private var isTooLarge = false
    private var hasFailed = false

    init(incoming: Incoming, limit: Int) {
        self.incoming = incoming
        self.limit = limit
    }

    // MARK: Chunks (RFC 3030)

    /// Octets of the chunk that are still to come; they are told by their number, so dots and line ends are the message's own.
    private var awaited = 0
    private var isLastChunk = false
    private var scan = LineEndScan()
    private static let lineEnd = [ASCII.cr, ASCII.lf]

    /// A chunk begins.
    func expect(_ size: Int, isLast: Bool) {
        awaited = size
        isLastChunk = isLast
    }
    func receiveChunk(_ input: inout ByteBuffer) -> Progress {
        let count = min(awaited, input.count)
        if count > 0 {
            takeChunk(input.span.extracting(0..<count))
            input.consume(count)
            awaited -= count
            seen += count
        }
        guard awaited == 0 else { return .incomplete }
        if isLastChunk, !scan.endsLine {
            // It may have to go on with DATA, which knows whole lines alone.
            if scan.isAfterReturn { scan.isMalformed = true } else { take(Self.lineEnd.span) }
        }
        return .ended(scan.isMalformed ? .malformed : isTooLarge ? .tooLarge : hasFailed ? .trouble : .complete)
    }

    // MARK: Lines

    func receive(_ input: inout ByteBuffer) -> Progress {
        let progress = codec.decode(input.span) { take($0) }
        input.consume(progress.consumed)
        seen += progress.consumed
        if progress.isComplete { return .ended(codec.isMalformed ? .malformed : isTooLarge ? .tooLarge : hasFailed ? .trouble : .complete) }
        if codec.isMalformed || isTooLarge || hasFailed { discarded += progress.consumed }
        return discarded > Limits.discarded ? .endless : .incomplete
    }

    /// True when enough has come since the last time it was.
    func isMakingProgress() -> Bool {
        guard seen - seenAtLastLook >= Limits.worthWaitingFor || seenAtLastLook == 0 else { return false }
        seenAtLastLook = seen
        return true
    }

    private func takeChunk(_ run: Span<UInt8>) {
        scan.look(at: run)
        take(run)
    }
    private func take(_ run: Span<UInt8>) {
        received += run.count
        if isTooLarge || hasFailed { return }
        if received > limit {
            isTooLarge = true
            return
        }
        do throws(StoreError) { try incoming.spool.append(run) } catch { hasFailed = true }
    }
}
