// The settings file: TOML in, Settings out, and every mistake with its line. Opens no other file and starts nothing.
internal import TOMLKit

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
        let root: TOMLTable
        do {
            root = try TOMLTable(string: text)
        } catch {
            guard let error = error as? TOMLParseError else { return (settings, [SettingsProblem(line: nil, text: "\(error)")]) }
            return (settings, [SettingsProblem(line: error.source.begin.line, text: "this is not TOML: \(error.description)")])
        }
        let lines = KeyLines(text)
        let known = SettingsKey.all
        var problems: [SettingsProblem] = []
        for (path, value) in leaves(root, prefix: "", depth: 0) {
            let line = lines.line(of: path)
            guard let key = known.first(where: { $0.path == path }) else {
                problems.append(SettingsProblem(line: line, text: "unknown key \(shown(path))" + suggestion(path, known.map(\.path))))
                continue
            }
            guard let parsed = read(value, as: key.kind) else {
                problems.append(SettingsProblem(line: line, text: "\(path) must be \(words(key.kind))"))
                continue
            }
            if let why = key.set(&settings, parsed) { problems.append(SettingsProblem(line: line, text: "\(path): \(why)")) }
        }
        problems += contradictions(settings, lines)
        return (settings, problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }

    /// What is right key by key and wrong together.
    private static func contradictions(_ settings: Settings, _ lines: KeyLines) -> [SettingsProblem] {
        var problems: [SettingsProblem] = []
        if settings.limits.heartbeatMinimum > settings.limits.heartbeatMaximum {
            problems.append(SettingsProblem(line: lines.line(of: "limits.heartbeat_minimum"), text: "limits.heartbeat_minimum is above limits.heartbeat_maximum"))
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
        var text = comments ? "# Settings of Martlet. Every key with its default; what is left out has the default, and a listener left out does not run.\n" : ""
        var table = ""
        for key in SettingsKey.all {
            let parts = key.path.split(separator: ".")
            let name = parts[parts.count - 1]
            if parts.count > 1, table != parts[0] {
                table = String(parts[0])
                text += "\n[\(table)]\n"
            }
            if comments { text += "# \(key.sentence)\n" }
            text += "\(name) = \(literal(key.get(settings)))\n"
        }
        return text
    }

    private static func literal(_ value: SettingsKey.Value) -> String {
        switch value {
        case .number(let number): String(number)
        case .text(let text): quoted(text)
        case .texts(let texts): "[\(texts.map(quoted).joined(separator: ", "))]"
        }
    }
    private static func quoted(_ text: String) -> String {
        "\"" + text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            default: scalar.value < 32 || scalar.value == 127 ? "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16) : String(scalar)
            }
        }.joined() + "\""
    }

    /// Values with their dotted paths. Tables within tables of tables are no form of ours: depth 3 is a mistake anyhow.
    private static func leaves(_ table: TOMLTable, prefix: String, depth: Int) -> [(String, any TOMLValueConvertible)] {
        var found: [(String, any TOMLValueConvertible)] = []
        for name in table.keys {
            guard let value = table[name] else { continue }
            let path = prefix.isEmpty ? name : "\(prefix).\(name)"
            if value.type == .table, depth < 3, let inner = value.table {
                found += leaves(inner, prefix: path, depth: depth + 1)
            } else {
                found.append((path, value))
            }
        }
        return found
    }
    private static func read(_ value: any TOMLValueConvertible, as kind: SettingsKey.Kind) -> SettingsKey.Value? {
        switch kind {
        case .text: return value.type == .string ? value.string.map { .text($0) } : nil
        case .number: return value.type == .int ? value.int.map { .number($0) } : nil
        case .texts:
            guard value.type == .array, let array = value.array else { return nil }
            var texts: [String] = []
            for index in 0..<array.count {
                guard array[index].type == .string, let text = array[index].string else { return nil }
                texts.append(text)
            }
            return .texts(texts)
        }
    }
    private static func words(_ kind: SettingsKey.Kind) -> String {
        switch kind {
        case .text: "a text in quotes"
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
