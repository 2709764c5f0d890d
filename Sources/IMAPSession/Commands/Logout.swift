extension IMAPSession {
    /// RFC 3501 §6.1.3
    func logout() -> Completion {
        machine.loggedOut()
        write("* BYE Logging out\r\n")
        return Completion(status: .ok, code: nil, text: "LOGOUT completed", next: .close)
    }
}
