import Bytes
package import Delivery
package import Directory
package import EASCodec
package import HTTPCodec
package import HTTPSession
package import Logging
package import MailStore
package import Model
package import SessionKit

/// Answers everything under /Microsoft-Server-ActiveSync: who asks, from which device, in which version, for which command; and nothing of
/// what a command does. Shared by all connections. (MS-ASHTTP §3.2)
package struct EASHandler: HTTPHandler {
    package enum Limits {
        /// Bytes around the message of a request that carries one.
        package static let around = 65_536
        /// Bytes of every other request.
        package static let body = 4 * 1_048_576
    }
    /// Versions that are done; nothing else is taken.
    package static let versions = ProtocolVersion.allCases
    /// What is offered under a ceiling, the lowest first; never nothing.
    package static func served(upTo ceiling: ProtocolVersion?) -> [ProtocolVersion] {
        let below = versions.filter { version in ceiling.map { version <= $0 } ?? true }
        return below.isEmpty ? Array(versions.prefix(1)) : below
    }

    let service: EASService

    package init(
        store: MailStore, directory: Directory, submission: Submission, hostname: String, heartbeat: ClosedRange<Int> = 60...3_540,
        settings: EASSettings = EASSettings(), clock: @escaping @Sendable () -> Timestamp = WallClock.now, log: Logger = Logger(label: "eas")
    ) {
        service = EASService(
            store: store, directory: directory, submission: submission, hostname: hostname, heartbeat: heartbeat, settings: settings, clock: clock, log: log)
    }

    package func admit(_ head: HTTPRequestHead, on line: Line) -> Admission {
        guard head.method == "POST" else { return .read(limit: Limits.body) }
        let query = head.query.flatMap { try? EASQuery($0) }, command = query?.command ?? ""
        let version = ProtocolVersion(query?.version ?? EASRequest.trimmed(head.headers["MS-ASProtocolVersion"] ?? ""))
        // A draft comes with its attachments. (MS-ASEMAIL §3.1.5.3)
        let isLong = CommandTable.carriesMessage(command) || command == "Sync" && version?.has(.drafts) == true
        // Log-in comes first, but only whole requests are answered: without credentials not even a message may be long.
        guard head.headers["Authorization"] != nil else { return .read(limit: Limits.body) }
        return .read(limit: isLong ? service.submission.sizeLimit + Limits.around : Limits.body)
    }

    package func vouch(for head: HTTPRequestHead, on line: Line) async -> HTTPResponse? {
        switch await authenticate(HTTPRequest(head: head, body: []), on: line) {
        case .success: nil
        case .failure(let refusal): refusal.response
        }
    }

    package func respond(to request: HTTPRequest, on line: Line) async -> HTTPAnswer {
        let proof: DeviceLogIn
        switch await authenticate(request, on: line) {
        case .success(let proved): proof = proved
        case .failure(let refusal): return .respond(refusal.response)
        }
        line.user = proof.logIn.name
        switch request.method {
        case "OPTIONS": return .respond(proof.isDeparting ? HTTPResponse(403) : await options(request, proof))
        case "POST": return await command(request, proof, line)
        default: return .respond(HTTPResponse(501, ["Allow": "OPTIONS,POST"]))
        }
    }

    struct Refusal: Error { let response: HTTPResponse }
    /// Who asks for something that is no command: nobody who is about to go.
    func logIn(_ request: HTTPRequest, on line: Line) async -> Result<LogIn, Refusal> {
        await authenticate(request, on: line).flatMap { $0.isDeparting ? .failure(Refusal(response: HTTPResponse(403))) : .success($0.logIn) }
    }
    private func authenticate(_ request: HTTPRequest, on line: Line) async -> Result<DeviceLogIn, Refusal> {
        guard let credentials = request.headers["Authorization"].flatMap(BasicCredentials.init(authorization:)) else {
            return .failure(Refusal(response: Self.challenge()))
        }
        // `DOMAIN\user` means user: phones of Exchange write it so.
        let name = String(credentials.user.lastIndex(of: "\\").map { credentials.user[credentials.user.index(after: $0)...] } ?? credentials.user[...])
        do throws(LogInFailure) {
            // What is no query has no device, and is refused later.
            let device = request.query.flatMap { try? EASQuery($0) }?.deviceId ?? ""
            return .success(
                try await service.directory.logIn(name, password: credentials.password, device: device, service: "eas", address: line.peer.address))
        } catch {
            switch error {
            case .wrong, .malformed, .cancelled: return .failure(Refusal(response: Self.challenge()))
            case .disabled: return .failure(Refusal(response: HTTPResponse(403)))
            case .throttled, .tryLater: return .failure(Refusal(response: HTTPResponse(503, ["Retry-After": "30"])))
            }
        }
    }
    private static func challenge() -> HTTPResponse { HTTPResponse(401, ["WWW-Authenticate": "Basic realm=\"Martlet\", charset=\"UTF-8\""]) }

    /// Some devices say here who they are; then their own ceiling counts.
    private func options(_ request: HTTPRequest, _ proof: DeviceLogIn) async -> HTTPResponse {
        let query = request.query.flatMap { try? EASQuery($0) }, account = proof.logIn.account
        let device = try? await service.store.read { store in try query.flatMap { try store.device(of: account, identifier: $0.deviceId) } }
        let offer = VersionOffer(service.settings, type: query?.deviceType, device: device ?? nil)
        return HTTPResponse(
            200,
            [
                "MS-Server-ActiveSync": Self.serverVersion, "MS-ASProtocolVersions": offer.list, "MS-ASProtocolCommands": offer.commands,
                "Allow": "OPTIONS,POST", "Public": "OPTIONS,POST", "Cache-Control": "private",
            ])
    }
    static let serverVersion = versions.last?.name ?? ""

    private func command(_ request: HTTPRequest, _ proof: DeviceLogIn, _ line: Line) async -> HTTPAnswer {
        let query: EASQuery
        do throws(EASQuery.Failure) {
            query = try EASQuery(request.query ?? "")
        } catch {
            return .respond(HTTPResponse(400))
        }
        // Without a word about it, the oldest is meant.
        let named = query.version ?? EASRequest.trimmed(request.headers["MS-ASProtocolVersion"] ?? ProtocolVersion.v2_5.name)
        guard let version = ProtocolVersion(named), VersionOffer(service.settings).versions.contains(version) else { return .respond(HTTPResponse(400)) }
        guard let command = CommandTable.row(query.command, in: version) else { return .respond(HTTPResponse(501)) }
        if let failure = Self.judgeContent(request, command, version) {
            return .respond(EASAnswer.status(failure, of: command, in: version).response())
        }
        let claim = DeviceGate.Claim(query, userAgent: request.headers["User-Agent"] ?? "", version: version, address: line.peer.address)
        let verdict: DeviceGate.Verdict
        do {
            verdict = try await DeviceGate(service: service).admit(claim, proof)
        } catch {
            service.failed("device", error)
            return .respond(EASAnswer.status(.serverErrorRetryLater, of: command, in: version).response())
        }
        guard let device = verdict.device else { return .respond(HTTPResponse(403)) }
        let asked = EASRequest(query: query, version: version, headers: request.headers, body: request.body, logIn: proof.logIn, device: device, line: line)
        guard let recording = Recording(service, asked) else { return await answer(command, asked, verdict) }
        return await recording.keep(await answer(command, asked, verdict))
    }
    /// As far as the device is let in.
    private func answer(_ command: CommandTable.Row, _ request: EASRequest, _ verdict: DeviceGate.Verdict) async -> HTTPAnswer {
        switch verdict {
        case .blocked: return .respond(HTTPResponse(403))
        case .quarantined:
            // It may say what it is, so that somebody can decide. (decision 0130)
            guard command.name == "Provision" || command.name == "Settings" else { return .respond(HTTPResponse(403)) }
        case .wiping(_, let wipe):
            // A version without the wipe that is meant stays out; it is never asked for more than that. (threat T35)
            guard wipe.kind == .full || request.version.has(.accountOnlyWipe) else { return .respond(HTTPResponse(403)) }
            guard command.name == "Provision" else { return .respond(Self.provisionFirst(.remoteWipeRequested, command, request.version)) }
        case .admitted:
            let offer = VersionOffer(service.settings, type: request.device.type, device: request.device)
            guard offer.versions.contains(request.version) else {
                var response = EASAnswer.status(.versionNotSupported, of: command, in: request.version).response()
                offer.announce(in: &response)
                return .respond(response)
            }
            let key = PolicyGate.key(request.query, request.headers)
            if let refusal = PolicyGate.refusal(command.name, key, request.device, service.settings.policy) {
                return .respond(Self.provisionFirst(refusal, command, request.version))
            }
        }
        return await run(command, request)
    }
    private func run(_ command: CommandTable.Row, _ request: EASRequest) async -> HTTPAnswer {
        do {
            switch try await command.run(service, request) {
            case .answer(let answer): return .respond(answer.response())
            case .park(let exchange): return .park(exchange)
            }
        } catch let error as RequestError {
            return .respond(EASAnswer.status(CommonStatus(error), of: command, in: request.version).response())
        } catch is DeviceGate.ShutOut {
            return .respond(HTTPResponse(403))
        } catch let status as CommonStatus {
            return .respond(EASAnswer.status(status, of: command, in: request.version).response())
        } catch {
            service.failed(command.name, error)
            return .respond(EASAnswer.status(CommonStatus(storeError: error), of: command, in: request.version).response())
        }
    }
    /// The device is to provision first: a Status, and before 14.0 a code of HTTP that phones know by its number. (MS-ASHTTP §2.2.2.1.1)
    private static func provisionFirst(_ status: CommonStatus, _ command: CommandTable.Row, _ version: ProtocolVersion) -> HTTPResponse {
        version.has(.commonStatus) ? EASAnswer.status(status, of: command, in: version).response() : HTTPResponse(449)
    }
    /// A body must be what it says: WBXML under one of its two names, and before 14.0 a message where one is sent. Bodies without a name are
    /// judged by what they hold. (MS-ASHTTP §2.2.1.1.2.2)
    private static func judgeContent(_ request: HTTPRequest, _ command: CommandTable.Row, _ version: ProtocolVersion) -> CommonStatus? {
        if request.body.isEmpty { return command.mayBeEmpty ? nil : .invalidContent }
        guard let type = request.headers["Content-Type"] else { return nil }
        let name = ASCII.lowercased(EASRequest.trimmed(String(type.prefix { $0 != ";" })))
        if !version.has(.composeMail), CommandTable.carriesMessage(command.name) { return name == "message/rfc822" ? nil : .invalidContent }
        return name == "application/vnd.ms-sync.wbxml" || name == "application/vnd.ms-sync" ? nil : .invalidContent
    }
}
