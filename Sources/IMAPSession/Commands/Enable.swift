extension IMAPSession {
    /// RFC 5161: nothing that is offered needs enabling, and what is not known is ignored.
    func enable(_ names: [String]) -> Completion {
        write("* ENABLED\r\n")
        return .ok("ENABLE completed")
    }
}
