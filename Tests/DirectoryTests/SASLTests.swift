import Directory
import Testing

/// T8: what a client sends fails that client's exchange, and nobody else's.
@Suite struct SASLTests {
    private func run(_ store: TemporaryStore, _ mechanism: String, _ responses: [String?]) async -> [SASLExchange.Answer] {
        guard let exchange = store.directory.exchange(mechanism: mechanism, service: "smtp", address: "127.0.0.1", plaintextAllowed: true) else { return [] }
        var answers: [SASLExchange.Answer] = []
        for response in responses { answers.append(await exchange.step(response.map { Array($0.utf8) })) }
        return answers
    }
    private func name(_ answer: SASLExchange.Answer?) -> String? { if case .success(let logIn) = answer { logIn.name } else { nil } }

    @Test func offersNothingInTheClear() async throws {
        try await withStore { store in
            #expect(store.directory.mechanisms(plaintextAllowed: true) == ["PLAIN", "LOGIN"])
            #expect(store.directory.mechanisms(plaintextAllowed: false).isEmpty)
            #expect(store.directory.exchange(mechanism: "PLAIN", service: "smtp", address: "192.0.2.1", plaintextAllowed: false) == nil)
            for other in ["ANONYMOUS", "CRAM-MD5", "DIGEST-MD5", "NTLM", "SCRAM-SHA-1", "EXTERNAL", "", "PLAIN LOGIN", "PLAIN\0"] {
                #expect(store.directory.exchange(mechanism: other, service: "smtp", address: "192.0.2.1", plaintextAllowed: true) == nil, "\(other)")
            }
        }
    }
    @Test func plain() async throws {
        try await withStore { store in
            #expect(name(await run(store, "PLAIN", ["\0ann@example.org\0apple"]).last) == "ann@example.org")
            #expect(name(await run(store, "plain", ["ann@example.org\0ann@example.org\0apple"]).last) == "ann@example.org")
            #expect(await run(store, "PLAIN", [nil])[0] == .challenge([]))
            #expect(name(await run(store, "PLAIN", [nil, "\0ann@example.org\0apple"]).last) == "ann@example.org")
            #expect(name(await run(store, "PLAIN", ["\0ann\0apple"]).last) == "ann@example.org")
            #expect(name(await run(store, "PLAIN", ["\0EXAMPLE\\ann\0apple"]).last) == nil)
        }
    }
    @Test func plainRefusesEverythingElse() async throws {
        try await withStore { store in
            let refused = [
                "\0ann@example.org\0pear", "\0nobody@example.org\0apple", "bob@example.org\0ann@example.org\0apple", "", "\0", "\0\0", "\0\0\0",
                "ann@example.org",
                "\0ann@example.org", "\0ann@example.org\0", "\0ann@example.org\0apple\0", "\0ann@example.org\0apple\0more",
                String(repeating: "x", count: 10_000),
                "\0" + String(repeating: "a", count: 5_000) + "\0apple", "\0ann@example.org\0" + String(repeating: "a", count: 12_000),
                String(repeating: "\0", count: 1_000_000),
            ]
            for response in refused {
                guard case .failure = await run(store, "PLAIN", [response])[0] else {
                    Issue.record("taken: \(response.prefix(60).debugDescription)")
                    continue
                }
            }
            let exchange = try #require(store.directory.exchange(mechanism: "PLAIN", service: "smtp", address: "127.0.0.1", plaintextAllowed: true))
            #expect(await exchange.step([0, 0xff, 0xfe, 0] + Array("apple".utf8)) == .failure(.wrong))
            #expect(name(await run(store, "PLAIN", ["\0ann@example.org\0apple"]).last) == "ann@example.org")
        }
    }
    @Test func login() async throws {
        try await withStore { store in
            let answers = await run(store, "LOGIN", [nil, "ann@example.org", "apple"])
            #expect(answers[0] == .challenge(Array("Username:".utf8)))
            #expect(answers[1] == .challenge(Array("Password:".utf8)))
            #expect(name(answers[2]) == "ann@example.org")
            #expect(name(await run(store, "LOGIN", ["ann@example.org", "apple"]).last) == "ann@example.org")
            #expect(await run(store, "LOGIN", [nil, "ann@example.org", "pear"]).last == .failure(.wrong))
            #expect(await run(store, "LOGIN", [nil, "nobody@example.org", "apple"]).last == .failure(.wrong))
        }
    }
    @Test func anExchangeEndsOnce() async throws {
        try await withStore { store in
            #expect(await run(store, "PLAIN", ["\0ann@example.org\0apple", "\0ann@example.org\0apple"]).last == .failure(.malformed))
            #expect(await run(store, "PLAIN", ["\0ann@example.org\0pear", "\0ann@example.org\0apple"]).last == .failure(.malformed))
        }
    }
    @Test func manyExchangesAtOnce() async throws {
        try await withStore { store in
            let directory = store.directory
            let fine = await withTaskGroup(of: Bool.self) { group in
                for round in 0..<200 {
                    group.addTask {
                        let exchange = directory.exchange(
                            mechanism: round % 2 == 0 ? "PLAIN" : "LOGIN", service: "imap", address: "127.0.0.1", plaintextAllowed: true)
                        guard let exchange else { return false }
                        if round % 2 == 0 {
                            if case .success = await exchange.step(Array("\0bob@example.org\0pear".utf8)) { return true }
                            return false
                        }
                        _ = await exchange.step(nil)
                        _ = await exchange.step(Array("bob@example.org".utf8))
                        if case .success = await exchange.step(Array("pear".utf8)) { return true }
                        return false
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(fine == 200)
        }
    }
}
