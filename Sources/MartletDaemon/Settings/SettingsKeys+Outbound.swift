// The [outbound] part of the settings file, and its values as Outbound wants them.
internal import Outbound
internal import Transport

extension SettingsKey {
    static var outbound: [SettingsKey] {
        [
            number("outbound.port", 1...65_535, "Where other servers listen.", { $0.outbound.port }) { $0.outbound.port = $1 },
            text("outbound.smarthost", "Send everything there, as \"relay.example.net:587\", instead of to each domain's own servers.", {
                $0.outbound.smarthost
            }) {
                guard $1.isEmpty || HostAndPort($1) != nil else { return "write it as \"relay.example.net:587\"" }
                $0.outbound.smarthost = $1
                return nil
            },
            text("outbound.smarthost_user", "The name to log in there with; without one nobody logs in.", { $0.outbound.smarthostUser }) {
                $0.outbound.smarthostUser = $1
                return nil
            },
            text("outbound.smarthost_password_file", "A file with the password, readable by this user alone.", { $0.outbound.smarthostPasswordFile }) {
                $0.outbound.smarthostPasswordFile = $1
                return nil
            },
            text("outbound.smarthost_tls", "never, opportunistic, required (a certificate for its name) or implicit (TLS from the first byte).", {
                $0.outbound.smarthostTLS
            }) {
                guard Smarthost.TLS(rawValue: $1) != nil else { return "say never, opportunistic, required or implicit" }
                $0.outbound.smarthostTLS = $1
                return nil
            },
            texts("outbound.routes", "Other ways for some domains: \"example.org = relay.example.net:25\" by recipient, \"from:example.org = mx\" by sender.", {
                $0.outbound.routes
            }) {
                for text in $1 where OutboundRoute(text) == nil { return "\"\(text)\" is no route: write \"example.org = relay.example.net:25\"" }
                $0.outbound.routes = $1
                return nil
            },
            texts("outbound.retry", "Pauses between attempts; the last one is repeated.", { $0.outbound.retry }) {
                guard !$1.isEmpty, $1.allSatisfy({ Pause.milliseconds($0) != nil }) else { return "write pauses as \"90s\", \"5m\", \"4h\" or \"1d\"" }
                $0.outbound.retry = $1
                return nil
            },
            pause("outbound.warn_after", "When the sender is told that it takes long.", \.warnAfter),
            pause("outbound.expire_after", "When it is given up and goes back to the sender.", \.expireAfter),
            number("outbound.concurrency", 1...1_000, "Connections to one place at the same time.", { $0.outbound.concurrency }) {
                $0.outbound.concurrency = $1
            },
            number("outbound.connections", 1...10_000, "Connections to other servers, all together.", { $0.outbound.connections }) {
                $0.outbound.connections = $1
            },
            text("outbound.source", "Our address to connect from; empty leaves it to the system.", { $0.outbound.source }) {
                guard $1.isEmpty || Network($1) != nil else { return "it is no address" }
                $0.outbound.source = $1
                return nil
            },
            texts("outbound.resolver", "DNS servers as \"127.0.0.1:53\"; empty takes the system's. DANE needs one of this machine's own that validates.", {
                $0.outbound.resolver
            }) {
                guard $1.count <= Resolver.Limits.servers else { return "at most \(Resolver.Limits.servers) name servers" }
                for text in $1 where !isAddress(text) || text.hasPrefix("systemd:") || text.hasPrefix("*") || text.hasSuffix(":0") {
                    return "\"\(text)\" is no name server: write 127.0.0.1:53 or [::1]:53"
                }
                $0.outbound.resolver = $1
                return nil
            },
            text("outbound.ca_file", "Certificate authorities to trust in place of the system's, PEM.", { $0.outbound.authorities }) {
                $0.outbound.authorities = $1
                return nil
            },
            number("outbound.https_port", 1...65_535, "Where policies of MTA-STS are fetched; another one than 443 is for tests.", { $0.outbound.httpsPort }) {
                $0.outbound.httpsPort = $1
            },
        ]
    }

