package import Delivery
package import Directory
package import Logging
package import SessionKit
package import Telemetry

/// What every SMTP session of one service works with. Values and handles; nothing of one connection.
package struct SMTPServices: Sendable {
    package let settings: SMTPSettings
    package let directory: Directory
    package let acceptance: Acceptance
    package let log: Logger
    package let allowances: Allowances
    let counters: SMTPCounters

    package init(settings: SMTPSettings, directory: Directory, acceptance: Acceptance, allowances: Allowances = Allowances(), metrics: Metrics, log: Logger) {
        self.settings = settings
        self.directory = directory
        self.acceptance = acceptance
        self.log = log
        self.allowances = allowances
        counters = SMTPCounters(metrics)
    }
    /// Makes a session for each connection.
    package var makeSession: SessionFactory {
        { line in SMTPSession(line: line, services: self) }
    }
}

/// What is counted about SMTP.
struct SMTPCounters: Sendable {
    let connections: Metric
    let accepted: Metric
    let recipients: Metric
    let bytes: Metric
    let refusedMessages: Metric
    let refusedRecipients: Metric
    let logIns: Metric
    let failedLogIns: Metric

    init(_ metrics: Metrics) {
        connections = metrics.counter("martlet_smtp_connections_total", "SMTP connections")
        accepted = metrics.counter("martlet_smtp_messages_accepted_total", "Messages taken by SMTP, stored and synced")
        recipients = metrics.counter("martlet_smtp_recipients_total", "Mailboxes that messages taken by SMTP went to")
        bytes = metrics.counter("martlet_smtp_accepted_bytes_total", "Octets of messages taken by SMTP")
        refusedMessages = metrics.counter("martlet_smtp_messages_refused_total", "Messages refused after their data")
        refusedRecipients = metrics.counter("martlet_smtp_recipients_refused_total", "RCPT commands refused")
        logIns = metrics.counter("martlet_smtp_logins_total", "Log-ins over SMTP")
        failedLogIns = metrics.counter("martlet_smtp_logins_failed_total", "Failed log-ins over SMTP")
    }
}
