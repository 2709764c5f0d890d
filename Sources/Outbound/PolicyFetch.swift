internal import Bytes
internal import HTTPCodec
internal import Model
internal import SessionKit
internal import Synchronization

/// One GET of a policy file: the certificate must be for that host, the answer 200, plain text and short; nothing is followed. (RFC 8461 §3.3)
final class PolicyFetch: Session {
    private let line: Line
    private let host: String
    private let answer: FetchAnswer
    private var reader = HTTPResponseReader(limit: STSPolicy.Limits.file)

    private init(_ line: Line, _ host: String, _ answer: FetchAnswer) { (self.line, self.host, self.answer) = (line, host, answer) }

    static func file(of host: String, at address: String, port: Int, through dialer: any Dialer) async -> [UInt8]? {
        var target = DialTarget(address: address, port: port)
        target.timeout = MTASTS.Limits.fetch
        target.tls = ClientTLS(serverName: host, verification: .names([host]))
        let answer = FetchAnswer()
        do throws(DialFailure) {
            try await dialer.dial(target) { PolicyFetch($0, host, answer) }
        } catch { return nil }
        return await answer.value()
    }
    func opened() -> Step {
        guard line.security?.isVerified == true else { return .close }
        line.expire(in: MTASTS.Limits.fetch)
        line.outbox.bytes.append("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: \(host)\r\nAccept: text/plain\r\nConnection: close\r\n\r\n")
        return .needMore
    }
    func receive(_ input: inout ByteBuffer) -> Step {
        do throws(HTTPSyntaxError) {
            guard let response = try reader.read(&input) else { return .needMore }
            answer.give(Self.file(response))
        } catch { answer.give(nil) }
        return .close
    }
    private static func file(_ response: HTTPResponse) -> [UInt8]? {
        guard response.status == 200, let type = response.headers["Content-Type"] else { return nil }
        let media = ASCII.lowercased(String(type.prefix { $0 != ";" && $0 != " " }))
        return media == "text/plain" ? response.body.flatMap { $0 } : nil
    }
    func perform() async -> Step { .close }
    func notice(_ changes: ChangeSet) -> Step { .needMore }
    func expired() -> Step { .close }
    func secured() -> Step { .close }
    func draining() -> Step { .close }
    func closed() {
        // Where nothing says how long the body is, its end is the connection's: an attacker can cut lines off, never add one. (RFC 9112 §9.8)
        answer.give(line.failure == nil ? (try? reader.end()).flatMap { Self.file($0) } : nil)
    }
}

/// What became of a fetch: given once, taken once, whichever comes first.
private final class FetchAnswer: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<[UInt8]?, Never>)
        case given([UInt8]?)
    }
    private let state = Mutex(State.open)

    func give(_ file: [UInt8]?) {
        let waiting = state.withLock { state -> CheckedContinuation<[UInt8]?, Never>? in
            switch state {
            case .open:
                state = .given(file)
                return nil
            case .waiting(let continuation):
                state = .given(nil)
                return continuation
            case .given: return nil
            }
        }
        waiting?.resume(returning: file)
    }
    func value() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let file: [UInt8]?? = state.withLock { state in
                guard case .given(let file) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                return .some(file)
            }
            if let file { continuation.resume(returning: file) }
        }
    }
}
