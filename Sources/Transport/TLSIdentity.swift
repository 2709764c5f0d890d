import COpenSSL
import Glibc
package import Model

/// Why a certificate cannot be used. The description says what to do.
package enum TLSIdentityError: Error, Equatable, CustomStringConvertible {
    case cannotRead(path: String, errno: Int32)
    case tooLong(path: String)
    case noCertificate(path: String)
    case badCertificate(path: String)
    case noKey(path: String)
    case keyEncrypted(path: String)
    case keyMismatch(chain: String, key: String)
    case refused(String)

    package var description: String {
        switch self {
        case .cannotRead(let path, EACCES): "\(path): not allowed to read it; the user that runs the server must be able to"
        case .cannotRead(let path, let number): "\(path): \(TransportError.words(number))"
        case .tooLong(let path): "\(path): longer than a certificate chain or key can be"
        case .noCertificate(let path): "\(path): holds no certificate; PEM text with BEGIN CERTIFICATE is wanted, the server's own first, then its chain"
        case .badCertificate(let path): "\(path): a certificate in it cannot be read; is the file cut off?"
        case .noKey(let path): "\(path): holds no private key; PEM text with BEGIN PRIVATE KEY is wanted"
        case .keyEncrypted(let path): "\(path): the key is encrypted; the server cannot ask for a password, store it in the clear with mode 0600"
        case .keyMismatch(let chain, let key): "the key in \(key) does not belong to the first certificate in \(chain)"
        case .refused(let why): "TLS: \(why)"
        }
    }
}

/// A certificate chain with its key: what a server shows. Immutable.
@safe package final class TLSIdentity: @unchecked Sendable {
    enum Limits {
        /// Bytes of a PEM file.
        static let file = 1_048_576
        static let names = 1000
    }
    /// Only read after `init`, and OpenSSL counts references to what is in it under locks.
    let pointer: OpaquePointer
    /// Lower case, as in subjectAltName; "*.example.org" among them.
    package let names: [String]
    package let notAfter: Timestamp
    /// SHA-256, as hex digits.
    package let fingerprint: String
    /// SHA-256 of the SubjectPublicKeyInfo: the data of a TLSA record 3 1 1. (RFC 7672 §3.1.1)
    package let keyDigest: [UInt8]

    package static func load(chain: String, key: String) throws(TLSIdentityError) -> TLSIdentity {
        try TLSIdentity(chain: try contents(chain), key: try contents(key), chainName: chain, keyName: key)
    }
    /// From PEM text; the names are for error messages.
    package init(chain: [UInt8], key: [UInt8], chainName: String = "certificate", keyName: String = "key") throws(TLSIdentityError) {
        var problem: Int32 = 0
        guard let made = unsafe martlet_identity_new(chain, chain.count, key, key.count, &problem) else {
            throw Self.error(problem, chainName, keyName)
        }
        unsafe pointer = made
        names = unsafe Self.names(of: made)
        notAfter = Timestamp(seconds: unsafe martlet_identity_not_after(made))
        var digest = [UInt8](repeating: 0, count: 32)
        _ = unsafe martlet_identity_fingerprint(made, &digest)
        var keyDigest = [UInt8](repeating: 0, count: 32)
        _ = unsafe martlet_identity_key_digest(made, &keyDigest)
        self.keyDigest = keyDigest
        fingerprint = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    deinit { unsafe martlet_identity_free(pointer) }

    private static func error(_ problem: Int32, _ chain: String, _ key: String) -> TLSIdentityError {
        switch UInt32(bitPattern: problem) {
        case MARTLET_IDENTITY_NO_CERTIFICATE.rawValue: .noCertificate(path: chain)
        case MARTLET_IDENTITY_NO_KEY.rawValue: .noKey(path: key)
        case MARTLET_IDENTITY_KEY_ENCRYPTED.rawValue: .keyEncrypted(path: key)
        case MARTLET_IDENTITY_KEY_MISMATCH.rawValue: .keyMismatch(chain: chain, key: key)
        case MARTLET_IDENTITY_TOO_LONG.rawValue: .tooLong(path: chain)
        default: .badCertificate(path: chain)
        }
    }
    private static func names(of identity: OpaquePointer) -> [String] {
        var names: [String] = []
        for index in 0..<Limits.names {
            var name = [CChar](repeating: 0, count: 256)
            let count = unsafe martlet_identity_name(identity, Int32(index), &name, name.count)
            if count < 0 { break }
            guard count > 0 else { continue }
            names.append(String(decoding: name[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased())
        }
        return names
    }
    private static func contents(_ path: String) throws(TLSIdentityError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotRead(path: path, errno: errno) }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while text.count <= Limits.file {
            let count = unsafe read(descriptor, &piece, piece.count)
            if count == 0 { return text }
            guard count > 0 else { throw .cannotRead(path: path, errno: errno) }
            text += piece[..<count]
        }
        throw .tooLong(path: path)
    }
}
