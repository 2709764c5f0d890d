import Directory
import MailStore
import Model
import Testing

/// Whom users find, and that what they find is what is there now.
@Suite struct AddressBookTests {
    func found(_ store: TemporaryStore, _ text: String, by name: String = "ann@example.org") async throws -> [String] {
        let user = try #require(try await store.directory.user(named: name))
        return try await store.directory.lookUp([text], for: user)[0].map(\.address)
    }
    @Test func namesAliasesListsAndStrangers() async throws {
        try await withStore { store in
            let desk = store.administration
            try await desk.setDisplayName("bob@example.org", "Robert O'Neill-Münch")
            try await desk.addAddress("bobby@example.org", to: ["bob@example.org"])
            try await desk.addAddress("all@example.org", to: ["ann@example.org", "x@elsewhere.example"])
            try await desk.addAddress("@example.org", to: ["ann@example.org"])
            try await desk.addDomain("other.example")
            try await desk.addUser("bob@other.example", password: "open sesame")
            for text in ["bob", "ROBERT", "neill", "münch", "MÜNCH", "rob neill", "bobby", "bob@", "robert o'n"] {
                #expect(try await found(store, text) == ["bob@example.org"], "\(text)")
            }
            #expect(try await found(store, "all") == ["all@example.org"])
            for text in ["", " ", "@", "obert", "bob neilx", "elsewhere"] { #expect(try await found(store, text) == [], "\(text)") }
            #expect(try await found(store, "b", by: "bob@other.example") == ["bob@other.example"])
        }
    }
    /// What is remembered is void as soon as something changes.
    @Test func changesShowAtOnce() async throws {
        try await withStore { store in
            let desk = store.administration
            #expect(try await found(store, "zoe") == [])
            try await desk.addUser("zoe@example.org", password: "open sesame")
            #expect(try await found(store, "zoe") == ["zoe@example.org"])
            try await desk.setDisplayName("zoe@example.org", "Yvonne")
            #expect(try await found(store, "yvo") == ["zoe@example.org"])
            try await desk.setEnabled("zoe@example.org", false)
            #expect(try await found(store, "yvo") == [])
            try await desk.setEnabled("zoe@example.org", true)
            #expect(try await found(store, "yvo") == ["zoe@example.org"])
            try await desk.removeUser("zoe@example.org")
            #expect(try await found(store, "yvo") == [])
        }
    }
}
