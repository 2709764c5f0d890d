import Model
import COpenSSL
import SessionKit

/// The memory that all TLS streams of a loop share: ciphertext that has just been read, ciphertext to be sent, plaintext of one record. Only the
/// stream that is being worked on uses it, and leaves it empty. Confined to the loop.
@safe final class TLSWire {
    enum Limits {
        /// Plaintext of the longest record. (RFC 8446 §5.1)
        static let record = 16_384
        /// What a record may grow by, generously. (RFC 5246 §6.2.3)
        static let overhead = 512
        static let output = 262_144 + 16 * 1024
    }
    let pointer = UnsafeMutablePointer<martlet_wire>.allocate(capacity: 1)
    let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: Limits.record, alignment: 64)
    private let output = UnsafeMutablePointer<UInt8>.allocate(capacity: Limits.output)

    init() {
        unsafe pointer.initialize(to: martlet_wire(in: nil, in_left: 0, out: output, out_capacity: Limits.output, out_used: 0))
    }
    deinit {
        unsafe pointer.deallocate()
        unsafe plain.deallocate()
        unsafe output.deallocate()
    }
    /// The bytes must stay until the stream has taken them all, or `drop`.
    func offer(_ bytes: UnsafeRawBufferPointer) {
        unsafe pointer.pointee.in = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe pointer.pointee.in_left = bytes.count
    }
    func drop() {
        unsafe pointer.pointee.in = nil
        unsafe pointer.pointee.in_left = 0
    }
    var hasRoomForRecord: Bool { unsafe Limits.output - pointer.pointee.out_used >= Limits.record + Limits.overhead }
    var hasOutput: Bool { unsafe pointer.pointee.out_used > 0 }
    /// Ciphertext to be sent; the wire counts it as gone when the call returns.
    func withOutput(_ body: (UnsafeRawBufferPointer) -> Void) {
        unsafe body(UnsafeRawBufferPointer(start: output, count: pointer.pointee.out_used))
        unsafe pointer.pointee.out_used = 0
    }
}

/// One TLS conversation, either side, on a loop's wire. Knows records, no sockets. Confined to the loop.
@safe final class TLSStream {
    enum Progress: Equatable { case done, wantsMore, failed(String) }
    enum Reading { case bytes(Int), wantsMore, ended, failed(String) }

    private let stream: OpaquePointer
    private let wire: TLSWire

    init?(_ context: TLSContext, _ wire: TLSWire) {
        guard let made = unsafe martlet_tls_stream(context.pointer, wire.pointer, 0) else { return nil }
        unsafe stream = made
        self.wire = wire
    }
    /// The client's side. Fails with words when what is asked for cannot be asked: a trust that falls away unseen would be none.
    init(_ context: ClientContext, _ wire: TLSWire, asking tls: ClientTLS) throws(TLSStreamFailure) {
        let shared = try unsafe context.pointer(for: tls.verification)
        guard let made = unsafe martlet_tls_stream(shared, wire.pointer, 1) else {
            throw TLSStreamFailure(words: "OpenSSL has no memory")
        }
        unsafe stream = made
        self.wire = wire
        if !tls.serverName.isEmpty, unsafe martlet_tls_ask_for(made, tls.serverName) != 0 {
            throw TLSStreamFailure(words: "\(tls.serverName) cannot be a server's name")
        }
        switch tls.verification {
        case .none: return
        case .names(let names):
            unsafe martlet_tls_verify_names(made)
            guard !names.isEmpty else { throw TLSStreamFailure(words: "no name to verify") }
            try add(names)
        case .dane(let associations, let names):
            guard unsafe martlet_tls_verify_dane(made, names.first ?? tls.serverName) == 0 else { throw TLSStreamFailure(words: "OpenSSL refuses DANE") }
            try add(Array(names.dropFirst()))
            try add(associations)
        }
    }
    private func add(_ names: [String]) throws(TLSStreamFailure) {
        for name in names {
            guard unsafe martlet_tls_add_host(stream, name) == 0 else { throw TLSStreamFailure(words: "\(name) cannot be a server's name") }
        }
    }
    private func add(_ associations: [TLSARecord]) throws(TLSStreamFailure) {
        var usable = 0
        for one in associations where one.isUsable {
            let answer = unsafe martlet_tls_add_tlsa(stream, one.usage, one.selector, one.matching, one.data, one.data.count)
            guard answer >= 0 else { throw TLSStreamFailure(words: "OpenSSL does not take a TLSA record") }
            usable += Int(answer)
        }
        guard usable > 0 else { throw TLSStreamFailure(words: "none of the TLSA records is usable") }
    }
    deinit { unsafe SSL_free(stream) }

    func handshake() -> Progress {
        switch unsafe martlet_tls_handshake(stream) {
        case SSL_ERROR_NONE: .done
        case SSL_ERROR_WANT_READ: .wantsMore
        default: .failed(refusal ?? Self.reason())
        }
    }
    /// Why the certificate of the other end did not pass.
    private var refusal: String? {
        guard let words = unsafe martlet_tls_verify_words(stream) else { return nil }
        _ = Self.reason()
        return "the certificate does not pass: \(unsafe String(cString: words))"
    }
    /// The plaintext of the next record, as so many bytes of `wire.plain` until the next call.
    func read() -> Reading {
        let count = unsafe martlet_tls_read(stream, wire.plain.baseAddress, Int32(wire.plain.count))
        if count > 0 { return .bytes(Int(count)) }
        switch -count {
        case SSL_ERROR_WANT_READ, SSL_ERROR_NONE: return .wantsMore
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed(Self.reason())
        }
    }
    /// Turns plaintext into records on the wire, as many as it has room for; answers how much was taken, nil on failure.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var taken = 0
        while taken < bytes.count, wire.hasRoomForRecord {
            let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[taken..<min(bytes.count, taken + TLSWire.Limits.record)])
            let count = unsafe martlet_tls_write(stream, piece.baseAddress, Int32(piece.count))
            guard count > 0 else { return nil }
            taken += Int(count)
        }
        return taken
    }
    /// close_notify goes on the wire. (RFC 8446 §6.1)
    func end() { unsafe martlet_tls_close(stream) }

    var security: Security {
        let name = unsafe martlet_tls_server_name(stream)
        let shown = unsafe name.map { unsafe String(cString: $0) }
        var security = unsafe Security(
            version: String(cString: SSL_get_version(stream)), cipher: String(cString: martlet_tls_cipher(stream)), serverName: shown)
        var binding = [UInt8](repeating: 0, count: 64)
        let length = unsafe martlet_tls_channel_binding(stream, &binding)
        security.channelBinding = Array(binding.prefix(length))
        security.isVerified = unsafe martlet_tls_is_verified(stream) != 0
        return security
    }
    var wasResumed: Bool { unsafe martlet_tls_was_resumed(stream) != 0 }

    private static func reason() -> String {
        var words = [CChar](repeating: 0, count: 128)
        unsafe martlet_tls_reason(&words, words.count)
        return String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
