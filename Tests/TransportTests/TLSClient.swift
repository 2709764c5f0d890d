import COpenSSL
import Glibc

/// A blocking TLS client over a `Client`'s socket.
@safe final class TLSClient {
    /// What a client keeps between two connections.
    @safe final class Ticket {
        let session: OpaquePointer
        init(_ session: OpaquePointer) { unsafe self.session = session }
        deinit { unsafe SSL_SESSION_free(session) }
    }
    enum Version { case any, only12, only13 }
    let client: Client
    private let context: OpaquePointer
    private let stream: OpaquePointer

    init(_ client: Client, version: Version = .any, name: String? = nil, protocols: [String] = [], ticket: Ticket? = nil) throws {
        self.client = client
        // OpenSSL's own socket BIO writes without MSG_NOSIGNAL.
        signal(SIGPIPE, SIG_IGN)
        guard let context = unsafe SSL_CTX_new(TLS_client_method()), let stream = unsafe SSL_new(context) else { throw Client.Failure(words: "SSL_new") }
        unsafe self.context = context
        unsafe self.stream = stream
        if version == .only12 { unsafe SSL_ctrl(stream, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil) }
        if version == .only13 { unsafe SSL_ctrl(stream, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_3_VERSION), nil) }
        if let name {
            var text = Array(name.utf8CString)
            unsafe SSL_ctrl(stream, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, &text)
        }
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { unsafe SSL_set_alpn_protos(stream, list, UInt32(list.count)) }
        if let ticket { unsafe SSL_set_session(stream, ticket.session) }
        unsafe SSL_set_fd(stream, client.descriptor)
        let result = unsafe SSL_connect(stream)
        guard result == 1 else { throw Client.Failure(words: "SSL_connect: \(unsafe SSL_get_error(stream, result))") }
    }
    deinit {
        // Without it OpenSSL takes the session for a broken one and spoils its ticket.
        unsafe SSL_shutdown(stream)
        unsafe SSL_free(stream)
        unsafe SSL_CTX_free(context)
    }
    func say(_ text: String) throws { try send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) throws {
        let sent = unsafe SSL_write(stream, bytes, Int32(bytes.count))
        guard sent == bytes.count else { throw Client.Failure(words: "SSL_write: \(unsafe SSL_get_error(stream, sent))") }
    }
    /// Empty at the end, with close_notify; a bare end is a failure.
    func receive(_ limit: Int = 65_536) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = unsafe SSL_read(stream, &bytes, Int32(limit))
        if count > 0 { return Array(bytes[..<Int(count)]) }
        let error = unsafe SSL_get_error(stream, count)
        guard error == SSL_ERROR_ZERO_RETURN else { throw Client.Failure(words: "SSL_read: \(error)") }
        return []
    }
    func hear(until text: String) throws -> String {
        var heard = ""
        while !heard.hasSuffix(text) {
            let more = try receive(1)
            guard !more.isEmpty else { throw Client.Failure(words: "end after \(heard)") }
            heard += String(decoding: more, as: UTF8.self)
        }
        return heard
    }
    func hearAll() throws -> String {
        var heard: [UInt8] = []
        while case let more = try receive(), !more.isEmpty { heard += more }
        return String(decoding: heard, as: UTF8.self)
    }
    /// To be asked after something has been heard: a TLS 1.3 ticket comes after the handshake.
    var ticket: Ticket? { unsafe SSL_get1_session(stream).map { unsafe Ticket($0) } }
    var wasResumed: Bool { unsafe SSL_session_reused(stream) == 1 }
    var version: String { unsafe String(cString: SSL_get_version(stream)) }
    var agreedProtocol: String {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(stream, &bytes, &count)
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    }
    /// "tls-unique" of a full handshake under TLS 1.2. (RFC 5929 §3)
    var firstFinished: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe SSL_get_finished(stream, &bytes, bytes.count)
        return Array(bytes.prefix(count))
    }
    /// SHA-256 of the server's certificate.
    var fingerprint: String {
        guard let certificate = unsafe SSL_get1_peer_certificate(stream) else { return "" }
        defer { unsafe X509_free(certificate) }
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        unsafe X509_digest(certificate, EVP_sha256(), &digest, &count)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
