import Directory
import MailStore
import Model
import Testing

@Suite struct RecipientsTests {
    private func names(_ store: TemporaryStore, _ address: String) async throws -> String {
        let accounts = try await store.administration.users()
        switch try await store.directory.resolve(try #require(MailAddress(address))) {
        case .unknownUser: return "unknown"
        case .elsewhere: return "elsewhere"
        case .deliver(let ids, let forwards):
            let local = ids.map { id in accounts.first { $0.id == id }?.name ?? "?" }
            return (local + forwards.map(\.description)).joined(separator: " ")
        }
    }
    @Test func usersTagsAliasesListsAndStrangers() async throws {
        try await withStore { store in
            let desk = store.administration
            try await desk.addAddress("sales@example.org", to: ["ann@example.org"])
            try await desk.addAddress("all@example.org", to: ["sales@example.org", "bob@example.org", "ann@example.org", "carl@elsewhere.example"])
            try await desk.addAddress("tag+fixed@example.org", to: ["bob@example.org"])
            try await desk.addAddress("ghost@example.org", to: ["nobody@example.org"])
            let cases = [
                ("ann@example.org", "ann@example.org"), ("ANN@EXAMPLE.ORG", "ann@example.org"), ("ann+shop@example.org", "ann@example.org"),
                ("ann+a+b@example.org", "ann@example.org"), ("+ann@example.org", "unknown"), ("sales@example.org", "ann@example.org"),
                ("sales+x@example.org", "ann@example.org"), ("all@example.org", "ann@example.org bob@example.org carl@elsewhere.example"),
                ("tag+fixed@example.org", "bob@example.org"), ("tag+other@example.org", "unknown"), ("ghost@example.org", "unknown"),
                ("nobody@example.org", "unknown"), ("ann@elsewhere.example", "elsewhere"), ("ann@sub.example.org", "elsewhere"),
                ("postmaster@example.org", "ann@example.org"), ("PostMaster@example.org", "ann@example.org"),
            ]
            for (address, expected) in cases { #expect(try await names(store, address) == expected, "\(address)") }
        }
    }
    @Test func catchAllTakesWhatNobodyElseTakes() async throws {
        try await withStore { store in
            try await store.administration.addAddress("@example.org", to: ["bob@example.org"])
            #expect(try await names(store, "whoever@example.org") == "bob@example.org")
            #expect(try await names(store, "ann@example.org") == "ann@example.org")
            #expect(try await names(store, "ann+x@example.org") == "ann@example.org")
        }
    }
    /// T20: aliases that lead in circles end.
    @Test func loopsEnd() async throws {
        try await withStore { store in
            try await store.administration.addAddress("a@example.org", to: ["b@example.org"])
            try await store.administration.addAddress("b@example.org", to: ["a@example.org"])
            try await store.administration.addAddress("c@example.org", to: ["c2@example.org", "ann@example.org"])
            try await store.administration.addAddress("c2@example.org", to: ["c@example.org"])
            #expect(try await names(store, "a@example.org") == "unknown")
            #expect(try await names(store, "c@example.org") == "ann@example.org")
        }
    }
    @Test func chainsAndListsAreBounded() async throws {
        try await withStore { store in
            for step in 0..<20 { try await store.administration.addAddress("s\(step)@example.org", to: ["s\(step + 1)@example.org"]) }
            try await store.administration.addAddress("s20@example.org", to: ["ann@example.org"])
            // Not silence, and not "unknown": the sender is to try again, and the log names the list.
            await #expect(throws: StoreError.self) { try await names(store, "s0@example.org") }
            #expect(try await names(store, "s15@example.org") == "ann@example.org")
            // 40 lists of 40 lists of …: without a limit this would not end in our time.
            for level in 0..<8 {
                try await store.administration.addAddress("w\(level)@example.org", to: (0..<40).map { "w\(level + 1)+\($0)@example.org" })
            }
            try await store.administration.addAddress("w8@example.org", to: ["bob@example.org"])
            #expect(try await names(store, "w0@example.org") == "bob@example.org")
        }
    }
    @Test func departingUsersTakeNoMail() async throws {
        try await withStore { store in
            let ann = try await store.administration.user("ann@example.org")
            try await store.administration.setEnabled("ann@example.org", false)
            #expect(try await names(store, "ann@example.org") == "ann@example.org")
            try await store.store.write { try $0.setAccount(ann.id, state: .departing) }
            #expect(try await names(store, "ann@example.org") == "unknown")
        }
    }
}
