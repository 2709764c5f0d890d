extension IMAPSession {
    /// RFC 2177: until DONE, what happens is told as it happens; nobody polls.
    func idle(_ tag: [UInt8]) -> Completion {
        machine.idle(tag)
        expectLine()
        write("+ idling\r\n")
        return .none
    }
}
