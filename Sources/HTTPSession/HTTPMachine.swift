import Bytes
import HTTPCodec

/// What one connection is in the middle of. Plain values; the session does what the events say.
///
///     head ──head complete──▶ judged ──▶ body ──body complete──▶ answering ──▶ head (or closing)
///                               │                                   └─park──▶ parked ──▶ answering
///                               └─refused──▶ head, draining the body it need not read; or closing
enum HTTPState {
    /// Between requests, or inside of a head.
    case head
    case body(HTTPRequestHead, BodyReader)
    /// `perform` is asking the handler whether a long body of at most so many bytes may come.
    case vouching(HTTPRequestHead, limit: Int)
    /// A refused request has been answered, its body is still coming and is thrown away: so many bytes.
    case discarding(Int)
    /// `perform` is running a handler, or is about to.
    case answering(HTTPRequest)
    /// `perform` is to send this: it is larger than the outbox likes.
    case sending(HTTPResponse)
    case parked(Parking)
    case closed
}

/// Why the parked exchange's `perform` has been asked for, and what was said meanwhile.
final class Parking {
    let exchange: any ParkedExchange
    /// HEAD and HTTP/1.0 matter to the answer; nothing else of the request is kept.
    let form: AnswerForm
    var wantsPerform = false
    /// The client was told nothing of its pipelined bytes yet.
    var wasInterrupted = false
    init(_ exchange: any ParkedExchange, _ form: AnswerForm) { self.exchange = exchange; self.form = form }
}

/// What of a request decides the form of its answer.
struct AnswerForm {
    let hasBody: Bool
    let isHTTP11: Bool
    let keepsAlive: Bool
    init(_ head: HTTPRequestHead) {
        hasBody = head.method != "HEAD"
        isHTTP11 = head.isHTTP11
        keepsAlive = head.keepsAlive
    }
    /// For a request that could not be read.
    init() { (hasBody, isHTTP11, keepsAlive) = (true, true, false) }
}

/// Collects one body. The limit was set before the first byte was read.
struct BodyReader {
    private enum Framing { case length(Int), chunked(HTTPChunkedBody) }
    private var framing: Framing
    private(set) var bytes: [UInt8] = []
    let began: ContinuousClock.Instant

    /// nil where there is no body.
    init?(_ framing: HTTPRequestHead.Framing, limit: Int, now: ContinuousClock.Instant) {
        began = now
        switch framing {
        case .none, .length(0): return nil
        case .length(let count): self.framing = .length(count)
        case .chunked: self.framing = .chunked(HTTPChunkedBody(limit: limit))
        }
    }
    /// True when the body is whole.
    mutating func read(_ input: inout ByteBuffer) throws(HTTPSyntaxError) -> Bool {
        switch framing {
        case .length(let left):
            let part = min(left, input.count)
            bytes.append(contentsOf: input.bytes(0..<part))
            input.consume(part)
            framing = .length(left - part)
            return part == left
        case .chunked(var chunks):
            let isWhole = try chunks.decode(&input, into: &bytes)
            framing = .chunked(chunks)
            return isWhole
        }
    }
    /// When the rate that was promised is broken, if nothing more comes.
    var deadline: ContinuousClock.Instant { began + HTTPLimits.bodyGrace + .seconds(bytes.count / HTTPLimits.bodyRate) }
}

extension HTTPRequestHead.Framing {
    /// The bytes that a body may come to have.
    func most(_ limit: Int) -> Int {
        switch self {
        case .none: 0
        case .length(let count): count
        case .chunked: limit
        }
    }
}
