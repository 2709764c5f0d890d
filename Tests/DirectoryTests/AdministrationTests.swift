import Directory
import MailStore
import Model
import Testing

@Suite struct AdministrationTests {
    private func failure(_ action: () async throws(AdministrationFailure) -> Void) async -> AdministrationFailure? {
        do throws(AdministrationFailure) { try await action(); return nil } catch { return error }
    }
    @Test func aNewUserHasTheDefaultFolders() async throws {
        try await withStore { store in
            let ann = try await store.administration.user("Ann@example.org")
            #expect(ann.displayName == "Ann")
            let folders = try await store.store.read { try $0.folders(of: ann.id) }.sorted { $0.id < $1.id }
            #expect(folders.map(\.name) == ["INBOX", "Drafts", "Sent", "Archive", "Junk", "Trash"])
            #expect(folders.map(\.role) == [.inbox, .drafts, .sent, .archive, .junk, .trash])
            #expect(folders.allSatisfy { $0.itemClass == .mail && $0.isSubscribed && $0.parent == nil })
        }
    }
    @Test func refusalsSayWhat() async throws {
        try await withStore { store in
            let desk = store.administration
            #expect(
                await failure { () async throws(AdministrationFailure) in try await desk.addDomain("example.org") }
                    == .exists("domain example.org is there already"))
            #expect(
                await failure { () async throws(AdministrationFailure) in try await desk.removeDomain("nowhere.example") }
                    == .notFound("there is no domain nowhere.example"))
            #expect(
                await failure { () async throws(AdministrationFailure) in try await desk.removeDomain("example.org") }
                    == .inUse("domain example.org still has users or addresses: remove them first"))
            for (address, word) in [("ann@example.org", "already"), ("x@nowhere.example", "not ours"), ("x", "no address"), ("x@", "no address")] {
                let failed = await failure { () async throws(AdministrationFailure) in try await desk.addUser(address, password: "x") }
                #expect("\(failed.map { "\($0)" } ?? "")".contains(word), "\(address)")
            }
            #expect(
                await failure { () async throws(AdministrationFailure) in try await desk.removeUser("carl@example.org") }
                    == .notFound("there is no user carl@example.org"))
            #expect(await failure { () async throws(AdministrationFailure) in try await desk.setPassword("ann@example.org", "a\nb") } != nil)
            #expect(await failure { () async throws(AdministrationFailure) in try await desk.setQuota("ann@example.org", -1) } != nil)
            #expect(await failure { () async throws(AdministrationFailure) in try await desk.addAddress("x@nowhere.example", to: ["ann@example.org"]) } != nil)
            #expect(await failure { () async throws(AdministrationFailure) in try await desk.addAddress("x@example.org", to: []) } != nil)
            #expect(await failure { () async throws(AdministrationFailure) in try await desk.removeAddress("ann@example.org") } != nil)
            #expect(await failure { () async throws(AdministrationFailure) in try await desk.removeAddress("x@example.org") } != nil)
        }
    }
    @Test func aDomainGoesWhenItsUsersAreGone() async throws {
        try await withStore { store in
            try await store.administration.removeUser("bob@example.org")
            try await store.administration.removeUser("ann@example.org")
            try await store.administration.removeDomain("example.org")
            #expect(try await store.administration.domains().isEmpty)
            #expect(try await store.administration.addresses().isEmpty)
        }
    }
    @Test func someTargetsOfAListGo() async throws {
        try await withStore { store in
            try await store.administration.addAddress("all@example.org", to: ["ann@example.org", "bob@example.org", "c@elsewhere.example"])
            try await store.administration.removeAddress("all@example.org", to: ["bob@example.org", "c@elsewhere.example"])
            let left = try await store.administration.addresses().filter { $0.address == "all@example.org" }
            #expect(left.map(\.target) == ["ann@example.org"])
            try await store.administration.removeAddress("all@example.org")
        }
    }
    @Test func manyUsersAtOnce() async throws {
        try await withStore { store in
            try await store.administration.addUsers((1...500).map { "u\($0)@example.org" } + ["ann@example.org"], password: "secret")
            #expect(try await store.administration.users().count == 502)
            #expect(try await store.directory.logIn("u500@example.org", password: "secret", service: "test", address: "127.0.0.1").name == "u500@example.org")
            #expect(try await store.directory.logIn("ann@example.org", password: "apple", service: "test", address: "127.0.0.1").name == "ann@example.org")
        }
    }
}

@Suite struct SigningKeyTests {
    @Test func aDomainSignsFromTheStartAndKeysChange() async throws {
        let desk = try TemporaryStore()
        let administration = Directory(store: desk.store).administration
        try await administration.addDomainWithKeys("Example.org")
        let first = try await administration.signingKeys(of: "example.org")
        #expect(first.map(\.algorithm) == ["ed25519-sha256", "rsa-sha256"])
        #expect(first.allSatisfy { $0.isActive && $0.privateKey.contains("PRIVATE KEY") })
        #expect(try await administration.completeKeys(of: "example.org").isEmpty)
        let second = try await administration.rotateKeys(of: "example.org")
        let all = try await administration.publishedKeys(of: "example.org")
        #expect(Set(second).isDisjoint(with: first.map(\.selector)))
        #expect(Set(all.filter(\.isActive).map(\.selector)) == Set(second))
        #expect(all.count == 4)
        try await administration.removeKey(of: "example.org", selector: first[0].selector)
        #expect(try await administration.signingKeys(of: "example.org").count == 3)
        try await administration.removeDomain("example.org")
        try await administration.addDomain("example.org")
        #expect(try await administration.signingKeys(of: "example.org").isEmpty)
        #expect(try await administration.completeKeys(of: "example.org").count == 2)
        await #expect(throws: AdministrationFailure.self) { try await administration.completeKeys(of: "example.net") }
    }
}
