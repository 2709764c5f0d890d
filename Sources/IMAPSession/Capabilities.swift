/// What is advertised: only what is complete. (RFC 3501 §7.2.1)
enum Capabilities {
    private static let always = "IMAP4rev1 SASL-IR LITERAL+ ENABLE ID IDLE NAMESPACE UIDPLUS MOVE UNSELECT CHILDREN SPECIAL-USE"

    static func list(isLoggedIn: Bool, offersTLS: Bool, mechanisms: [String]) -> String {
        guard !isLoggedIn else { return always }
        var words = [always]
        if offersTLS { words.append("STARTTLS") }
        if mechanisms.isEmpty { words.append("LOGINDISABLED") }
        words += mechanisms.map { "AUTH=\($0)" }
        return words.joined(separator: " ")
    }
}
