import Bytes
import Logging
import SessionKit
import Telemetry

/// TLS on a connection: when it begins, how bytes pass through it, when it is refused.
extension Connection {
    /// The session asked for TLS. What has come already was said in the clear and may be another's: no command of it is run, the connection ends.
    /// (RFC 3207 §5; threat T2)
    func askForTLS() {
        guard input.isEmpty else {
            core.log.warning("transport.plaintext_after_starttls", metadata: fields)
            return lost("more came in the clear after STARTTLS")
        }
        if outgoing != nil, tls == nil {
            phase = .startingTLS
            return
        }
        guard service.settings.tls != .none, service.tls != nil, tls == nil else {
            core.log.error("transport.no_tls", metadata: fields)
            return startClosing()
        }
        phase = .startingTLS
    }
    func beginHandshake() {
        if outgoing != nil { return beginClientHandshake() }
        guard let context = service.tls?.context, let stream = TLSStream(context, core.wire) else {
            core.log.error("transport.no_tls", metadata: fields)
            return lost()
        }
        tls = stream
        phase = .handshaking
        setLimit(service.settings.limits.handshake)
    }
    func handshakeFailed(_ reason: String) {
        service.handshakeFailures.add()
        line.failure = line.failure ?? "TLS: \(reason)"
        outgoing?.failed(.tls(reason))
        core.log.debug("transport.tls_failed", metadata: fields.merging(["reason": "\(reason)"]) { $1 })
    }
    /// Ciphertext has been read. All of it passes through OpenSSL before this returns: an unfinished record waits in there.
    func decrypt(_ bytes: UnsafeRawBufferPointer) {
        guard let tls else { return }
        unsafe core.wire.offer(bytes)
        defer { core.wire.drop() }
        if phase == .handshaking, !shakeHands(tls) { return }
        while phase == .open {
            switch tls.read() {
            case .bytes(let count): unsafe heard(UnsafeRawBufferPointer(rebasing: core.wire.plain[..<count]))
            case .wantsMore:
                sendRecords()
                return
            case .ended:
                sendRecords()
                return inputEnded()
            case .failed(let reason):
                core.log.debug("transport.tls_broken", metadata: fields.merging(["reason": "\(reason)"]) { $1 })
                sendRecords()
                return lost("TLS: \(reason)")
            }
        }
    }
    /// True when the connection is secure now.
    func shakeHands(_ tls: TLSStream) -> Bool {
        let progress = tls.handshake()
        sendRecords()
        switch progress {
        case .wantsMore: return false
        case .failed(let reason):
            handshakeFailed(reason)
            lost()
            return false
        case .done:
            guard phase == .handshaking else { return false }
            setLimit(nil)
            service.handshakes.add()
            if tls.wasResumed { service.resumptions.add() }
            line.security = tls.security
            meet()
            return true
        }
    }
    var fields: Logger.Metadata { ["connection": "\(id)", "service": "\(line.service)", "peer": "\(line.peer)"] }
}
