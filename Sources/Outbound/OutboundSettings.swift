/// What the administrator decides about mail to other servers: the `[outbound]` part of the settings file, already judged.
package struct OutboundSettings: Sendable {
    /// Our name in EHLO.
    package var hostname: String
    /// Where other servers listen: 25, but for tests.
    package var port = 25
    package init(hostname: String) { self.hostname = hostname }
}
