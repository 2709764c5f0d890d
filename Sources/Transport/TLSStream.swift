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

/// One TLS conversation, server side, on a loop's wire. Knows records, no sockets. Confined to the loop.
@safe final class TLSStream {
    enum Progress: Equatable { case done, wantsMore, failed(String) }
    enum Reading { case bytes(Int), wantsMore, ended, failed(String) }

    private let stream: OpaquePointer
    private let wire: TLSWire

    init?(_ context: TLSContext, _ wire: TLSWire) {
        guard let made = unsafe martlet_tls_stream(context.pointer, wire.pointer) else { return nil }
        unsafe stream = made
        self.wire = wire
    }
    deinit { unsafe SSL_free(stream) }

    func handshake() -> Progress {
        switch unsafe martlet_tls_handshake(stream) {
        case SSL_ERROR_NONE: .done
        case SSL_ERROR_WANT_READ: .wantsMore
        default: .failed(Self.reason())
        }
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
        return unsafe Security(
            version: String(cString: SSL_get_version(stream)), cipher: String(cString: martlet_tls_cipher(stream)), serverName: shown)
    }
    var wasResumed: Bool { unsafe martlet_tls_was_resumed(stream) != 0 }

    private static func reason() -> String {
        var words = [CChar](repeating: 0, count: 128)
        unsafe martlet_tls_reason(&words, words.count)
        return String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
