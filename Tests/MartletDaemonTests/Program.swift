import Foundation
import Testing

/// The program that was built beside these tests, run as a user would.
struct Program {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }
    static var path: String? {
        let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: runner).deletingLastPathComponent()
        // `swift test` runs either the test bundle in the build folder itself, or a helper of the toolchain with the bundle as an argument.
        for argument in [folder.path] + CommandLine.arguments {
            folder = URL(fileURLWithPath: argument)
            for _ in 0..<3 {
                let candidate = folder.appendingPathComponent("martlet").path
                var isFolder: ObjCBool = false
                if unsafe FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue, folder.path.contains("/.build") {
                    return candidate
                }
                folder.deleteLastPathComponent()
            }
        }
        return nil
    }
    static func run(_ arguments: [String], input: String = "") throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments = arguments
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, stderr)
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = String(decoding: stdout.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errors = String(decoding: stderr.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: output, errors: errors)
    }
}
