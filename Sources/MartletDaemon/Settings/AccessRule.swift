internal import EASSession
package import MailStore

/// One rule about new devices: "type:iPhone = allow", "from:192.0.2.0/24 = quarantine", "user:ann@example.org = block". The first that fits decides.
package struct AccessRule: Sendable, Equatable, CustomStringConvertible {
    package enum Subject: Sendable, Equatable {
        /// A DeviceType, in any case; a "*" at its end stands for anything.
        case type(String)
        /// Where it asks from.
        case from(Network)
        /// A log-in name; "@example.org" for all of a domain.
        case user(String)
    }
    package let subject: Subject
    package let state: DeviceRow.State

    package init?(_ text: String) {
        guard let equals = text.lastIndex(of: "="), let colon = text.firstIndex(of: ":"), colon < equals else { return nil }
        guard let state = Self.state(Self.trimmed(text[text.index(after: equals)...])) else { return nil }
        let value = Self.trimmed(text[text.index(after: colon)..<equals]).lowercased()
        guard !value.isEmpty, value.utf8.count <= 256 else { return nil }
        switch Self.trimmed(text[..<colon]) {
        case "type": subject = .type(value)
        case "user": subject = .user(value)
        case "from":
            guard let network = Network(value) else { return nil }
            subject = .from(network)
        default: return nil
        }
        self.state = state
    }
    package var description: String {
        let word =
            switch subject {
            case .type(let type): "type:\(type)"
            case .from(let network): "from:\(network)"
            case .user(let user): "user:\(user)"
            }
        return "\(word) = \(Self.word(state))"
    }
    package static func state(_ word: String) -> DeviceRow.State? {
        switch word {
        case "allow": .allowed
        case "quarantine": .quarantined
        case "block": .blocked
        default: nil
        }
    }
    package static func word(_ state: DeviceRow.State) -> String {
        switch state {
        case .allowed: "allow"
        case .quarantined: "quarantine"
        case .blocked: "block"
        }
    }
    func fits(_ question: AccessQuestion) -> Bool {
        switch subject {
        case .type(let pattern): return Self.fits(question.type.lowercased(), pattern)
        case .from(let network): return network.contains(question.address)
        case .user(let user): return user.hasPrefix("@") ? question.user.hasSuffix(user) : question.user == user
        }
    }
    static func fits(_ type: String, _ pattern: String) -> Bool { pattern.hasSuffix("*") ? type.hasPrefix(pattern.dropLast()) : type == pattern }
    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
