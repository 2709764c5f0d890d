package import Directory
package import Model

/// Who sent a message and whom it is for. (RFC 5321 §2.3.1)
package struct Envelope: Sendable, Equatable {
    /// nil is the null reverse-path `<>`.
    package var sender: MailAddress?
    package var recipients: [MailAddress]
    package init(sender: MailAddress?, recipients: [MailAddress]) { self.sender = sender; self.recipients = recipients }
}

/// How a message came in: for its Received field and the log.
package struct Origin: Sendable {
    package var trace: String
    package var service: String
    package var address: String
    /// What the client called itself.
    package var greeting: String
    /// "ESMTP", "ESMTPS", "ESMTPA", "ESMTPSA" … (RFC 3848)
    package var transmission: String
    package var logIn: LogIn?
    package init(trace: String, service: String, address: String, greeting: String, transmission: String, logIn: LogIn?) {
        self.trace = trace; self.service = service; self.address = address; self.greeting = greeting; self.transmission = transmission; self.logIn = logIn
    }
}
