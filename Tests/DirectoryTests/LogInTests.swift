import Crypto
import Directory
import MailStore
import Model
import Testing

@Suite struct LogInTests {
    private func failure(_ directory: Directory, _ name: String, _ password: String, from address: String = "192.0.2.1") async -> LogInFailure? {
        do throws(LogInFailure) {
            _ = try await directory.logIn(name, password: password, service: "test", address: address)
            return nil
        } catch { return error }
    }
    @Test func takesTheRightPasswordAndNoOther() async throws {
        try await withStore { store in
            let logIn = try await store.directory.logIn("Ann@Example.org", password: "apple", service: "test", address: "192.0.2.1")
            #expect(logIn.name == "ann@example.org")
            let wrong = [
                ("ann@example.org", "Apple"), ("ann@example.org", ""), ("nobody@example.org", "apple"), ("", "apple"), ("ann@example.org", "apple\0"),
                ("bob@example.org", "apple"),
            ]
            for (name, password) in wrong {
                #expect(await failure(store.directory, name, password) == .wrong, "\(name) \(password)")
            }
            #expect(await failure(store.directory, String(repeating: "a", count: 100_000), "x") == .wrong)
            #expect(await failure(store.directory, "ann@example.org", String(repeating: "a", count: 1_000_000)) == .wrong)
        }
    }
    @Test(arguments: ["ann", "EXAMPLE.ORG\\ann", "example.org\\Ann", "x\\ann@example.org", "ann@EXAMPLE.ORG"]) func knowsTheFormsOfAName(
        _ name: String
    ) async throws {
        try await withStore { store in
            #expect(await failure(store.directory, name, "apple") == nil)
        }
    }
    @Test func anAliasOfOneUserLogsInToo() async throws {
        try await withStore { store in
            try await store.administration.addAddress("sales@example.org", to: ["ann@example.org"])
            try await store.administration.addAddress("all@example.org", to: ["ann@example.org", "bob@example.org"])
            #expect(try await store.directory.logIn("sales@example.org", password: "apple", service: "test", address: "192.0.2.1").name == "ann@example.org")
            #expect(await failure(store.directory, "all@example.org", "apple") == .wrong)
        }
    }
    @Test func aBareNameMustBeUnique() async throws {
        try await withStore { store in
            try await store.administration.addDomain("example.com")
            try await store.administration.addUser("ann@example.com", password: "apple")
            #expect(await failure(store.directory, "ann", "apple") == .wrong)
            #expect(await failure(store.directory, "bob", "pear") == nil)
        }
    }
    /// The slow hash runs once: with a cost of some 60 ms, a hundred log-ins more take less than two of them.
    @Test func remembersAVerifiedPassword() async throws {
        try await withStore(cost: .standard) { store in
            _ = try await store.directory.logIn("ann@example.org", password: "apple", service: "test", address: "192.0.2.1")
            for _ in 0..<100 { _ = try await store.directory.logIn("ann@example.org", password: "apple", service: "test", address: "192.0.2.1") }
            #expect(store.directory.counts.succeeded == 101)
            #expect(store.directory.counts.remembered == 100)
        }
    }
    @Test func forgetsWithTime() async throws {
        try await withStore(remember: .zero) { store in
            for _ in 0..<3 { #expect(await failure(store.directory, "ann@example.org", "apple") == nil) }
            #expect(store.directory.counts.remembered == 0)
        }
    }
    @Test func aNewPasswordEndsTheOldAtOnce() async throws {
        try await withStore { store in
            for round in 0..<10 {
                let old = round == 0 ? "apple" : "apple\(round - 1)"
                #expect(await failure(store.directory, "ann@example.org", old) == nil)
                try await store.administration.setPassword("ann@example.org", "apple\(round)")
                #expect(await failure(store.directory, "ann@example.org", old, from: "192.0.2.\(round)") == .wrong)
                #expect(await failure(store.directory, "ann@example.org", "apple\(round)") == nil)
            }
        }
    }
    @Test func aDisabledUserIsOutAtOnceAndComesBack() async throws {
        try await withStore { store in
            #expect(await failure(store.directory, "ann@example.org", "apple") == nil)
            try await store.administration.setEnabled("ann@example.org", false)
            #expect(await failure(store.directory, "ann@example.org", "apple") == .disabled)
            #expect(await failure(store.directory, "ann@example.org", "wrong") == .wrong, "whether a user is disabled is told only to that user")
            try await store.administration.setEnabled("ann@example.org", true)
            #expect(await failure(store.directory, "ann@example.org", "apple") == nil)
        }
    }
    @Test func aRemovedUserIsOut() async throws {
        try await withStore { store in
            #expect(await failure(store.directory, "ann@example.org", "apple") == nil)
            try await store.administration.removeUser("ann@example.org")
            #expect(await failure(store.directory, "ann@example.org", "apple") == .wrong)
            try await store.administration.addUser("ann@example.org", password: "other")
            #expect(await failure(store.directory, "ann@example.org", "apple") == .wrong)
        }
    }
    /// A change of something else (a quota, a device) makes the memory doubtful, and one read confirms it without a slow hash.
    @Test func anUnrelatedChangeCostsNoHash() async throws {
        try await withStore { store in
            #expect(await failure(store.directory, "ann@example.org", "apple") == nil)
            try await store.administration.setQuota("ann@example.org", 1_000_000)
            #expect(await failure(store.directory, "ann@example.org", "apple") == nil)
            #expect(store.directory.counts.remembered == 1)
        }
    }
    @Test func throttlesThePairThatFails() async throws {
        try await withStore { store in
            for _ in 0..<10 { #expect(await failure(store.directory, "ann@example.org", "guess") == .wrong) }
            #expect(await failure(store.directory, "ann@example.org", "guess") == .throttled)
            #expect(await failure(store.directory, "ann@example.org", "apple") == .throttled)
            #expect(await failure(store.directory, "ann@example.org", "apple", from: "192.0.2.9") == nil)
            #expect(await failure(store.directory, "bob@example.org", "pear") == nil)
            #expect(store.directory.counts.throttled == 2)
            for _ in 0..<30 { #expect(await failure(store.directory, "ann@example.org", "guess", from: "127.0.0.1") == .wrong) }
        }
    }
    /// T22: a name that nobody has costs as much as one that somebody has.
    @Test func unknownNamesCostTheSame() async throws {
        var settings = Throttle.Settings()
        settings.pairBurst = 1_000
        settings.nameBurst = 1_000
        settings.addressBurst = 1_000
        try await withStore(cost: .init(logN: 12), throttle: settings) { store in
            // In turns, and the quickest of each: other tests on the machine only make times longer.
            var (known, unknown) = (Duration.seconds(60), Duration.seconds(60))
            for round in 0..<30 {
                let clock = ContinuousClock()
                known = min(known, await clock.measure { _ = await failure(store.directory, "ann@example.org", "guess\(round)") })
                unknown = min(unknown, await clock.measure { _ = await failure(store.directory, "nobody@example.org", "guess\(round)") })
            }
            #expect(unknown > known * 0.5 && unknown < known * 2, "known \(known), unknown \(unknown)")
        }
    }
    @Test func manyAtOnce() async throws {
        try await withStore { store in
            let directory = store.directory
            let fine = await withTaskGroup(of: Bool.self) { group in
                for round in 0..<200 {
                    group.addTask {
                        (try? await directory.logIn("ann@example.org", password: round % 2 == 0 ? "apple" : "no\(round)", service: "test", address: "127.0.0.1"))
                            != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(fine == 100)
        }
    }
}
