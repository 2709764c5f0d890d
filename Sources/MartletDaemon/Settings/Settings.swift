// Everything the settings file can say, as values with defaults. Where the values come from is SettingsFile's.

package import EASCodec

package struct Settings: Sendable, Equatable {
    package var hostname = "localhost"
    package var storePath = "/var/lib/martlet"
    package var certificate = "/etc/martlet/tls/fullchain.pem"
    package var key = "/etc/martlet/tls/privkey.pem"
    package var listen = Listen()
    package var plaintextFrom: [Network] = []
    /// scrypt's N as a power of two.
    package var passwordCost = 15
    package var scramIterations = 10_000
    package var rememberSeconds = 300
    package var limits = Limits()
    package var judging = Judging()
    package var outbound = Outbound()
    package var eas = Phones()
    package var logLevel = "info"

    package struct Listen: Sendable, Equatable {
        package var smtp: [String] = []
        package var submission: [String] = []
        package var submissions: [String] = []
        package var imap: [String] = []
        package var imaps: [String] = []
        package var https: [String] = []
        package var http: [String] = []
        package var proxyFrom: [Network] = []
        package var xclientFrom: [Network] = []
        package init() {}
    }
    /// What is done with mail from strangers.
    package struct Judging: Sendable, Equatable {
        /// "enforce", "observe" or "off".
        package var mode = "enforce"
        package var trusted: [Network] = []
        package var blockLists: [String] = []
        /// 0: no greylisting.
        package var greylistMinutes = 0
        /// host:port; "" for none.
        package var rspamd = ""
        /// Each "host:port" or the absolute path of a unix socket.
        package var milters: [String] = []
        package init() {}
    }
    /// Mail to other servers. Texts are judged already.
    package struct Outbound: Sendable, Equatable {
        package var port = 25
        /// "relay.example.net:587"; "" for none.
        package var smarthost = ""
        package var smarthostUser = ""
        package var smarthostPasswordFile = ""
        package var smarthostTLS = "opportunistic"
        /// "example.org = relay.example.net:25", "from:example.org = mx"
        package var routes: [String] = []
        package var retry = ["5m", "10m", "20m", "40m", "1h", "2h", "3h", "4h"]
        package var warnAfter = "4h"
        package var expireAfter = "5d"
        package var concurrency = 20
        package var connections = 500
        package var source = ""
        /// "127.0.0.1:53"; empty: those of /etc/resolv.conf.
        package var resolver: [String] = []
        /// Where policies of MTA-STS are fetched: 443, but for tests.
        package var httpsPort = 443
        /// A PEM file in place of the system's authorities.
        package var authorities = ""
        package init() {}
    }
    /// Devices that speak ActiveSync.
    package struct Phones: Sendable, Equatable {
        /// The highest version offered.
        package var ceiling = "16.1"
        /// "iPhone = 16.0"
        package var typeCeilings: [String] = []
        package var policy = DevicePolicy()
        package var acceptsPartialPolicy = false
        package var acceptsExternalManagement = false
        /// Of new devices that no rule names.
        package var defaultAccess = "allow"
        package var accessRules: [AccessRule] = []
        package var accessMessage = ""
        /// Whether `device wipe --full` may be ordered.
        package var allowsFullWipe = false
        package init() {}
    }
    package struct Limits: Sendable, Equatable {
        package var messageSize = 52_428_800
        package var recipients = 1_000
        package var connections = 20_000
        package var connectionsPerAddress = 500
        package var heartbeatMinimum = 60
        package var heartbeatMaximum = 3_540
        package var connectionsPerUser = 50
        package var imapConnectionsPerUser = 200
        package var messagesPerHour = 0
        package var recipientsPerHour = 0
        package var smtpErrors = 20
        package var greetingPause = 1
        package var drainSeconds = 10
        package init() {}
    }
    package init() {}
}
