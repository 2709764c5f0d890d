extension IMAPSession {
    /// RFC 3501 §6.1.1
    func capability() -> Completion {
        write("* CAPABILITY \(capabilities)\r\n")
        return .ok("CAPABILITY completed")
    }
}
