// The assembly: what the process is made of, from the store up to the sockets, and how it ends. No logic of any protocol.
internal import DNSCodec
internal import Delivery
internal import Directory
internal import Glibc
internal import Logging
internal import MailStore
internal import Outbound
internal import SessionKit
internal import Telemetry
internal import Transport

package enum Daemon {
    /// Runs until SIGTERM or SIGINT. Throws what kept it from starting.
    package static func serve(_ settings: Settings, settingsFile: String, demo: DemoDirectory? = nil) async throws(ControlFailure) {
        let log = Logger(label: "daemon")
        let signals = Signals.stream()
        let descriptors = ResourceLimits.raiseDescriptors()
        let metrics = Metrics()
        let identities = try Identities.load(settings)
        let store = try open(settings, log)
        let directory = Directory(store: store, settings: settings.directory)
        if let demo { try await demo.furnish(store, directory) }
        await DomainKeys.complete(directory, log)
        await directory.learnMechanisms()
        var dialling = DialSettings()
        dialling.authorities = settings.outbound.authorities.isEmpty ? nil : settings.outbound.authorities
        dialling.connections = max(dialling.connections, 2 * settings.outbound.connections)
        let server = try transport { () throws(TransportError) in
            try Server(identities: identities, dialling: dialling, log: Logger(label: "transport"), metrics: metrics)
        }
        let box = RunnerBox(), entrance = box.entrance(settings.outbound)
        let resolver = try resolver(settings, metrics)
        let runner = QueueRunner(
            store: store, resolver: resolver, dialer: server.dialer, settings: try settings.outboundRoom(), entrance: entrance, metrics: metrics)
        box.runner = runner
        let process = RunningProcess(settings: settings, store: store, directory: directory, server: server, metrics: metrics, runner: runner)
        let house = House(
            settings: settings, store: store, directory: directory, metrics: metrics, process: process, hasCertificate: !identities.isEmpty, queue: entrance,
            resolver: resolver, dialer: server.dialer)
        try await listen(server, house)
        log.notice("daemon.ready", metadata: ["store": "\(settings.storePath)", "host": "\(settings.hostname)", "descriptors": "\(descriptors)"])
        process.setReady(true)
        let housekeeping = Task { await Housekeeping.run(store, log) }
        let sending = Task { await runner.run() }
        try demo?.welcome()
        for await signal in signals {
            if signal == .stop { break }
            await reload(settingsFile, settings, server, log)
        }
        log.notice("daemon.stopping")
        housekeeping.cancel()
        sending.cancel()
        runner.hint([])
        process.setReady(false)
        let cut = await server.drain(within: .seconds(settings.limits.drainSeconds))
        await store.close()
        demo?.leave()
        log.notice("daemon.stopped", metadata: ["cut": "\(cut)"])
    }

    private static func open(_ settings: Settings, _ log: Logger) throws(ControlFailure) -> MailStore {
        guard settings.controlSocket.utf8.count < 108 else {
            throw ControlFailure(code: ExitStatus.settings, "\(settings.controlSocket) is too long for a unix socket (107 octets): choose a shorter store.path")
        }
        do throws(StoreError) {
            return try MailStore.open(settings.storePath)
        } catch .locked {
            throw ControlFailure(code: ExitStatus.tryLater, "another martlet holds \(settings.storePath): stop it first, or give this one a store of its own")
        } catch {
            let failure = ControlTable.failure(of: error)
            throw ControlFailure(code: failure.code, "\(settings.storePath): \(failure.message)")
        }
    }
    private static func resolver(_ settings: Settings, _ metrics: Metrics) throws(ControlFailure) -> any NameResolver {
        do throws(Resolver.Failure) { return try Resolver(servers: settings.outbound.resolver, metrics: metrics) } catch {
            throw ControlFailure(code: ExitStatus.settings, "outbound.resolver: \(error)")
        }
    }
    private static func listen(_ server: Server, _ house: House) async throws(ControlFailure) {
        do throws(TransportError) {
            for service in house.services { try await server.addService(service) }
            try await server.start()
        } catch {
            throw ControlFailure(code: ExitStatus.unavailable, "\(error)")
        }
    }
    private static func transport<R>(_ action: () throws(TransportError) -> R) throws(ControlFailure) -> R {
        do throws(TransportError) { return try action() } catch { throw ControlFailure(code: ExitStatus.software, "\(error)") }
    }
    /// SIGHUP: certificates and the level of the log. Settings that need new sockets are told and wait for a restart.
    private static func reload(_ file: String, _ running: Settings, _ server: Server, _ log: Logger) async {
        guard case .text(let text) = SettingsPath.read(file) else {
            return log.error("daemon.reload", metadata: ["problem": "cannot read the settings", "file": "\(file)"])
        }
        let (settings, problems) = SettingsFile.parse(text)
        for problem in problems { log.error("daemon.reload", metadata: ["file": "\(file)", "problem": "\(problem)"]) }
        guard problems.isEmpty else { return }
        LogSinks.setLevel(settings.logLevel)
        do {
            try await server.reload(try Identities.load(settings))
        } catch {
            return log.error("daemon.reload", metadata: ["problem": "\(error)"])
        }
        var rest = settings
        (rest.certificate, rest.key, rest.logLevel) = (running.certificate, running.key, running.logLevel)
        log.notice("daemon.reloaded", metadata: ["restart": rest == running ? "not needed" : "needed for the other settings"])
    }
}
