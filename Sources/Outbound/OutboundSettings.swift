/// What the administrator decides about mail to other servers: the `[outbound]` part of the settings file, already judged.
package struct OutboundSettings: Sendable {
    /// Our name in EHLO.
    package var hostname: String
    /// Where other servers listen: 25, but for tests.
    package var port = 25
    /// Where MTA-STS policies are fetched: 443, but for tests.
    package var httpsPort = 443
    /// Everything goes there, but for what `routes` say.
    package var smarthost: Smarthost?
    /// By the recipient's domain ("example.org"), or by the sender's ("from:example.org"). nil in a row: straight to the exchangers of the domain.
    package var routes: [String: Smarthost?] = [:]
    package var schedule = Schedule()
    /// Connections to one place at the same time, and all together.
    package var concurrency = 20
    package var connections = 500
    /// Our own address to connect from.
    package var source: String?
    package var patience = ClientPatience()
    package var doubt = DoubtSettings()
    /// How long a connection without work is kept for what may come.
    package var idle = Duration.seconds(2)
    /// Messages on one connection.
    package var messagesPerConnection = 500
    package init(hostname: String) { self.hostname = hostname }
}

/// A server that takes our mail for others.
package struct Smarthost: Sendable, Hashable {
    package enum TLS: String, Sendable, Hashable {
        /// In the clear; when it is offered; or not at all without a certificate for the host's name (`required`), from the first octet (`implicit`).
        case never, opportunistic, required, implicit
    }
    /// A name or an address.
    package var host: String
    package var port: Int
    package var user: String?
    package var password: String?
    package var tls = TLS.opportunistic
    package init(host: String, port: Int) { self.host = host; self.port = port }
}

/// How long we wait for whom. (RFC 5321 §4.5.3.2)
package struct ClientPatience: Sendable {
    package var connect = Duration.seconds(30)
    package var greeting = Duration.seconds(300)
    package var hello = Duration.seconds(300)
    package var envelope = Duration.seconds(300)
    /// For the answer to the end of a message.
    package var end = Duration.seconds(600)
    /// The most that one message may hold a connection, whatever the server does: nobody keeps a place by sending an octet now and then. (threat T3)
    package var slot = Duration.seconds(1_800)
    package init() {}
}

/// How long one server may keep the others' messages in front of their end. (decision 0113)
package struct DoubtSettings: Sendable {
    /// A holder of the gate without an answer loses it then.
    package var patience = Duration.milliseconds(500)
    /// Who has waited in line so long goes on.
    package var longest = Duration.seconds(1)
    /// Whose connections and best answers take longer is too far away to be waited for.
    package var near = Duration.milliseconds(10)
    /// Whose answers to the end of a message take longer in the mean is too slow, when its envelopes are much quicker; beyond `slow` in any case.
    package var quick = Duration.milliseconds(25)
    package var slow = Duration.milliseconds(100)
    package init() {}
}

/// Where mail for a destination goes next: what connections are counted by.
package enum Hop: Hashable, Sendable, CustomStringConvertible {
    /// To the exchangers of this domain.
    case exchangers(String)
    case smarthost(Smarthost)
    package var description: String {
        switch self {
        case .exchangers(let domain): domain
        case .smarthost(let host): "\(host.host):\(host.port)"
        }
    }
}

extension OutboundSettings {
    /// Routes by sender come first: who rents a relay for a domain means all its mail.
    package func hop(to destination: String, from sender: String) -> Hop {
        var found: Smarthost? = smarthost
        if let at = sender.lastIndex(of: "@"), let row = routes["from:" + sender[sender.index(after: at)...].lowercased()] {
            found = row
        } else if let row = routes[destination] {
            found = row
        }
        return found.map { .smarthost($0) } ?? .exchangers(destination)
    }
    package var hasSenderRoutes: Bool { routes.keys.contains { $0.hasPrefix("from:") } }
}
