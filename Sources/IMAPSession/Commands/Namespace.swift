extension IMAPSession {
    /// RFC 2342: personal folders without a prefix; none of others yet.
    func namespace() -> Completion {
        write("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n")
        return .ok("NAMESPACE completed")
    }
}
