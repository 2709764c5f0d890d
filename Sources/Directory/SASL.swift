// The SASL exchange: Cyrus SASL speaks the mechanisms, Credentials decides. Decoding base 64 is the session's. (RFC 4422, RFC 4616)
internal import CSASL
internal import Model

enum SASLLibrary {
    enum Limits {
        /// Octets of one response. RFC 4954 §4 asks for 12,288 octets of base 64; the library refuses names and passwords above 1,024.
        static let response = 16_384
    }
    /// What the library offers of PLAIN and LOGIN; looked up once.
    static let plaintextMechanisms: [String] = {
        guard martlet_sasl_begin() == SASL_OK else { return [] }
        let list = unsafe String(cString: martlet_sasl_mechanisms())
        return list.split(separator: " ").map { $0.uppercased() }.filter { $0 == "PLAIN" || $0 == "LOGIN" }.sorted().reversed()
    }()
}

/// One SASL exchange with one client. Confined to the caller. (RFC 4422 §3)
///
/// The library believes whatever password it is told: its "success" only means that the exchange is complete. `success` leaves here when
/// Credentials has verified what was learned.
@safe package final class SASLExchange {
    package enum Answer: Sendable, Equatable { case challenge([UInt8]), success(LogIn), failure(LogInFailure) }
    private enum State { case new(String), running, ended }

    private let service: String
    private let address: String
    private let credentials: Credentials
    private let exchange: OpaquePointer?
    /// SCRAM is ours: the library's would tell unknown names from known ones. (docs/decisions/0091)
    private let scram: SCRAMExchange?
    private var state: State

    init(mechanism: String, service: String, address: String, credentials: Credentials, binding: ChannelBinding?) {
        self.service = service
        self.address = address
        self.credentials = credentials
        state = .new(mechanism)
        scram = SCRAMExchange(mechanism: mechanism, service: service, address: address, credentials: credentials, binding: binding)
        unsafe exchange = scram == nil ? martlet_sasl_new(service, 1) : nil
    }
    deinit { unsafe martlet_sasl_free(exchange) }

    /// `response` is what the client sent, decoded; nil at the start when it sent no initial response.
    package func step(_ response: [UInt8]?) async -> Answer {
        if let scram { return await scram.step(response) }
        guard let exchange = unsafe exchange else { return end(.tryLater) }
        if let response, response.count > SASLLibrary.Limits.response { return end(.malformed) }
        var output: UnsafePointer<CChar>?
        var length: UInt32 = 0
        let result: Int32
        switch state {
        case .new(let mechanism):
            state = .running
            unsafe result = Self.step(exchange, mechanism, response, &output, &length)
        case .running: unsafe result = Self.step(exchange, nil, response ?? [], &output, &length)
        case .ended: return .failure(.malformed)
        }
        switch result {
        case SASL_CONTINUE:
            let bytes = unsafe UnsafeBufferPointer(start: output, count: output == nil ? 0 : Int(length))
            return .challenge(unsafe bytes.map { UInt8(bitPattern: $0) })
        case SASL_OK: return unsafe await decide(exchange)
        case SASL_BADAUTH, SASL_NOUSER, SASL_NOAUTHZ: return end(.wrong)
        case SASL_NOMEM: return end(.tryLater)
        default: return end(.malformed)
        }
    }

    private func decide(_ exchange: OpaquePointer) async -> Answer {
        state = .ended
        var length: UInt32 = 0
        guard let user = unsafe martlet_sasl_user(exchange), let secret = unsafe martlet_sasl_password(exchange, &length) else { return .failure(.malformed) }
        let bytes = unsafe UnsafeBufferPointer(start: secret, count: Int(length)).map { UInt8(bitPattern: $0) }
        // RFC 4616 §2: both are UTF-8. What is not would become another password by repair.
        guard let name = unsafe String(validatingCString: user), let password = String(validating: bytes, as: UTF8.self) else { return .failure(.wrong) }
        do {
            return .success(try await credentials.logIn(name, password: password, service: service, address: address))
        } catch {
            return .failure(error)
        }
    }
    private func end(_ failure: LogInFailure) -> Answer {
        state = .ended
        return .failure(failure)
    }
    private static func step(
        _ exchange: OpaquePointer, _ mechanism: String?, _ response: [UInt8]?, _ output: inout UnsafePointer<CChar>?, _ length: inout UInt32
    ) -> Int32 {
        guard let response else { return unsafe martlet_sasl_step(exchange, mechanism, nil, 0, &output, &length) }
        // One more octet, so that an empty response has an address too: NULL would mean that there is none.
        return unsafe (response + [0]).withUnsafeBytes { raw in
            let text = unsafe raw.bindMemory(to: CChar.self)
            return unsafe martlet_sasl_step(exchange, mechanism, text.baseAddress, UInt32(response.count), &output, &length)
        }
    }
}
