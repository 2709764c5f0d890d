import SMTPCodec

/// STARTTLS: the conversation begins anew, encrypted. (RFC 3207)
extension SMTPMachine {
    var offersTLS: Bool { settings.offersTLS && !isSecure }

    mutating func startTLS() -> Action {
        if isSecure { return refuse(Reply(503, "5.5.1", "TLS is in use already")) }
        guard offersTLS else { return refuse(Reply(502, "5.5.1", "TLS is not available here")) }
        // RFC 3207 §4.2 forgets a log-in with all else; one that came before would be in use on a line that its password never saw.
        if logIn != nil { return refuse(Reply(503, "5.5.1", "STARTTLS comes before AUTH")) }
        return .startTLS(Reply(220, "2.0.0", "Ready to start TLS"))
    }
}
