import Directory
import EASCodec
import Groupware
import MailStore
import Model

/// Sync: both directions, several folders, at once or when something comes. (MS-ASCMD §2.2.1.21)
enum SyncCommand {
    enum Limits {
        /// Seconds. (MS-ASCMD §2.2.3.88.2)
        static let heartbeat = 60...3540
        /// Minutes. (MS-ASCMD §2.2.3.198)
        static let wait = 1...59
        /// How often an answer is made anew because another request of the device came first.
        static let attempts = 4
    }
    /// What to ask of the store, or the answer to a request that cannot be done.
    private enum Reading { case ask(SyncAsk), answer(EASAnswer) }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        let reading: Reading
        if request.body.isEmpty {
            guard request.version.has(.emptySync) else { throw CommonStatus.invalidContent }
            reading = try await repeated(service, request)
        } else {
            let asked: SyncRequest
            do {
                asked = try SyncRequest(document: request.body).known(in: request.version)
            } catch .invalid, .tooMany {
                return .answer(SyncAnswer.failure(SyncStatus.protocolError))
            }
            reading = try await whole(asked, service, request)
        }
        let ask: SyncAsk
        switch reading {
        case .answer(let answer): return .answer(answer)
        case .ask(let made): ask = made
        }
        guard let seconds = ask.wait else { return .answer(try await answer(ask, service, trace: request.trace)) }
        // First the subscription, then the look: a commit between the two would be missed. (store.md §1.5)
        let wait = SyncWait(ask, seconds: seconds, service, line: request.line, trace: request.trace)
        do {
            if let answer = try await wait.look() {
                wait.closed()
                return .answer(answer)
            }
        } catch {
            wait.closed()
            throw error
        }
        return .park(wait)
    }

    /// Reads, writes, answers; again where another request of the device came between.
    static func answer(_ ask: SyncAsk, _ service: EASService, trace: String) async throws -> EASAnswer {
        for _ in 0..<Limits.attempts {
            let now = service.clock()
            let plan = try await service.store.read { try SyncPlan(ask, now: now, $0) }
            // Refused as a whole: nothing of it is carried out.
            if plan.failure != nil { return SyncAnswer.make(plan, nil, ask.version) }
            if !plan.needsWrite, ask.memory == nil { return SyncAnswer.make(plan, nil, ask.version) }
            let drafts = try await DraftWork.make(plan, ask, service, trace: trace)
            do {
                // The one way in which a new key leaves: after the commit that holds it and the client's changes.
                if let changes = try await service.store.write(trace: trace, { try SyncChanges.make(plan, drafts, ask, $0) }) {
                    return SyncAnswer.make(plan, changes, ask.version)
                }
            } catch is DraftWork.Stale {
                continue
            }
        }
        return SyncAnswer.failure(SyncStatus.retry)
    }

    // MARK: Reading the request

    private static func whole(_ asked: SyncRequest, _ service: EASService, _ request: EASRequest) async throws -> Reading {
        if asked.wait != nil, asked.heartbeatInterval != nil { return .answer(SyncAnswer.failure(SyncStatus.protocolError)) }
        if let limit = limit(asked) { return .answer(SyncAnswer.failure(SyncStatus.waitOutOfRange, limit: limit)) }
        var collections = asked.collections ?? [], windowSize = asked.windowSize
        var seconds = asked.heartbeatInterval ?? asked.wait.map { $0 * 60 }
        let known = DeviceMemory(request.device).sync
        // What is not listed is as it was; without a whole request before there is nothing to be completed. (MS-ASCMD §2.2.3.131)
        // Samsung sends a wait and no folder at all, and means the same.
        if asked.isPartial || asked.collections == nil && seconds != nil {
            guard let known else { return .answer(SyncAnswer.failure(SyncStatus.incomplete)) }
            let listed = Set(collections.compactMap { $0.collectionId.flatMap(FolderNames.parse) })
            let rest = known.collections.filter { !listed.contains($0.folder) }
            collections += try await completed(rest, service, request)
            windowSize = windowSize ?? known.windowSize
            seconds = seconds ?? known.wait
        }
        let options = collections.flatMap { $0.options ?? [] }
        if let status = options.lazy.compactMap({ EmailBodyPart.refusal($0, in: request.version) }).first { return .answer(SyncAnswer.failure(status)) }
        guard !collections.isEmpty, Set(collections.map(\.collectionId)).count == collections.count else {
            return .answer(SyncAnswer.failure(SyncStatus.protocolError))
        }
        guard collections.count <= SyncPlan.Limits.collections else {
            return .answer(SyncAnswer.failure(SyncStatus.tooManyCollections, limit: SyncPlan.Limits.collections))
        }
        guard collections.reduce(0, { $0 + $1.commands.count }) <= CommandOutcome.Limits.commands else {
            return .answer(SyncAnswer.failure(SyncStatus.protocolError))
        }
        var memory = DeviceMemory.Sync(windowSize: windowSize, wait: seconds)
        for collection in collections {
            guard let folder = collection.collectionId.flatMap(FolderNames.parse) else { continue }
            memory.collections.append(.init(folder: folder, windowSize: collection.windowSize, getChanges: collection.getChanges))
        }
        // A request that brings something is answered at once.
        let brings = collections.contains { !$0.commands.isEmpty || $0.syncKey == "0" }
        return .ask(
            SyncAsk(
                collections: collections, windowSize: windowSize, wait: brings ? nil : seconds, user: request.logIn, device: request.device,
                version: request.version, memory: memory == known || !request.version.has(.emptySync) ? nil : memory))
    }
    /// The nearest bound of a wait that is out of range.
    private static func limit(_ asked: SyncRequest) -> Int? {
        if let wait = asked.wait, !Limits.wait.contains(wait) { return wait < Limits.wait.lowerBound ? Limits.wait.lowerBound : Limits.wait.upperBound }
        if let seconds = asked.heartbeatInterval, !Limits.heartbeat.contains(seconds) {
            return seconds < Limits.heartbeat.lowerBound ? Limits.heartbeat.lowerBound : Limits.heartbeat.upperBound
        }
        return nil
    }
    /// A request without a body is the last one again, from the keys of now. (MS-ASCMD §2.2.1.21, empty requests)
    private static func repeated(_ service: EASService, _ request: EASRequest) async throws -> Reading {
        guard let known = DeviceMemory(request.device).sync, !known.collections.isEmpty else {
            return .answer(SyncAnswer.failure(SyncStatus.incomplete))
        }
        let collections = try await completed(known.collections, service, request)
        guard !collections.isEmpty else { return .answer(SyncAnswer.failure(SyncStatus.incomplete)) }
        return .ask(
            SyncAsk(
                collections: collections, windowSize: known.windowSize, wait: known.wait, user: request.logIn, device: request.device,
                version: request.version, memory: nil))
    }
    /// Remembered collections with the keys that the device has now.
    private static func completed(
        _ known: [DeviceMemory.SyncCollection], _ service: EASService, _ request: EASRequest
    ) async throws -> [SyncRequest.Collection] {
        let device = request.device.id
        return try await service.store.read { store in
            try known.compactMap { part in
                guard let row = try store.syncState(device: device, folder: part.folder) else { return nil }
                var collection = SyncRequest.Collection()
                collection.syncKey = String(row.key)
                collection.collectionId = FolderNames.id(part.folder)
                collection.windowSize = part.windowSize
                collection.getChanges = part.getChanges
                return collection
            }
        }
    }
}

extension SyncRequest {
    /// Without what the version does not have: a phone that waits in one of those has read it elsewhere. (MS-ASCMD §2.2.1.21)
    func known(in version: ProtocolVersion) -> SyncRequest {
        var asked = self
        if !version.has(.waitingSync) { (asked.wait, asked.windowSize, asked.isPartial) = (nil, nil, false) }
        if !version.has(.heartbeatInterval) { asked.heartbeatInterval = nil }
        return asked
    }
}
