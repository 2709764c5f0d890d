// A message in a file, held against SPF, DKIM and DMARC, or signed: what the daemon does with mail, shown on one. Touches no store.
internal import Bytes
internal import Crypto
internal import DNSCodec
internal import Delivery
internal import Glibc
internal import MailAuthentication
internal import Model
internal import Telemetry
internal import Transport

package struct MessageDesk: Sendable {
    package enum Limits {
        static let message = 256 * 1_048_576
        static let key = 65_536
    }
    private let message: [UInt8]

    /// Line ends become CRLF, as on the wire.
    package init(file: String) throws(ControlFailure) { message = Self.wire(try Self.read(file, Limits.message)) }

    /// Each result with its words, and the field that the daemon would write. `resolver`: "127.0.0.1:53"; nil takes the system's.
    package func verify(
        address: String, greeting: String, sender: String, hostname: String, resolver: String?, now: Int64?
    ) async throws(ControlFailure) -> JSONValue {
        guard let client = IPAddress(address) else { throw .usage("\"\(address)\" is no IP address") }
        let names: any NameResolver
        do { names = try Resolver(servers: resolver.map { [$0] } ?? [], metrics: Metrics()) } catch {
            throw ControlFailure(code: ExitStatus.unavailable, "\(error)")
        }
        let time = now ?? WallClock.now().seconds
        let check = DKIMCheck(message.span, now: time), authors = AuthorDomains.read(message.span)
        var results = AuthenticationResults()
        results.dkim = await check.results(names)
        let spf = SPFCheck(client: client, greeting: greeting, receiver: hostname, time: time, resolver: names)
        let parts = sender.split(separator: "@").map(String.init)
        let hello = await spf.hello()
        if let domain = parts.last, parts.count > 1 {
            results.spf = [await spf.mailFrom(localPart: parts.dropLast().joined(separator: "@"), domain: domain), hello]
        } else {
            results.spf = [hello]
        }
        for author in authors { results.dmarc.append(await DMARCCheck.check(author: author, spf: results.spf.first, dkim: results.dkim, names)) }
        return .object([
            "spf": .array(
                results.spf.map { ["identity": $0.identity.rawValue, "result": $0.result.rawValue, "domain": $0.domain, "words": $0.words] }.map(Self.row)),
            "dkim": .array(results.dkim.map { ["result": $0.result.rawValue, "domain": $0.domain, "selector": $0.selector, "words": $0.words] }.map(Self.row)),
            "dmarc": .array(
                results.dmarc.map {
                    [
                        "result": $0.result.rawValue, "domain": $0.domain, "disposition": $0.disposition.rawValue, "policy_domain": $0.policyDomain,
                        "published": $0.published.rawValue, "words": $0.words,
                    ]
                }.map(Self.row)),
            "field": .string(String(decoding: results.field(by: hostname, sender: sender), as: UTF8.self)),
        ])
    }

    /// The message with a signature on top, for standard output.
    package func signed(domain: String, selector: String, keyFile: String, now: Int64?) throws(ControlFailure) -> [UInt8] {
        do {
            let key = try PrivateKey(pem: String(decoding: try Self.read(keyFile, Limits.key), as: UTF8.self))
            let signer = DKIMSigner(domain: domain.lowercased(), selector: selector.lowercased(), key: key)
            return try DKIMSigner.fields(for: message.span, [signer], time: now ?? WallClock.now().seconds) + message
        } catch let failure as ControlFailure {
            throw failure
        } catch {
            throw ControlFailure(code: ExitStatus.badData, "\(keyFile): no private key in PEM that signs mail (\(error))")
        }
    }

    private static func row(_ fields: [String: String]) -> JSONValue { .object(fields.mapValues { .string($0) }) }
    private static func read(_ path: String, _ limit: Int) throws(ControlFailure) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ControlFailure(code: ExitStatus.noInput, "\(path): \(SettingsPath.words(errno))") }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ControlFailure(code: ExitStatus.noInput, "\(path): \(SettingsPath.words(errno))") }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        throw ControlFailure(code: ExitStatus.badData, "\(path) is larger than \(limit) bytes")
    }
    private static func wire(_ message: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(message.count + message.count / 32)
        var last: UInt8 = 0
        for byte in message {
            if byte == ASCII.lf, last != ASCII.cr { output.append(ASCII.cr) }
            output.append(byte)
            last = byte
        }
        return output
    }
}
