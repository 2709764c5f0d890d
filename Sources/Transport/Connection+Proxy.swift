import Bytes
import Logging
import SessionKit
import Telemetry

/// A connection that a proxy of ours passes on: before TLS and before any word, the proxy says whose it is.
extension Connection {
    func awaitHeader() {
        phase = .announcing
        setLimit(service.settings.limits.handshake)
    }
    /// Octets have come before the header was whole.
    func announced(_ bytes: UnsafeRawBufferPointer) {
        unsafe input.append(bytes)
        switch ProxyHeader.parse(input) {
        case .incomplete: return
        case .malformed:
            core.log.warning("transport.proxy_header", metadata: fields)
            lost("no PROXY header")
        case .client(let peer, let length):
            input.consume(length)
            let rest = input.take()
            setLimit(nil)
            if let peer {
                line.peer = peer
                guard enter(peer) else { return }
            }
            if service.settings.tls == .implicit { beginHandshake() } else { meet() }
            guard !rest.isEmpty, phase != .gone else { return }
            unsafe rest.withUnsafeBytes { unsafe tls == nil ? heard($0) : decrypt($0) }
        }
    }
    /// The proxy itself counts for nothing; its client is counted like one that comes directly.
    private func enter(_ peer: Peer) -> Bool {
        switch service.admission.replace(admission, by: peer) {
        case .welcome(let key): admission = key
        case .refused:
            service.refused.add()
            lost("too many connections from \(peer.address)")
            return false
        }
        return true
    }
}
