// The settings file: TOML in, Settings out, and every mistake with its line. Opens no other file and starts nothing.

package struct SettingsProblem: Error, Equatable, CustomStringConvertible {
    /// From 1; nil where it concerns the whole file.
    package let line: Int?
    package let text: String
    package var description: String { line.map { "line \($0): \(text)" } ?? text }
}

package enum SettingsFile {
    package enum Limits {
        package static let size = 1_048_576
    }

    /// All mistakes at once, or the settings.
    package static func parse(_ text: String) -> (settings: Settings, problems: [SettingsProblem]) {
        var settings = Settings()
        guard text.utf8.count <= Limits.size else { return (settings, [SettingsProblem(line: nil, text: "the file is larger than \(Limits.size) bytes")]) }
        let entries: [TOML.Entry]
        do throws(TOML.Mistake) {
            entries = try TOML.parse(text)
        } catch {
            return (settings, [SettingsProblem(line: error.line, text: "this is not TOML: \(VisibleText.of(error.words))")])
        }
        let known = SettingsKey.all
        var problems: [SettingsProblem] = []
        for entry in entries {
            guard let key = known.first(where: { $0.path == entry.path }) else {
                problems.append(SettingsProblem(line: entry.line, text: "unknown key \(shown(entry.path))" + suggestion(entry.path, known.map(\.path))))
                continue
            }
            guard let value = read(entry.value, as: key.kind) else {
                problems.append(SettingsProblem(line: entry.line, text: "\(entry.path) must be \(words(key.kind))"))
                continue
            }
            if let why = key.set(&settings, value) { problems.append(SettingsProblem(line: entry.line, text: "\(entry.path): \(VisibleText.of(why))")) }
        }
        problems += contradictions(settings) { path in entries.first { $0.path == path }?.line }
        return (settings, problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }

    /// What is right key by key and wrong together.
    private static func contradictions(_ settings: Settings, _ line: (String) -> Int?) -> [SettingsProblem] {
        var problems: [SettingsProblem] = []
        if settings.limits.heartbeatMinimum > settings.limits.heartbeatMaximum {
            let here = line("limits.heartbeat_minimum") ?? line("limits.heartbeat_maximum")
            problems.append(SettingsProblem(line: here, text: "limits.heartbeat_minimum is above limits.heartbeat_maximum"))
        }
        return problems
    }

    /// A whole file with every key, its default and its sentence.
    package static func example() -> String {
        var defaults = Settings()
        defaults.hostname = "mail.example.org"
        defaults.listen.smtp = ["[::]:25"]
        defaults.listen.submission = ["[::]:587"]
        defaults.listen.submissions = ["[::]:465"]
        defaults.listen.imap = ["[::]:143"]
        defaults.listen.imaps = ["[::]:993"]
        defaults.listen.https = ["[::]:443"]
        defaults.listen.http = ["127.0.0.1:9090"]
        return text(defaults, comments: true)
    }
    package static func text(_ settings: Settings, comments: Bool) -> String {
        var text =
            comments ? "# Settings of Martlet. Every key with its default; what is left out has the default, and a listener left out does not run.\n" : ""
        var table = ""
        for key in SettingsKey.all {
            let parts = key.path.split(separator: ".")
            let name = parts[parts.count - 1]
            let value = key.get(settings)
            if case .unset = value, !comments { continue }
            let home = parts.dropLast().joined(separator: ".")
            if !home.isEmpty, table != home {
                table = home
                text += "\n[\(table)]\n"
            }
            if comments { text += "# \(key.sentence)\n" }
            if case .unset = value { text += "# " }
            text += "\(name) = \(literal(value))\n"
        }
        return text
    }

    private static func literal(_ value: SettingsKey.Value) -> String {
        switch value {
        case .number(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .unset(let example): example
        case .text(let text): quoted(text)
        case .texts(let texts): "[\(texts.map(quoted).joined(separator: ", "))]"
        }
    }
    private static func quoted(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                default:
                    scalar.value < 32 || scalar.value == 127
                        ? "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16) : String(scalar)
                }
            }.joined() + "\""
    }

    private static func read(_ value: TOML.Value, as kind: SettingsKey.Kind) -> SettingsKey.Value? {
        switch (kind, value) {
        case (.text, .text(let text)): return .text(text)
        case (.number, .number(let number)): return .number(number)
        case (.flag, .bool(let flag)): return .flag(flag)
        case (.texts, .list(let values)):
            var texts: [String] = []
            for value in values {
                guard case .text(let text) = value else { return nil }
                texts.append(text)
            }
            return .texts(texts)
        default: return nil
        }
    }
    private static func words(_ kind: SettingsKey.Kind) -> String {
        switch kind {
        case .text: "a text in quotes"
        case .flag: "true or false"
        case .texts: "a list of texts: [\"…\"]"
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
    }
    private static func suggestion(_ path: String, _ known: [String]) -> String {
        let nearest = known.map { ($0, Spelling.distance(path, $0)) }.min { $0.1 < $1.1 }
        guard let nearest, nearest.1 <= max(3, path.count / 3) else { return "; `martlet config example` prints all keys" }
        return "; did you mean \(nearest.0)?"
    }
    private static func shown(_ path: String) -> String { VisibleText.of(String(path.prefix(100))) }
}
