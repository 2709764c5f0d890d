extension IMAPSession {
    /// RFC 3691: CLOSE that expunges nothing.
    func unselect() -> Completion {
        deselect()
        return .ok("UNSELECT completed")
    }
    func deselect() {
        view = nil
        machine.deselected()
    }
}
