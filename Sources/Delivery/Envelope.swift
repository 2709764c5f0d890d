package import Directory
package import Model

/// Who sent a message and whom it is for. (RFC 5321 §2.3.1)
package struct Envelope: Sendable, Equatable {
    /// nil is the null reverse-path `<>`.
    package var sender: MailAddress?
    package var recipients: [MailAddress]
    package var options = EnvelopeOptions()
    /// What the client asked for one recipient; most have nothing here.
    package var recipientOptions: [MailAddress: RecipientOptions] = [:]
    package init(sender: MailAddress?, recipients: [MailAddress]) { self.sender = sender; self.recipients = recipients }
}

/// Parameters of MAIL that go with the message.
package struct EnvelopeOptions: Sendable, Equatable {
    package enum Body: String, Sendable, Equatable { case sevenBit = "7BIT", eightBit = "8BITMIME", binary = "BINARYMIME" }
    package enum Returned: String, Sendable, Equatable { case full = "FULL", headers = "HDRS" }
    package var body = Body.sevenBit
    /// RFC 6531 §3.4: the next server must know SMTPUTF8 too.
    package var isUTF8 = false
    /// RFC 8689: only over verified TLS, and only to servers that know REQUIRETLS.
    package var requiresTLS = false
    /// ENVID decoded, and RET. (RFC 3461 §4.3, §4.4)
    package var identifier: String?
    package var returned: Returned?
    package init() {}
}

/// Parameters of RCPT. (RFC 3461 §4.1, §4.2)
package struct RecipientOptions: Sendable, Equatable {
    package struct Notify: OptionSet, Sendable, Equatable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let success = Notify(rawValue: 1), failure = Notify(rawValue: 2), delay = Notify(rawValue: 4)
    }
    /// nil: nothing was said (failures and delays, as the server likes); empty: NEVER.
    package var notify: Notify?
    /// ORCPT as it stood, xtext decoded: "rfc822;ann@example.org".
    package var original: String?
    package init() {}
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
