import IMAPCodec
import MailStore

/// How a command ended: the tagged answer, and what comes after it.
struct Completion: Sendable {
    enum Status: Sendable { case ok, no, bad }
    enum Next: Sendable { case goOn, close, startTLS }
    var status: Status
    var code: String?
    var text: String
    var next = Next.goOn

    static func ok(_ text: String, code: String? = nil) -> Completion { Completion(status: .ok, code: code, text: text) }
    static func no(_ text: String, code: String? = nil) -> Completion { Completion(status: .no, code: code, text: text) }
    static func bad(_ text: String) -> Completion { Completion(status: .bad, code: nil, text: text) }
    /// No tagged answer yet: the client has the word.
    static let none = Completion(status: .ok, code: nil, text: "")
    /// No answer: the client is gone, or what it was sent cannot be continued.
    static let hangUp = Completion(status: .bad, code: nil, text: "", next: .close)

    var isSilent: Bool { text.isEmpty }
    var word: StaticString {
        switch status {
        case .ok: "OK"
        case .no: "NO"
        case .bad: "BAD"
        }
    }
}
