import Foundation

/// A folder of its own and the programs of Debian that run in it.
final class Workshop {
    let path: String
    private var running: [Process] = []

    init() throws {
        path = "/tmp/martlet-workshop.\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit {
        for process in running where process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: path)
    }
    static func has(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: program) }
    func write(_ name: String, _ text: String) throws { try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8) }
    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))) }

    private func process(_ program: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        return process
    }
    /// Runs to the end; its exit status.
    @discardableResult
    func run(_ program: String, _ arguments: String...) throws -> Int32 {
        let process = process(program, arguments)
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
    /// Runs until the workshop goes.
    func start(_ program: String, _ arguments: String...) throws {
        let process = process(program, arguments)
        try process.run()
        running.append(process)
    }
}
