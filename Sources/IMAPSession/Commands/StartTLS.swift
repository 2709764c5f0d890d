import SessionKit

extension IMAPSession {
    /// RFC 3501 §6.2.1. What came in the clear behind the command is never read: the transport closes the line. (threat T2)
    func startTLS() -> Completion {
        guard line.security == nil else { return .bad("TLS is already active") }
        guard service.settings.offersTLS else { return .bad("TLS is not available") }
        return Completion(status: .ok, code: nil, text: "Begin TLS negotiation now", next: .startTLS)
    }
}
