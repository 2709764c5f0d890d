package import Logging

/// Events, not prose: a name, then fields. Never a password, a body or a subject. One handler for the whole process.
package struct EventLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info
    private let label: String
    private let sink: @Sendable (String) -> Void

    package init(label: String, level: Logger.Level = .info, sink: @escaping @Sendable (String) -> Void) {
        self.label = label
        logLevel = level
        self.sink = sink
    }
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
    package func log(event: LogEvent) {
        var line = "\(event.level) \(event.message)"
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(Self.escaped(value.description))"
        }
        sink(line)
    }
    /// One word: text with spaces, quotes, controls or terminal escapes is quoted and escaped. (threat T41)
    package static func escaped(_ text: String) -> String {
        let plain = text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 && $0 != "\"" && $0 != "\\" && $0 != "=" }
        if plain, !text.isEmpty { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars.prefix(Limits.fieldLength) {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                let category = scalar.properties.generalCategory
                let hidden = scalar.value < 32 || category == .control || category == .format || category == .lineSeparator || category == .paragraphSeparator
                if hidden { quoted += "\\u{\(String(scalar.value, radix: 16))}" } else { quoted.unicodeScalars.append(scalar) }
            }
        }
        return quoted + "\""
    }
    package enum Limits {
        /// Characters of one field that are written.
        package static let fieldLength = 1024
    }
}
