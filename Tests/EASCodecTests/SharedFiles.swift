import Foundation

/// Files that lie beside the checkout, not in it. nil where they are absent: the tests that need them are skipped then.
enum SharedFiles {
    static let directory: String? = {
        let environment = ProcessInfo.processInfo.environment["MARTLET_SHARED"]
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared").standardizedFileURL.path
        return [environment, beside].compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0 + "/eas/vectors.jsonl") }
    }()
    static let isPresent = directory != nil
    /// A file of this checkout, by its path below Tests.
    static func own(_ path: String) throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: tests.appendingPathComponent(path), encoding: .utf8)
    }
    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: (directory ?? "") + "/" + path, encoding: .utf8)
    }
}
