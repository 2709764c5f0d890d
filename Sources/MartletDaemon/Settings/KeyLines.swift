// Finds the line of a key in TOML text, for messages to people. It knows tables and bare keys; what it does not find has no line.

struct KeyLines {
    private var lines: [String: Int] = [:]

    init(_ text: String) {
        var table = ""
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("["), !line.hasPrefix("[["), let end = line.firstIndex(of: "]") {
                table = Self.name(line[line.index(after: line.startIndex)..<end])
                if lines[table] == nil { lines[table] = index + 1 }
            } else if !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") {
                let name = Self.name(line[..<equals])
                let path = table.isEmpty ? name : "\(table).\(name)"
                if lines[path] == nil { lines[path] = index + 1 }
            }
        }
    }
    /// The line of the key, else of the table that it is in.
    func line(of path: String) -> Int? {
        if let line = lines[path] { return line }
        guard let dot = path.lastIndex(of: ".") else { return nil }
        return self.line(of: String(path[..<dot]))
    }
    private static func name(_ text: Substring) -> String {
        text.split(separator: ".").map { part in
            let trimmed = part.filter { $0 != " " && $0 != "\t" }
            return trimmed.count > 1 && trimmed.hasPrefix("\"") && trimmed.hasSuffix("\"") ? String(trimmed.dropFirst().dropLast()) : trimmed
        }.joined(separator: ".")
    }
}
