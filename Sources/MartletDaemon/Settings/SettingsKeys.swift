// The keys of the settings file: one row each, with its sentence. The parser, the check and the example all read this table.

struct SettingsKey {
    enum Value: Equatable {
        case text(String), texts([String]), number(Int), flag(Bool)
        /// Says nothing where it is not set; the example shows how it would look.
        case unset(example: String)
    }
    enum Kind { case text, texts, number(ClosedRange<Int>), flag }
    /// "listen.smtp": the table and the key.
    let path: String
    let kind: Kind
    let sentence: String
    let get: (Settings) -> Value
    /// Why the value is not right, or nil when it was taken.
    let set: (inout Settings, Value) -> String?

    static var all: [SettingsKey] {
        [
            number("config_version", 1...1, "The form of this file.", { _ in 1 }, { _, _ in }),
            text("hostname", "The name of this machine in greetings and Received fields: a full domain name.", { $0.hostname }) { settings, value in
                guard !value.isEmpty, value.utf8.count <= 253, value.utf8.allSatisfy({ isHostByte($0) }) else { return "it is no host name" }
                settings.hostname = value
                return nil
            },
            text("store.path", "The directory of the store: mail, users, everything.", { $0.storePath }) { path(&$0.storePath, $1) },
            text("tls.certificate", "The certificate with its chain, PEM. SIGHUP reads it anew.", { $0.certificate }) { path(&$0.certificate, $1) },
            text("tls.key", "The private key of the certificate, PEM, readable by this user alone.", { $0.key }) { path(&$0.key, $1) },
            addresses("listen.smtp", "Mail from other servers (port 25).", \.smtp),
            addresses("listen.submission", "Mail from users, STARTTLS (port 587).", \.submission),
            addresses("listen.submissions", "Mail from users, TLS from the first byte (port 465).", \.submissions),
            addresses("listen.imap", "IMAP with STARTTLS (port 143).", \.imap),
            addresses("listen.imaps", "IMAP over TLS (port 993).", \.imaps),
            addresses("listen.https", "Exchange ActiveSync (port 443).", \.https),
            addresses("listen.http", "Health and metrics in the clear: /healthz, /readyz, /metrics. Keep it on loopback.", \.http),
            networkList("listen.proxy_from", "Networks of proxies whose connections begin with a PROXY header, on every service.", \.listen.proxyFrom),
            networkList("listen.xclient_from", "Networks of proxies whose XCLIENT is believed by SMTP.", \.listen.xclientFrom),
            networkList("login.plaintext_from", "Networks that may log in without TLS, as \"192.0.2.0/24\". Best left empty.", \.plaintextFrom),
            number("login.password_cost", 10...17, "scrypt's N as a power of two: 15 is 32 MiB and about 60 ms for each new log-in.", { $0.passwordCost }) {
                $0.passwordCost = $1
            },
            number(
                "login.scram_iterations", 0...600_000, "PBKDF2 rounds of the keys that SCRAM needs; 0: none are made and SCRAM is not offered.",
                { $0.scramIterations }, { $0.scramIterations = $1 }),
            number("login.remember_seconds", 0...3_600, "How long a verified password is remembered (as a keyed hash, in memory).", { $0.rememberSeconds }) {
                $0.rememberSeconds = $1
            },
            number("limits.message_size", 65_536...1_073_741_824, "Largest message, in bytes.", { $0.limits.messageSize }) { $0.limits.messageSize = $1 },
            number("limits.recipients", 100...100_000, "Recipients of one message.", { $0.limits.recipients }) { $0.limits.recipients = $1 },
            number("limits.connections", 10...1_000_000, "Connections of one service at the same time.", { $0.limits.connections }) {
                $0.limits.connections = $1
            },
            number("limits.connections_per_address", 1...1_000_000, "Of those, from one address.", { $0.limits.connectionsPerAddress }) {
                $0.limits.connectionsPerAddress = $1
            },
            number("limits.connections_per_user", 1...100_000, "Connections of SMTP that one user may have at once.", { $0.limits.connectionsPerUser }) {
                $0.limits.connectionsPerUser = $1
            },
            number(
                "limits.imap_connections_per_user", 1...1_000_000, "Connections of IMAP that one user may have at once.",
                { $0.limits.imapConnectionsPerUser }, { $0.limits.imapConnectionsPerUser = $1 }),
            number(
                "limits.messages_per_hour", 0...1_000_000, "Messages of one user by SMTP and ActiveSync within an hour; 0: any number.",
                { $0.limits.messagesPerHour }, { $0.limits.messagesPerHour = $1 }),
            number("limits.recipients_per_hour", 0...10_000_000, "Recipients of one user within an hour; 0: any number.", { $0.limits.recipientsPerHour }) {
                $0.limits.recipientsPerHour = $1
            },
            number("limits.smtp_errors", 3...1_000, "Refused commands, unknown recipients too, that end a session of SMTP.", { $0.limits.smtpErrors }) {
                $0.limits.smtpErrors = $1
            },
            number("limits.greeting_pause", 0...30, "Seconds before strangers are greeted; who speaks earlier is sent away.", { $0.limits.greetingPause }) {
                $0.limits.greetingPause = $1
            },
            number("limits.heartbeat_minimum", 1...3_540, "Shortest wait that a phone's Ping may ask for, in seconds.", { $0.limits.heartbeatMinimum }) {
                $0.limits.heartbeatMinimum = $1
            },
            number("limits.heartbeat_maximum", 60...3_540, "Longest wait that a phone's Ping may ask for, in seconds.", { $0.limits.heartbeatMaximum }) {
                $0.limits.heartbeatMaximum = $1
            },
            number("limits.drain_seconds", 0...600, "How long connections may finish after SIGTERM.", { $0.limits.drainSeconds }) {
                $0.limits.drainSeconds = $1
            },
        ] + outbound + judging + eas + policy + [
            text("log.level", "trace, debug, info, notice, warning, error or critical.", { $0.logLevel }) { settings, value in
                guard ["trace", "debug", "info", "notice", "warning", "error", "critical"].contains(value) else { return "it is no level" }
                settings.logLevel = value
                return nil
            }
        ]
    }

