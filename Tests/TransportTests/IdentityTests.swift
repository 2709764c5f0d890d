import Glibc
import Model
import Testing
@testable import Transport

@Suite struct IdentityTests {
    static let now = Timestamp(seconds: Int64(1_900_000_000))

    private func file(_ name: String, _ bytes: [UInt8], in directory: String) -> String {
        let path = "\(directory)/\(name)"
        let descriptor = unsafe open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o600)
        _ = unsafe write(descriptor, bytes, bytes.count)
        close(descriptor)
        return path
    }
    private func withDirectory(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/martlet-identity.XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template)
        let path = try unsafe String(cString: #require(made))
        defer {
            for name in ["c", "k"] { unsafe unlink("\(path)/\(name)") }
            unsafe rmdir(path)
        }
        try body(path)
    }
    @Test func readsWhatItMade() throws {
        let text = try SelfSigned.make(names: ["mail.example.org", "*.example.org", "127.0.0.1", "::1"], days: 30, now: Self.now)
        try withDirectory { directory in
            let identity = try TLSIdentity.load(chain: file("c", text.certificate, in: directory), key: file("k", text.key, in: directory))
            #expect(identity.names == ["mail.example.org", "*.example.org", "127.0.0.1", "::1"])
            #expect(identity.notAfter == Timestamp(seconds: 1_900_000_000 - 3600 + 30 * 86_400))
            #expect(identity.fingerprint.count == 64)
        }
    }
    @Test func saysWhatIsWrong() throws {
        let one = try SelfSigned.make(names: ["one.test"], now: Self.now)
        let two = try SelfSigned.make(names: ["two.test"], now: Self.now)
        let encrypted = Array(
            """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg/E1VSLxyVSwICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEENKzKE7l0cFfhPYE5l+bVWEEgZBq
            KkXMaZpjvU3E4tRKubTXR5Ph8t28PUJswS+e6PwXTmw84AVeipNxs/cRPPn/04J9
            Okls4i30VJlIVdNYWDYSuHSGQIDZe6b9Jc/Q/mgxm0o3qYTCqD1OVhfPsXoE2TJQ
            zlRhVwCXTbrOQJKt0DdJXF52Bo+y9aFnGShVqVre6TdKxWWuu4HFlo8b94BnO7c=
            -----END ENCRYPTED PRIVATE KEY-----
            """.utf8)
        func problem(_ chain: [UInt8], _ key: [UInt8]) -> TLSIdentityError? {
            do {
                _ = try TLSIdentity(chain: chain, key: key, chainName: "c", keyName: "k")
                return nil
            } catch { return error }
        }
        #expect(problem(one.certificate, one.key) == nil)
        #expect(problem(one.certificate + two.certificate, one.key) == nil)
        #expect(problem([], one.key) == .noCertificate(path: "c"))
        #expect(problem(one.key, one.key) == .noCertificate(path: "c"))
        #expect(problem(Array(one.certificate.prefix(200)), one.key) == .badCertificate(path: "c"))
        #expect(problem(one.certificate, one.certificate) == .noKey(path: "k"))
        #expect(problem(one.certificate, two.key) == .keyMismatch(chain: "c", key: "k"))
        #expect(problem(one.certificate, encrypted) == .keyEncrypted(path: "k"))
        #expect(throws: TLSIdentityError.cannotRead(path: "/nonexistent/c", errno: ENOENT)) {
            try TLSIdentity.load(chain: "/nonexistent/c", key: "/nonexistent/k")
        }
    }
    @Test(arguments: ["", "a,DNS:b", "a b", "näme", "a\n", String(repeating: "a", count: 254)])
    func refusesWhatIsNoHostName(_ name: String) {
        #expect(throws: TLSIdentityError.self) { try SelfSigned.make(names: [name], now: Self.now) }
    }
}
