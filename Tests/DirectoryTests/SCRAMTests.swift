// SCRAM: the examples of the standards, a client of our own, and what must be refused. (RFC 5802, RFC 7677; threats T21, T22)
import Bytes
import Crypto
import MailStore
import Model
import Testing

@testable import Directory

@Suite struct SCRAMTests {
    struct Example {
        let hash: SCRAMKeys.Hash
        let client, server, salt, proof, signature: String
    }
    /// RFC 5802 §5 and RFC 7677 §3: user "user", password "pencil", 4,096 rounds.
    static let examples = [
        Example(
            hash: .sha1, client: "fyko+d2lbbFgONRv9qkxdawL", server: "3rfcNHYJY1ZVvWVs7j", salt: "QSXCR+Q6sek8bf92", proof: "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            signature: "rmF9pqV8S7suAoZWja4dJRkFsKQ="),
        Example(
            hash: .sha256, client: "rOprNGfwEbeRWgbNEkqO", server: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
            proof: "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", signature: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
    ]
    @Test(arguments: [0, 1]) func examplesOfTheStandards(_ index: Int) throws {
        let example = Self.examples[index]
        let salt = try #require(Base64.decode(example.salt))
        let keys = try #require(SCRAMKeys.make("pencil", example.hash, iterations: 4_096, salt: salt))
        #expect(SCRAMKeys(encoded: keys.encoded) == keys)
        var server = SCRAMServer(hash: example.hash, binding: nil, offersBinding: false, nonce: example.server)
        try server.begin(Array("n,,n=user,r=\(example.client)".utf8))
        #expect(server.name == "user")
        let nonce = example.client + example.server
        #expect(String(decoding: server.challenge(keys), as: UTF8.self) == "r=\(nonce),s=\(example.salt),i=4096")
        #expect(try server.verify(Array("c=biws,r=\(nonce),p=\(example.proof)".utf8), keys) == Array("v=\(example.signature)".utf8))
        for wrong in ["c=eSws,r=\(nonce),p=\(example.proof)", "c=biws,r=\(nonce)x,p=\(example.proof)", "c=biws,r=\(nonce),x=1,p=\(example.proof)"] {
            #expect(throws: SCRAMServer.Problem.wrong) { try server.verify(Array(wrong.utf8), keys) }
        }
        for malformed in ["", "c=biws", "c=biws,r=\(nonce)", "c=biws,r=\(nonce),p=AAAA", "r=\(nonce),c=biws,p=\(example.proof)", "c=biws,r=\(nonce),p=\(example.proof),x=1"] {
            #expect(throws: SCRAMServer.Problem.malformed) { try server.verify(Array(malformed.utf8), keys) }
        }
    }
    @Test(arguments: [
        "", "n", "n,,", "n,,n=a", "n,,r=b,n=a", "n,,n=,r=b", "n,,n=a,r=", "x,,n=a,r=b", "p=tls-unique,,n=a,r=b", "n,b,n=a,r=b", "n,,m=x,n=a,r=b", "n,,n=a=2,r=b",
        "n,,n=a=2c,r=b", "n,,n=a\0,r=b", "n,,n=a,r=b c", String(repeating: "n,,n=a,r=", count: 1_000),
    ])
    func malformedBeginningsAreRefused(_ message: String) {
        var server = SCRAMServer(hash: .sha256, binding: nil, offersBinding: false)
        #expect(throws: SCRAMServer.Problem.malformed) { try server.begin(Array(message.utf8)) }
    }
    @Test func namesAreUnescaped() throws {
        var server = SCRAMServer(hash: .sha256, binding: nil, offersBinding: false)
        try server.begin(Array("n,a=x=2Cy,n=a=3Db=2Cc\u{f6},r=b,ext=1".utf8))
        #expect(server.name == "a=b,c\u{f6}" && server.authorization == "x,y")
    }
    /// Whoever says that we have no channel binding where we have is being lied to. (RFC 5802 §6)
    @Test func downgradesAreRefused() throws {
        let binding = ChannelBinding(type: "tls-exporter", octets: [1, 2, 3])
        for (flag, isPlus, isFine) in [("n", false, true), ("y", false, false), ("p=tls-exporter", false, false), ("n", true, false), ("p=tls-unique", true, false), ("p=tls-exporter", true, true)] {
            var server = SCRAMServer(hash: .sha256, binding: isPlus ? binding : nil, offersBinding: true)
            if isFine { try server.begin(Array("\(flag),,n=a,r=b".utf8)) } else {
                #expect(throws: SCRAMServer.Problem.malformed, "\(flag) \(isPlus)") { try server.begin(Array("\(flag),,n=a,r=b".utf8)) }
            }
        }
    }

    /// A client of its own: what RFC 5802 §3 says a client does.
    static func client(
        _ directory: Directory, _ mechanism: String, _ name: String, _ password: String, binding: ChannelBinding? = nil, bindWith: ChannelBinding? = nil,
        from address: String = "192.0.2.9"
    ) async -> SASLExchange.Answer? {
        guard let exchange = directory.exchange(mechanism: mechanism, service: "imap", address: address, plaintextAllowed: true, binding: binding) else { return nil }
        let hash: SCRAMKeys.Hash = mechanism.hasPrefix("SCRAM-SHA-256") ? .sha256 : .sha1
        let flag = mechanism.hasSuffix("-PLUS") ? "p=\(binding?.type ?? "")" : "n"
        let first = "n=\(name),r=abc"
        guard case .challenge(let bytes) = await exchange.step(Array("\(flag),,\(first)".utf8)) else { return await exchange.step([]) }
        let challenge = String(decoding: bytes, as: UTF8.self)
        let parts = challenge.split(separator: ",").map { String($0.dropFirst(2)) }
        guard parts.count == 3, let salt = Base64.decode(parts[1]), let rounds = Int(parts[2]), let keys = SCRAMKeys.make(password, hash, iterations: rounds, salt: salt) else { return nil }
        let bound = Base64.encodeText(Array("\(flag),,".utf8) + (mechanism.hasSuffix("-PLUS") ? (bindWith ?? binding)?.octets ?? [] : []))
        let message = "\(first),\(challenge),c=\(bound),r=\(parts[0])"
        let signature = HMAC.authenticate(hash.algorithm, key: keys.storedKey, Array(message.utf8))
        guard let clientKey = clientKey(password, hash, rounds, salt) else { return nil }
        let proof = Base64.encodeText(zip(clientKey, signature).map { $0 ^ $1 })
        let answer = await exchange.step(Array("c=\(bound),r=\(parts[0]),p=\(proof)".utf8))
        guard case .challenge(let last) = answer else { return answer }
        #expect(last == Array("v=\(Base64.encodeText(HMAC.authenticate(hash.algorithm, key: keys.serverKey, Array(message.utf8))))".utf8))
        return await exchange.step([])
    }
    /// PBKDF2 with HMAC alone, to share nothing with what is tested.
    private static func clientKey(_ password: String, _ hash: SCRAMKeys.Hash, _ rounds: Int, _ salt: [UInt8]) -> [UInt8]? {
        let key = Array(password.utf8)
        var u = HMAC.authenticate(hash.algorithm, key: key, salt + [0, 0, 0, 1]), sum = u
        for _ in 1..<rounds {
            u = HMAC.authenticate(hash.algorithm, key: key, u)
            for index in sum.indices { sum[index] ^= u[index] }
        }
        return HMAC.authenticate(hash.algorithm, key: sum, Array("Client Key".utf8))
    }
    static let mechanisms = ["SCRAM-SHA-256", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS"]
    static let binding = ChannelBinding(type: "tls-exporter", octets: Array(repeating: 7, count: 32))

    @Test(arguments: Self.mechanisms) func theRightPasswordAndNoOther(_ mechanism: String) async throws {
        try await withSCRAMStore { store in
            func log(_ name: String, _ password: String) async -> SASLExchange.Answer? {
                await Self.client(store.directory, mechanism, name, password, binding: Self.binding)
            }
            guard case .success(let logIn) = await log("ann@example.org", "apple") else {
                Issue.record("refused")
                return
            }
            #expect(logIn.name == "ann@example.org")
            #expect(await log("ann", "apple") == .success(logIn))
            #expect(await log("ann@example.org", "pear") == .failure(.wrong))
            #expect(await log("nobody@example.org", "apple") == .failure(.wrong))
            try await store.administration.setPassword("ann@example.org", "cherry")
            #expect(await log("ann@example.org", "apple") == .failure(.wrong))
            #expect(await log("ann@example.org", "cherry") == .success(logIn))
            try await store.administration.setEnabled("ann@example.org", false)
            #expect(await log("ann@example.org", "cherry") == .failure(.disabled))
            #expect(await log("ann@example.org", "wrong") == .failure(.wrong))
        }
    }
    @Test func anotherChannelIsRefused() async throws {
        try await withSCRAMStore { store in
            let other = ChannelBinding(type: "tls-exporter", octets: Array(repeating: 8, count: 32))
            #expect(await Self.client(store.directory, "SCRAM-SHA-256-PLUS", "ann", "apple", binding: Self.binding, bindWith: other) == .failure(.wrong))
            #expect(store.directory.exchange(mechanism: "SCRAM-SHA-256-PLUS", service: "imap", address: "", plaintextAllowed: true) == nil)
        }
    }
    /// T22: an unknown name gets the same salt at each try, another for each mechanism, and the rounds of everybody.
    @Test func unknownNamesLookLikeKnownOnes() async throws {
        try await withSCRAMStore { store in
            func first(_ name: String, _ mechanism: String) async -> [String] {
                let exchange = store.directory.exchange(mechanism: mechanism, service: "imap", address: "127.0.0.1", plaintextAllowed: true)
                guard case .challenge(let bytes)? = await exchange?.step(Array("n,,n=\(name),r=abc".utf8)) else { return [] }
                return String(decoding: bytes, as: UTF8.self).split(separator: ",").dropFirst().map(String.init)
            }
            let known = await first("ann", "SCRAM-SHA-256"), unknown = await first("nobody", "SCRAM-SHA-256")
            #expect(known.count == 2 && unknown.count == 2 && known[1] == unknown[1] && known[0].count == unknown[0].count)
            #expect(await first("NOBODY", "SCRAM-SHA-256") == unknown)
            #expect(await first("nobody2", "SCRAM-SHA-256") != unknown)
            #expect(await first("nobody", "SCRAM-SHA-1") != unknown)
        }
    }
    /// T22: the server's part takes as long for a name that nobody has as for one that somebody has: medians of 500 in turns.
    @Test func unknownNamesTakeAsLong() async throws {
        var throttle = Throttle.Settings()
        (throttle.pairBurst, throttle.nameBurst, throttle.addressBurst) = (1e6, 1e6, 1e6)
        try await withSCRAMStore(throttle: throttle) { store in
            var times: [String: [Duration]] = ["ann": [], "nobody": []]
            for round in 0..<1_000 {
                let name = round % 2 == 0 ? "ann" : "nobody"
                let exchange = try #require(
                    store.directory.exchange(mechanism: "SCRAM-SHA-256", service: "imap", address: "192.0.2.\(round % 200)", plaintextAllowed: true))
                let clock = ContinuousClock(), began = clock.now
                guard case .challenge(let bytes) = await exchange.step(Array("n,,n=\(name),r=abc".utf8)) else { continue }
                let nonce = String(decoding: bytes, as: UTF8.self).split(separator: ",").first.map(String.init) ?? ""
                let proof = Base64.encodeText(Array(repeating: UInt8(round % 256), count: 32))
                let answer = await exchange.step(Array("c=biws,\(nonce),p=\(proof)".utf8))
                times[name]?.append(clock.now - began)
                #expect(answer == .failure(.wrong))
            }
            let known = try #require(times["ann"]?.sorted()[250]), unknown = try #require(times["nobody"]?.sorted()[250])
            let difference = known > unknown ? known - unknown : unknown - known
            #expect(difference < .milliseconds(1), "known \(known), unknown \(unknown)")
        }
    }
    /// T21: guesses by SCRAM are slowed like others, and the user is let in from elsewhere.
    @Test func guessesAreThrottled() async throws {
        var throttle = Throttle.Settings()
        throttle.pairBurst = 3
        try await withSCRAMStore(throttle: throttle) { store in
            var answers: [SASLExchange.Answer?] = []
            for _ in 0..<6 { answers.append(await Self.client(store.directory, "SCRAM-SHA-256", "ann", "guess")) }
            #expect(answers.prefix(3).allSatisfy { $0 == .failure(.wrong) })
            #expect(store.directory.counts.throttled == 3)
            guard case .success? = await Self.client(store.directory, "SCRAM-SHA-256", "ann", "apple", from: "192.0.2.77") else {
                Issue.record("refused from elsewhere")
                return
            }
        }
    }
    /// Old accounts have no keys: nothing is offered until each has logged in once.
    @Test func keysAreMadeAtTheNextLogIn() async throws {
        try await withSCRAMStore { store in
            try await store.store.write { transaction in
                for account in try transaction.accounts() {
                    for row in try transaction.credentials(of: account.id) where row.kind != "scrypt" { try transaction.removeCredential(row.id) }
                }
            }
            await store.directory.learnMechanisms()
            #expect(store.directory.mechanisms(plaintextAllowed: true) == ["PLAIN", "LOGIN"])
            _ = try await store.directory.logIn("ann", password: "apple", service: "imap", address: "192.0.2.1")
            #expect(store.directory.mechanisms(plaintextAllowed: true) == ["PLAIN", "LOGIN"])
            _ = try await store.directory.logIn("bob", password: "pear", service: "imap", address: "192.0.2.1")
            #expect(store.directory.mechanisms(plaintextAllowed: true, binding: Self.binding) == ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"])
            guard case .success? = await Self.client(store.directory, "SCRAM-SHA-256", "ann", "apple") else {
                Issue.record("refused")
                return
            }
        }
    }
    private func withSCRAMStore(throttle: Throttle.Settings = Throttle.Settings(), _ body: (TemporaryStore) async throws -> Void) async throws {
        try await withStore(throttle: throttle, scram: 4_096, body)
    }
}
