// Which services there are and what each is made of: settings become rooms, rooms become factories of sessions.
internal import DNSCodec
internal import Delivery
internal import Directory
internal import EASCodec
import EASSession
internal import HTTPCodec
internal import HTTPSession
internal import IMAPSession
internal import Logging
internal import MailStore
internal import SMTPSession
internal import SessionKit
internal import Telemetry
internal import Transport

struct House {
    let settings: Settings
    let store: MailStore
    let directory: Directory
    let metrics: Metrics
    let process: RunningProcess
    let hasCertificate: Bool
    let queue: QueueEntrance
    /// Who is asked for names; without one mail is taken unjudged.
    var resolver: (any NameResolver)?
    var dialer: (any Dialer)?

    /// Once: what is counted for a user is counted over all of them.
    var services: [ServiceSettings] {
        var limits = Allowances.Limits()
        limits.messagesPerHour = settings.limits.messagesPerHour
        limits.recipientsPerHour = settings.limits.recipientsPerHour
        limits.connections = settings.limits.connectionsPerUser
        let allowances = Allowances(limits)
        return smtp(allowances) + imap + web(allowances) + [control]
    }

    private func smtp(_ allowances: Allowances) -> [ServiceSettings] {
        let judge = settings.judging.judge(hostname: settings.hostname, store: store, resolver: resolver, dialer: dialer)
        let acceptance = Acceptance(store: store, directory: directory, hostname: settings.hostname, queue: queue, judge: judge)
        let listen = settings.listen
        return [
            ("smtp", listen.smtp, ServiceSettings.TLS.startTLS), ("submission", listen.submission, .startTLS), ("submissions", listen.submissions, .implicit),
        ]
        .compactMap { name, addresses, tls in
            guard !addresses.isEmpty, tls != .implicit || hasCertificate else { return nil }
            var room = SMTPSettings(hostname: settings.hostname)
            room.messageSize = settings.limits.messageSize
            room.recipients = settings.limits.recipients
            room.offersTLS = hasCertificate && tls == .startTLS
            room.requiresLogIn = name != "smtp"
            room.errors = settings.limits.smtpErrors
            if name == "smtp" { room.greetingPause = .seconds(settings.limits.greetingPause) }
            let believed = settings.listen.xclientFrom, proxies = settings.listen.proxyFrom
            room.believesClient = { peer in believed.contains { $0.contains(peer.address) } }
            room.greetedAtOnce = { peer in peer.isLoopback || (believed + proxies).contains { $0.contains(peer.address) } }
            room.plaintextAllowed = plaintextAllowed
            let services = SMTPServices(
                settings: room, directory: directory, acceptance: acceptance, allowances: allowances, metrics: metrics, log: Logger(label: "smtp"))
            return service(name, addresses, tls, busy: "421 4.7.0 \(settings.hostname) too many connections, try again later\r\n") {
                SMTPSession(line: $0, services: services)
            }
        }
    }
    private var imap: [ServiceSettings] {
        var room = IMAPSettings()
        room.hostname = settings.hostname
        room.version = Version.text
        room.offersTLS = hasCertificate
        room.plaintextAllowed = plaintextAllowed
        room.messageLimit = settings.limits.messageSize
        var limits = Allowances.Limits()
        limits.connections = settings.limits.imapConnectionsPerUser
        let imap = IMAPService(store: store, directory: directory, settings: room, allowances: Allowances(limits))
        return [("imap", settings.listen.imap, ServiceSettings.TLS.startTLS), ("imaps", settings.listen.imaps, .implicit)].compactMap { name, addresses, tls in
            guard !addresses.isEmpty, tls != .implicit || hasCertificate else { return nil }
            return service(name, addresses, tls, busy: "* BYE [UNAVAILABLE] too many connections, try again later\r\n") { imap.session($0) }
        }
    }
    private func web(_ allowances: Allowances) -> [ServiceSettings] {
        var pages = Router()
        MonitoringPages.add(to: &pages, process)
        var phones = Router()
        let submission = Submission(
            store: store, directory: directory, hostname: settings.hostname, sizeLimit: settings.limits.messageSize, queue: queue,
            allowances: allowances)
        var devices = settings.devices
        devices.recorder = RecordBook(store: settings.storePath)
        let handler = EASHandler(
            store: store, directory: directory, submission: submission, hostname: settings.hostname, heartbeat: settings.heartbeat, settings: devices)
        // Some phones end the path with a slash.
        for path in ["/Microsoft-Server-ActiveSync", "/Microsoft-Server-ActiveSync/"] { phones.add(ignoringCase: path, handler) }
        let found = autodiscover
        phones.add(ignoringCase: "/autodiscover/autodiscover.xml", AutodiscoverHandler(handler, found))
        phones.add(ignoringCase: "/autodiscover/autodiscover.json", AutodiscoverJSONHandler(found))
        var services: [ServiceSettings] = []
        if !settings.listen.http.isEmpty {
            let http = HTTPServices(router: pages, log: Logger(label: "http"), metrics: metrics)
            services.append(service("http", settings.listen.http, .none, busy: Self.busyPage) { HTTPSession($0, http) })
        }
        if !settings.listen.https.isEmpty, hasCertificate {
            let https = HTTPServices(router: phones, log: Logger(label: "https"), metrics: metrics)
            var secure = service("https", settings.listen.https, .implicit, busy: "") { HTTPSession($0, https) }
            secure.protocols = ["http/1.1"]
            services.append(secure)
        }
        return services
    }
    /// The ports that are listened on are taken for those that the world sees.
    private var autodiscover: AutodiscoverSettings {
        func port(_ listen: [String], _ usual: Int) -> Int? { listen.first.map { $0.split(separator: ":").last.flatMap { Int($0) } ?? usual } }
        let https = port(settings.listen.https, 443) ?? 443
        var servers: [AutodiscoverAnswer.MailServer] = []
        if let port = port(settings.listen.imaps, 993) { servers.append(.init(type: "IMAP", host: settings.hostname, port: port)) }
        if let port = port(settings.listen.submissions, 465) { servers.append(.init(type: "SMTP", host: settings.hostname, port: port)) }
        return AutodiscoverSettings(origin: "https://\(settings.hostname)" + (https == 443 ? "" : ":\(https)"), servers: servers)
    }
    private static let busyPage = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    private var control: ServiceSettings {
        let context = ControlContext(store: store, directory: directory, process: process, settings: settings)
        return service("control", ["unix:\(settings.controlSocket)"], .none, busy: "") { ControlSession($0, context) }
    }

    private func service(_ name: String, _ addresses: [String], _ tls: ServiceSettings.TLS, busy: String, _ make: @escaping SessionFactory) -> ServiceSettings {
        var limits = ServiceLimits()
        limits.connections = settings.limits.connections
        limits.perAddress = settings.limits.connectionsPerAddress
        var service = ServiceSettings(
            name: name, addresses: addresses, tls: hasCertificate ? tls : .none, limits: limits, busyWord: tls == .implicit ? "" : busy, makeSession: make)
        let proxies = settings.listen.proxyFrom
        if !proxies.isEmpty { service.proxyFrom = { peer in proxies.contains { $0.contains(peer.address) } } }
        return service
    }
    private var plaintextAllowed: @Sendable (Peer) -> Bool {
        let networks = settings.plaintextFrom
        return { peer in networks.contains { $0.contains(peer.address) } }
    }
}
