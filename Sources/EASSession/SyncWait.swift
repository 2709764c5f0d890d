import EASCodec
import Groupware
import HTTPCodec
import HTTPSession
import MailStore
import Model
import SessionKit

/// A Sync that waits for something to tell: a small record in the loop, woken by the store's feed. (MS-ASCMD §2.2.3.88.2, §2.2.3.198)
final class SyncWait: ParkedExchange {
    let deadline: ContinuousClock.Instant
    private var ask: SyncAsk
    private let folders: Set<FolderID>
    private let service: EASService
    private let line: Line
    private let trace: String
    private let subscription: Subscription
    private let ticket: UInt64

    init(_ ask: SyncAsk, seconds: Int, _ service: EASService, line: Line, trace: String) {
        var ask = ask
        ask.wait = nil
        self.ask = ask
        self.service = service
        self.line = line
        self.trace = trace
        folders = Set(ask.collections.compactMap { $0.collectionId.flatMap(FolderNames.parse) })
        deadline = .now + .seconds(seconds)
        let notifier = line.notifier
        subscription = service.store.feed.subscribe(to: ask.account) { notifier.post($0) }
        ticket = service.waiting.begin(ask.device.id, account: ask.account, notifier)
    }

    /// The answer, where there is something to say now.
    func look() async throws -> EASAnswer? {
        let ask = ask, now = service.clock()
        let plan = try await service.store.read { try SyncPlan(ask, now: now, $0) }
        // What only moved on is stored too, or every look would walk over the same rows again.
        guard plan.hasNews || plan.needsWrite || ask.memory != nil else { return nil }
        let answer = try await SyncCommand.answer(ask, service, trace: trace)
        self.ask.memory = nil
        if case .none = answer.body { return nil }
        return answer
    }

    func notice(_ changes: ChangeSet) -> ParkedStep {
        guard service.waiting.isCurrent(ask.device.id, ticket) else { return Self.nothing }
        if changes.contains(.account) || changes.contains(.folders) { return .perform }
        return folders.contains(where: changes.touches) ? .perform : .stay
    }
    func perform() async -> ParkedStep {
        do {
            let ask = ask
            // The key may have moved on by another request of the device: then this one is over, and its answer would be taken for a lost one.
            let isMine = try await service.store.read { store in
                switch try DeviceGate.standing(ask.device.identifier, ask.device.id, of: ask.account, store) {
                case .admitted: break
                case .removed: return false
                case .shutOut: throw DeviceGate.ShutOut()
                }
                return try ask.collections.allSatisfy { collection in
                    guard let folder = collection.collectionId.flatMap(FolderNames.parse), try store.folder(folder) != nil else { return true }
                    let row = try store.syncState(device: ask.device.id, folder: folder)
                    return SyncKeys.standing(of: SyncKeys.parse(collection.syncKey ?? ""), in: row) == .current
                }
            }
            guard isMine else { return Self.nothing }
            return try await look().map { .respond($0.response()) } ?? .stay
        } catch is DeviceGate.ShutOut {
            return .hangUp
        } catch {
            service.failed("Sync", error)
            return .respond(SyncAnswer.failure(SyncStatus.serverError).response())
        }
    }
    func expired() -> ParkedStep { Self.nothing }
    func draining() -> ParkedStep { Self.nothing }
    func closed() {
        subscription.cancel()
        service.waiting.end(ask.device.id, ticket)
    }
    /// Nothing came: an empty answer, and the device asks again.
    private static var nothing: ParkedStep { .respond(EASAnswer.empty.response()) }
}