    static func text(
        _ path: String, _ sentence: String, _ get: @escaping (Settings) -> String, _ set: @escaping (inout Settings, String) -> String?
    ) -> SettingsKey {
        SettingsKey(path: path, kind: .text, sentence: sentence, get: { .text(get($0)) }) { settings, value in
            guard case .text(let text) = value else { return nil }
            return set(&settings, text)
        }
    }
    static func number(
        _ path: String, _ range: ClosedRange<Int>, _ sentence: String, _ get: @escaping (Settings) -> Int, _ set: @escaping (inout Settings, Int) -> Void
    ) -> SettingsKey {
        SettingsKey(path: path, kind: .number(range), sentence: sentence, get: { .number(get($0)) }) { settings, value in
            guard case .number(let number) = value else { return nil }
            guard range.contains(number) else { return "it must be from \(range.lowerBound) to \(range.upperBound)" }
            set(&settings, number)
            return nil
        }
    }
    private static func networkList(_ path: String, _ sentence: String, _ field: WritableKeyPath<Settings, [Network]>) -> SettingsKey {
        SettingsKey(path: path, kind: .texts, sentence: sentence, get: { .texts($0[keyPath: field].map(\.description)) }) { settings, value in
            guard case .texts(let texts) = value else { return nil }
            var networks: [Network] = []
            for text in texts {
                guard let network = Network(text) else { return "\"\(text)\" is no network: write 192.0.2.0/24 or 2001:db8::/32" }
                networks.append(network)
            }
            settings[keyPath: field] = networks
            return nil
        }
    }
    static func addresses(_ path: String, _ sentence: String, _ field: WritableKeyPath<Settings.Listen, [String]>) -> SettingsKey {
        SettingsKey(path: path, kind: .texts, sentence: sentence, get: { .texts($0.listen[keyPath: field]) }) { settings, value in
            guard case .texts(let texts) = value else { return nil }
            for text in texts where !isAddress(text) { return "\"\(text)\" is no address: write 192.0.2.1:25, [::]:25, *:25 or systemd:NAME" }
            settings.listen[keyPath: field] = texts
            return nil
        }
    }
    private static func path(_ field: inout String, _ value: String) -> String? {
        guard !value.isEmpty, !value.contains("\0") else { return "it is no path" }
        field = value
        return nil
    }
    static func isHostByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
    }
    static func isAddress(_ text: String) -> Bool {
        if text.hasPrefix("systemd:") { return text.utf8.count > 8 }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else { return false }
        let host = text[..<colon]
        if host == "*" { return true }
        if host.hasPrefix("["), host.hasSuffix("]") { return host.contains(":") && Network(String(host.dropFirst().dropLast())) != nil }
        return !host.contains(":") && Network(String(host)) != nil
    }
}
