// The mails of the shared corpus and what other programs say of them. Absent outside of a full checkout: tests then say so and pass over.
import Foundation

enum Corpus {
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["MARTLET_SHARED"] { return URL(fileURLWithPath: path).appendingPathComponent("corpus") }
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 { url.deleteLastPathComponent() }
        return url.appendingPathComponent("shared/corpus")
    }()
    static var isPresent: Bool { FileManager.default.fileExists(atPath: root.appendingPathComponent("mail").path) }

    struct Mail: Sendable {
        /// `mail/name.eml`, as the oracles call it.
        let name: String
        /// With CRLF, as it was given to the oracles' servers.
        let octets: [UInt8]
        let original: [UInt8]
    }
    static let mails: [Mail] = {
        let folder = root.appendingPathComponent("mail")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".eml") }.sorted().compactMap { name in
            guard let data = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) else { return nil }
            return Mail(name: "mail/" + name, octets: crlf([UInt8](data)), original: [UInt8](data))
        }
    }()
    /// Every LF without CR before it becomes CRLF; lone CR stays.
    static func crlf(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 32)
        var last: UInt8 = 0
        for byte in bytes {
            if byte == 10, last != 13 { result.append(13) }
            result.append(byte)
            last = byte
        }
        return result
    }
    /// The lines of an oracle by file.
    static func oracle(_ name: String) -> [String: [String: Any]] {
        guard let data = FileManager.default.contents(atPath: root.appendingPathComponent("oracle/" + name).path) else { return [:] }
        var result: [String: [String: Any]] = [:]
        for line in data.split(separator: 10) {
            guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any], let file = object["file"] as? String else { continue }
            result[file] = object
        }
        return result
    }
    /// (file, field) of every row of the table where the two servers differ.
    static func differences() -> Set<[String]> {
        guard let data = FileManager.default.contents(atPath: root.appendingPathComponent("oracle/imap-differences.tsv").path) else { return [] }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst()
        return Set(lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).prefix(2).map(String.init) })
    }
}