    private static func texts(
        _ path: String, _ sentence: String, _ get: @escaping (Settings) -> [String], _ set: @escaping (inout Settings, [String]) -> String?
    ) -> SettingsKey {
        SettingsKey(path: path, kind: .texts, sentence: sentence, get: { .texts(get($0)) }) { settings, value in
            guard case .texts(let texts) = value else { return nil }
            return set(&settings, texts)
        }
    }
    private static func pause(_ path: String, _ sentence: String, _ field: WritableKeyPath<Settings.Outbound, String>) -> SettingsKey {
        text(path, sentence, { $0.outbound[keyPath: field] }) { settings, value in
            guard Pause.milliseconds(value) != nil else { return "write it as \"90s\", \"5m\", \"4h\" or \"5d\"" }
            settings.outbound[keyPath: field] = value
            return nil
        }
    }
}

/// "90s", "5m", "4h", "5d"
enum Pause {
    static func milliseconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let last = text.last, let unit = units[last], let number = Int64(text.dropLast()), (1...1_000_000).contains(number) else { return nil }
        return number * unit
    }
}

/// "relay.example.net:587", "[2001:db8::1]:25"; without a port: 25.
struct HostAndPort {
    let host: String
    let port: Int
    init?(_ text: String) {
        var host = Substring(text), port = 25
        if let colon = text.lastIndex(of: ":"), text.hasPrefix("[") || text.firstIndex(of: ":") == colon, !text.hasSuffix("]") {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            (host, port) = (text[..<colon], number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 91 && $0 != 93 }) else { return nil }
        (self.host, self.port) = (String(host), port)
    }
}

/// "example.org = relay.example.net:25", "from:example.org = mx"
struct OutboundRoute {
    let domain: String
    /// nil: straight to the domain's own servers.
    let target: HostAndPort?
    init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map { part in String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
        guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(" "), !parts[0].contains("@") else { return nil }
        domain = parts[0].lowercased()
        target = parts[1] == "mx" ? nil : HostAndPort(parts[1])
        if target == nil, parts[1] != "mx" { return nil }
    }
}

extension Settings {
    /// Reads the smarthost's password; what is wrong with its file is told.
    func outboundRoom() throws(ControlFailure) -> OutboundSettings {
        var room = OutboundSettings(hostname: hostname)
        room.port = outbound.port
        room.httpsPort = outbound.httpsPort
        room.concurrency = outbound.concurrency
        room.connections = outbound.connections
        room.source = outbound.source.isEmpty ? nil : outbound.source
        room.schedule.retries = outbound.retry.compactMap(Pause.milliseconds)
        room.schedule.warnAfter = Pause.milliseconds(outbound.warnAfter) ?? room.schedule.warnAfter
        room.schedule.expireAfter = Pause.milliseconds(outbound.expireAfter) ?? room.schedule.expireAfter
        func smarthost(_ place: HostAndPort) throws(ControlFailure) -> Smarthost {
            var made = Smarthost(host: place.host, port: place.port)
            made.tls = Smarthost.TLS(rawValue: outbound.smarthostTLS) ?? .opportunistic
            guard !outbound.smarthostUser.isEmpty else { return made }
            guard case .text(let password) = SettingsPath.read(outbound.smarthostPasswordFile) else {
                throw ControlFailure(code: ExitStatus.settings, "outbound.smarthost_password_file cannot be read: \(outbound.smarthostPasswordFile)")
            }
            made.user = outbound.smarthostUser
            made.password = String(password.prefix { $0 != "\n" && $0 != "\r\n" && $0 != "\r" })
            return made
        }
        if let place = HostAndPort(outbound.smarthost), !outbound.smarthost.isEmpty { room.smarthost = try smarthost(place) }
        for route in outbound.routes.compactMap(OutboundRoute.init) {
            if let target = route.target {
                // A password is for the smarthost alone.
                var other = Smarthost(host: target.host, port: target.port)
                if HostAndPort(outbound.smarthost).map({ $0.host == target.host && $0.port == target.port }) == true { other = try smarthost(target) }
                room.routes[route.domain] = .some(other)
            } else {
                room.routes[route.domain] = .some(nil)
            }
        }
        return room
    }
}
