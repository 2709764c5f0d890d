import Glibc
import SessionKit
import Testing
@testable import Transport

/// Certificates that an authority has signed, made by OpenSSL's program: DANE-TA and chains to a root. (RFC 7672 §3.1.2, RFC 8461 §4.1; threat T23)
@Suite(.timeLimit(.minutes(1)), .enabled(if: Workshop.has("/usr/bin/openssl"))) struct AuthorityTests {
    private static func issue(_ workshop: Workshop) throws -> (leaf: TLSIdentity, authority: TLSIdentity, root: [UInt8]) {
        let openssl = "/usr/bin/openssl"
        try workshop.write("leaf.ext", "subjectAltName=DNS:mx.right.test\nbasicConstraints=CA:FALSE\n")
        let curve = "ec_paramgen_curve:P-256"
        let made = [
            try workshop.run(
                openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Authority", "-days",
                "30", "-addext", "keyUsage=critical,keyCertSign"),
            try workshop.run(
                openssl, "req", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=leaf"),
            try workshop.run(
                openssl, "x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "leaf.ext",
                "-out", "leaf.pem"),
        ]
        guard made == [0, 0, 0] else { throw Client.Failure(words: "openssl: \(made)") }
        let root = try workshop.read("ca.pem")
        let leaf = try TLSIdentity(chain: try workshop.read("leaf.pem") + root, key: try workshop.read("leaf.key"))
        return (leaf, try TLSIdentity(chain: root, key: try workshop.read("ca.key")), root)
    }
    @Test func theAuthorityIsPinnedAndTheNameCounts() async throws {
        let (leaf, authority, root) = try Self.issue(Workshop())
        let pin = DialTests.tlsa(2, 1, 1, authority.keyDigest)
        let digest = stride(from: 0, to: 64, by: 2).map { start in
            UInt8(String(authority.fingerprint.dropFirst(start).prefix(2)), radix: 16) ?? 0
        }
        let table: [(ClientTLS.Verification, String)] = [
            (.dane([pin], names: ["mx.right.test"]), "verified"), (.dane([DialTests.tlsa(2, 0, 1, digest)], names: ["mx.right.test"]), "verified"),
            (.dane([pin], names: ["mx.wrong.test", "mx.right.test"]), "verified"), (.dane([pin], names: ["mx.wrong.test"]), "hostname mismatch"),
            (.dane([DialTests.tlsa(2, 1, 1, DialTests.unlike)], names: ["mx.right.test"]), "does not pass"),
            // The leaf's key is no authority.
            (.dane([DialTests.tlsa(2, 1, 1, leaf.keyDigest)], names: ["mx.right.test"]), "does not pass"),
            (.names(["mx.right.test"]), "verified"), (.names(["mx.wrong.test"]), "hostname mismatch"),
        ]
        try await withServer(tls: .implicit, identities: [leaf]) { _, port, _ in
            for (verification, outcome) in table {
                try await DialTests.withDialer(authorities: root) { server, record in
                    let target = DialTests.target(port, tls: ClientTLS(serverName: "mx.right.test", verification: verification))
                    do throws(DialFailure) {
                        try await server.dialer.dial(target) { Caller($0, record, first: "quit") }
                        #expect(outcome == "verified", "\(verification)")
                        #expect(record.all.first == "opened TLSv1.3 verified")
                    } catch {
                        guard case .tls(let words) = error else { return #expect(Bool(false), "\(error)") }
                        #expect(outcome != "verified" && words.contains(outcome), "\(verification): \(words)")
                    }
                }
            }
        }
    }
    /// A chain to an authority that nobody has named.
    @Test func otherAuthoritiesDoNotCount() async throws {
        let (leaf, _, _) = try Self.issue(Workshop())
        let (_, _, other) = try Self.issue(Workshop())
        try await withServer(tls: .implicit, identities: [leaf]) { _, port, _ in
            try await DialTests.withDialer(authorities: other) { server, record in
                let target = DialTests.target(port, tls: ClientTLS(serverName: "mx.right.test", verification: .names(["mx.right.test"])))
                await #expect(throws: DialFailure.self) { try await server.dialer.dial(target) { Caller($0, record, first: "quit") } }
                #expect(record.all.isEmpty)
            }
        }
    }
}
