// What the command line asks and what it is told: one line of JSON each way. The words of the control socket.

package struct ControlRequest: Codable, Sendable, Equatable {
    package enum Limits {
        /// Octets of one request and of one answer.
        package static let request = 1_048_576
        package static let answer = 67_108_864
    }
    /// "user.add": object, then verb.
    package let verb: String
    package let arguments: [String: JSONValue]
    package init(_ verb: String, _ arguments: [String: JSONValue] = [:]) { self.verb = verb; self.arguments = arguments }

    func text(_ name: String) throws(ControlFailure) -> String {
        guard let text = arguments[name]?.string else { throw .usage("\(verb) needs \"\(name)\"") }
        return text
    }
    func texts(_ name: String) -> [String] { arguments[name]?.array?.compactMap(\.string) ?? [] }
}

/// Why not, with the exit code of sysexits.h that the command line ends with.
package struct ControlFailure: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    package let code: Int32
    package let message: String
    package init(code: Int32, _ message: String) { self.code = code; self.message = message }
    package var description: String { message }

    package static func usage(_ message: String) -> ControlFailure { ControlFailure(code: ExitStatus.usage, message) }
}

package struct ControlAnswer: Codable, Sendable, Equatable {
    package var result: JSONValue?
    package var failure: ControlFailure?
    package init(_ result: JSONValue) { self.result = result }
    package init(_ failure: ControlFailure) { self.failure = failure }
}

/// sysexits.h
package enum ExitStatus {
    package static let usage: Int32 = 64
    package static let badData: Int32 = 65
    package static let noInput: Int32 = 66
    package static let noUser: Int32 = 67
    package static let unavailable: Int32 = 69
    package static let software: Int32 = 70
    package static let cannotCreate: Int32 = 73
    package static let inputOutput: Int32 = 74
    package static let tryLater: Int32 = 75
    package static let notAllowed: Int32 = 77
    package static let settings: Int32 = 78
}
