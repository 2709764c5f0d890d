import Directory
import Model
import Testing

@Suite struct NamesTests {
    static let domains: [(String, String?)] = [
        ("example.org", "example.org"), ("EXAMPLE.Org", "example.org"), ("localhost", "localhost"), ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("a-b.c", "a-b.c"), ("", nil), (".", nil), ("a..b", nil), ("-a.b", nil), ("a-.b", nil), ("a_b.c", nil), ("a b", nil), ("münchen.de", "xn--mnchen-3ya.de"), ("\u{85}x.de", nil),
        ("example.org.", nil), ("a\r\n", nil), (String(repeating: "a", count: 64) + ".org", nil),
        (String(repeating: "a", count: 63) + ".org", String(repeating: "a", count: 63) + ".org"),
        (String(repeating: "ab.", count: 90) + "org", nil),
    ]
    @Test(arguments: Self.domains) func domain(_ text: String, _ expected: String?) { #expect((try? Names.domain(text)) == expected) }

    static let addresses: [(String, String?)] = [
        ("ann@example.org", "ann@example.org"), ("Ann.B+c@Example.ORG", "Ann.B+c@example.org"), ("o'neil@x", "o'neil@x"), ("a/b=c@x", "a/b=c@x"),
        ("ann", nil), ("@example.org", nil), ("ann@", nil), (".ann@x", nil), ("ann.@x", nil), ("a..b@x", nil), ("a b@x", nil), ("\"a\"@x", nil), ("a@b@c", nil),
        ("a\0@x", nil), ("jürgen@x", "jürgen@x"), ("j\u{85}@x", nil), ("a@ÖL.x", "a@xn--l-0ga.x"), (String(repeating: "a", count: 65) + "@x", nil),
    ]
    @Test(arguments: Self.addresses) func address(_ text: String, _ expected: String?) { #expect((try? Names.address(text))?.description == expected) }

    @Test func catchAll() {
        #expect((try? Names.addressOrCatchAll("@Example.org")) == "@example.org")
        #expect((try? Names.addressOrCatchAll("Ann@Example.org")) == "ann@example.org")
        #expect((try? Names.addressOrCatchAll("@")) == nil)
    }
    @Test func passwords() {
        #expect((try? Names.password("x")) != nil)
        #expect((try? Names.password("")) == nil)
        #expect((try? Names.password("a\nb")) == nil)
        #expect((try? Names.password(String(repeating: "a", count: 1_025))) == nil)
    }
}
