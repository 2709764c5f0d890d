import CLinux
import Glibc
import SessionKit

/// The beginning of a connection that we open: TCP, then TLS where the target wants it at once; from then on it is like any other.
extension Connection {
    func beginToConnect() {
        phase = .connecting
        line.clientTLS = outgoing?.target.tls
        // TLS that comes at once has its time from the same purse.
        setLimit(outgoing?.target.timeout)
    }
    /// The kernel knows what has become of it.
    func connected() {
        let error = martlet_socket_error(descriptor)
        guard error == 0 else {
            outgoing?.failed(Dialling.failure(error))
            return lost(TransportError.words(error))
        }
        if outgoing?.target.tls != nil { return beginClientHandshake() }
        setLimit(nil)
        meet()
    }
    /// We speak first. What has been read before this is not in the stream's reach. (threat T3)
    func beginClientHandshake() {
        let wanted = line.clientTLS ?? ClientTLS(serverName: "", verification: .none)
        do throws(TLSStreamFailure) {
            guard let context = outgoing?.context else { throw TLSStreamFailure(words: "not a connection of ours") }
            let stream = try TLSStream(context, core.wire, asking: wanted)
            tls = stream
            let isFirst = phase == .connecting
            phase = .handshaking
            if !isFirst { setLimit(service.settings.limits.handshake) }
            _ = shakeHands(stream)
        } catch {
            handshakeFailed(error.words)
            lost()
        }
    }
}
