import MartletDaemon
import Testing

@Suite struct SettingsTests {
    private func problems(_ text: String) -> [String] { SettingsFile.parse(text).problems.map(\.description) }

    @Test func anEmptyFileGivesTheDefaults() {
        let (settings, problems) = SettingsFile.parse("")
        #expect(problems.isEmpty)
        #expect(settings == Settings())
    }
    @Test func readsEveryForm() {
        let (settings, problems) = SettingsFile.parse(
            """
            config_version = 1
            hostname = "mail.example.org"
            store.path = "/srv/mail"
            [tls]
            certificate = "/c.pem"
            key = "/k.pem"
            [listen]
            smtp = ["[::]:25", "192.0.2.1:2525", "*:26", "systemd:smtp"]
            http = ["127.0.0.1:9090"]
            [login]   # a comment
            plaintext_from = [ # over several lines
              "127.0.0.0/8",
              '::1',
            ]
            [limits]
            message_size = 1_048_576
            "recipients" = 0x100
            """)
        #expect(problems.isEmpty, "\(problems)")
        #expect(settings.hostname == "mail.example.org")
        #expect(settings.storePath == "/srv/mail")
        #expect(settings.certificate == "/c.pem")
        #expect(settings.listen.smtp == ["[::]:25", "192.0.2.1:2525", "*:26", "systemd:smtp"])
        #expect(settings.plaintextFrom.map(\.description) == ["127.0.0.0/8", "::1"])
        #expect(settings.limits.messageSize == 1_048_576)
        #expect(settings.limits.recipients == 256)
    }
    @Test func readsPoliciesAndRulesOfDevices() {
        let (settings, problems) = SettingsFile.parse(
            """
            [eas]
            default_access = "quarantine"
            access_rules = ["type:iPh* = allow", "from:192.0.2.0/24 = block", "user:@Example.org=allow"]
            full_wipe = true
            [eas.policy]
            allow_camera = false
            min_device_password_length = 6
            approved_application_list = ["a"]
            """)
        #expect(problems.isEmpty, "\(problems)")
        let shown = SettingsFile.text(settings, comments: false)
        #expect(
            shown.hasSuffix(
                "\n[eas.policy]\nmin_device_password_length = 6\nallow_camera = false\napproved_application_list = [\"a\"]\n\n[log]\nlevel = \"info\"\n"
            ))
        #expect(settings.eas.allowsFullWipe)
        #expect(settings.eas.accessRules.map(\.description) == ["type:iph* = allow", "from:192.0.2.0/24 = block", "user:@example.org = allow"])
        // What is shown is read again as the same, and a policy that says nothing is not shown.
        #expect(SettingsFile.parse(shown).settings == settings)
        #expect(!SettingsFile.text(Settings(), comments: false).contains("[eas.policy]"))
        #expect(SettingsFile.parse(SettingsFile.text(Settings(), comments: true)).settings == Settings())
    }
    /// Every mistake names its line, and an unknown key its nearest neighbour.
    static let mistakes: [(String, String)] = [
        ("hostnam = \"x\"", "line 1: unknown key hostnam; did you mean hostname?"),
        ("\n[listen]\nstmp = [\"[::]:25\"]", "line 3: unknown key listen.stmp; did you mean listen.smtp?"),
        ("[limits]\n# a comment\nmesage_size = 5", "line 3: unknown key limits.mesage_size; did you mean limits.message_size?"),
        ("[nothing]\nlike = 1", "line 2: unknown key nothing.like"),
        ("[a.b.c]\nd = 1", "line 2: unknown key a.b.c.d; `martlet config example` prints all keys"),
        ("hostname = 5", "line 1: hostname must be a text in quotes"),
        ("hostname = \"bad name\"", "line 1: hostname: it is no host name"),
        ("[limits]\nrecipients = \"many\"", "line 2: limits.recipients must be a whole number from 100 to 100000"),
        ("[limits]\nrecipients = 5", "line 2: limits.recipients: it must be from 100 to 100000"),
        ("[limits]\nrecipients = 1.5", "line 2: this is not TOML: 1.5 is no value"),
        ("[listen]\nsmtp = \"[::]:25\"", "line 2: listen.smtp must be a list of texts"),
        ("[listen]\nsmtp = [25]", "line 2: listen.smtp must be a list of texts"),
        ("[listen]\nsmtp = [\"localhost:25\"]", "line 2: listen.smtp: \"localhost:25\" is no address"),
        ("[listen]\nsmtp = [\"127.0.0.1\"]", "line 2: listen.smtp: \"127.0.0.1\" is no address"),
        ("[listen]\nsmtp = [\"127.0.0.1:99999\"]", "line 2: listen.smtp:"), ("[listen]\nsmtp = [\"::1:25\"]", "line 2: listen.smtp:"),
        ("[login]\nplaintext_from = [\"10.0.0.1/8\"]", "line 2: login.plaintext_from: \"10.0.0.1/8\" is no network"),
        ("[eas.policy]\nallow_camera = 1", "line 2: eas.policy.allow_camera must be true or false"),
        ("[eas.policy]\nallow_bluetooth = 3", "line 2: eas.policy.allow_bluetooth: it must be from 0 to 2"),
        ("[eas.policy]\nallow_camra = true", "line 2: unknown key eas.policy.allow_camra; did you mean eas.policy.allow_camera?"),
        ("[eas]\naccess_rules = [\"iPhone = allow\"]", "line 2: eas.access_rules: \"iPhone = allow\" is no rule"),
        ("[eas]\ndefault_access = \"maybe\"", "line 2: eas.default_access: it must be allow, quarantine or block"),
        ("config_version = 2", "line 1: config_version: it must be from 1 to 1"), ("[log]\nlevel = \"loud\"", "line 2: log.level: it is no level"),
        ("a = 1\nb = \nc = 2", "line 2: this is not TOML: a value is missing"), ("[limits\nx = 1", "line 1: this is not TOML: \"]\" is missing"),
        ("hostname = mail", "line 1: this is not TOML: mail is no value: texts stand in quotes"),
        ("hostname = \"a\" x", "line 1: this is not TOML: nothing may follow"),
        ("hostname = \"a", "the closing quote is missing"), ("hostname = \"a\nb\"", "line 1: this is not TOML: the closing quote"),
        ("hostname", "\"=\" is missing after hostname"),
        ("hostname = \"\"\"a\"\"\"", "several lines"), ("[[listen]]", "lists of tables"), ("hostname = \"\\q\"", "a backslash is followed by"),
        ("hostname = \"a\"\nhostname = \"b\"", "line 2: this is not TOML: hostname is set already, on line 1"),
        ("[tls]\n[listen]\n[tls]", "line 3: this is not TOML: the table tls is there already, on line 1"),
        ("[listen]\nsmtp = [\n\"x\"", "line 3: this is not TOML: \",\" or \"]\""),
        ("store = { path = \"/x\", paht = \"/y\" }", "line 1: unknown key store.paht; did you mean store.path?"), ("x = 9999999999999999999999", "is no value"),
        ("[limits]\nheartbeat_minimum = 900\nheartbeat_maximum = 600", "line 2: limits.heartbeat_minimum is above"),
        ("\u{1b}[31m = 1", "line 1: this is not TOML"), ("\"\\u001b[31m\" = 1", "unknown key \\u{1b}[31m"),
    ]
    @Test(arguments: Self.mistakes) func namesTheMistake(_ text: String, _ expected: String) {
        let found = problems(text)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
        #expect(!found.joined().unicodeScalars.contains("\u{1b}"))
    }
    @Test func namesAllMistakesAtOnceInOrder() {
        #expect(problems("x = 1\n[limits]\nrecipients = 1\nconnections = 1\n").map { $0.prefix(6) } == ["line 1", "line 3", "line 4"])
    }
    /// The example is a file that is right, names every key, and says what the defaults are.
    @Test func theExampleIsRight() {
        let text = SettingsFile.example()
        let (settings, problems) = SettingsFile.parse(text)
        #expect(problems.isEmpty, "\(problems)")
        #expect(settings.listen.smtp == ["[::]:25"])
        var rest = settings
        rest.listen = Settings().listen
        rest.hostname = Settings().hostname
        #expect(rest == Settings())
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.contains(" = ") && !line.hasPrefix("#") {
            #expect(lines[index - 1].hasPrefix("# "), "\(line) has no sentence")
        }
    }
    @Test func whatIsWrittenIsRead() {
        var settings = Settings()
        settings.storePath = "/a \"b\"\\c\u{1}\u{7f}ü"
        settings.plaintextFrom = [Network("10.0.0.0/8")].compactMap { $0 }
        settings.listen.imap = ["127.0.0.1:143"]
        settings.limits.recipients = 250
        let again = SettingsFile.parse(SettingsFile.text(settings, comments: false))
        #expect(again.problems.isEmpty, "\(again.problems)")
        #expect(again.settings == settings)
    }
    @Test func hostileFilesEndWithWords() {
        #expect(problems(String(repeating: "a", count: 2_000_000)) == ["the file is larger than 1048576 bytes"])
        #expect(!problems(String(repeating: "[", count: 10_000)).isEmpty)
        #expect(!problems("x = " + String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000)).isEmpty)
        #expect(!problems((0..<2_000).map { "k\($0) = 1" }.joined(separator: "\n")).isEmpty)
        #expect(!problems("\0\0\0").isEmpty)
    }
    static let networks: [(String, String, Bool)] = [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("192.0.2.128/25", "192.0.2.127", false),
        ("0.0.0.0/0", "203.0.113.9", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1/32", "192.0.2.2", false), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/33", "2001:db8:8000::", false),
        ("::/0", "192.0.2.1", false), ("0.0.0.0/0", "::1", false), ("127.0.0.0/8", "", false), ("127.0.0.0/8", "127.0.0.1\0", false), ("::1", "::1", true),
    ]
    @Test(arguments: Self.networks) func networkContains(_ network: String, _ address: String, _ expected: Bool) throws {
        #expect(try #require(Network(network)).contains(address) == expected)
    }
    @Test(arguments: [
        "", "/", "/8", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.1/24", "192.0.2/24", "::1/129", "1.2.3.4/8/8", "host",
    ])
    func isNoNetwork(_ text: String) { #expect(Network(text) == nil) }
}
