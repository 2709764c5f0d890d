import EASCodec
import Groupware
import HTTPCodec
import HTTPSession
import MailStore
import Model
import SessionKit

/// A phone that waits: a device, some folders, a deadline. Ten thousand of them are ten thousand of these. (MS-ASCMD §3.1.5.8)
final class PingWait: ParkedExchange {
    let deadline: ContinuousClock.Instant
    let folders: [FolderID]
    private let account: AccountID
    private let device: DeviceID
    private let identifier: String
    private let service: EASService
    private let subscription: Subscription
    private let ticket: UInt64
    /// Folders told of since the last look.
    private var suspects: Set<FolderID> = []
    private var folderListChanged = false

    /// Subscribes: what is committed from now on is noticed, what was committed before is found by `look`.
    init(_ device: DeviceRow, folders: [FolderID], seconds: Int, _ service: EASService, line: Line) {
        self.device = device.id
        account = device.account
        identifier = device.identifier
        self.folders = folders
        self.service = service
        deadline = .now + .seconds(seconds)
        let notifier = line.notifier
        subscription = service.store.feed.subscribe(to: device.account) { notifier.post($0) }
        ticket = service.waiting.begin(device.id, account: device.account, notifier)
    }

    /// Compares the folders with what the device has been told under its last key. (MS-ASCMD §3.1.5.8)
    func look(_ some: [FolderID]) async throws -> EASAnswer? {
        let account = account, device = device, identifier = identifier, now = service.clock()
        let found: [FolderID]? = try await service.store.read { store in
            switch try DeviceGate.standing(identifier, device, of: account, store) {
            case .admitted: break
            case .removed: return nil
            case .shutOut: throw DeviceGate.ShutOut()
            }
            var changed: [FolderID] = []
            for id in some {
                guard let folder = try store.folder(id), folder.account == account else { return nil }
                if try Self.hasNews(folder, device, now, store) { changed.append(id) }
            }
            return changed
        }
        guard let found else { return PingCommand.answer(PingCommand.Status.hierarchy) }
        return found.isEmpty ? nil : PingCommand.changed(found)
    }
    private static func hasNews(_ folder: FolderRow, _ device: DeviceID, _ now: Timestamp, _ store: ReadTransaction) throws -> Bool {
        // A folder that was never synchronised is reported, so that the device begins with it; "unknown" loops some phones.
        guard let row = try store.syncState(device: device, folder: folder.id), let position = row.position(for: .current) else { return true }
        let cutoff = (StickyOptions(decoding: position.options) ?? StickyOptions()).cutoff(now: now)
        // A window that moved on by itself is no reason to wake anybody.
        let stays = position.cutoff.map { old in cutoff.map { max(old, $0) == $0 } ?? false } ?? false
        let window = stays ? position.cutoff : cutoff
        if ChangeWindow.isQuiet(position, in: folder, cutoff: window) { return false }
        if position.isFresh { return folder.total > 0 }
        do {
            return try ChangeWindow(from: position, in: folder, cutoff: window).hasMore(store)
        } catch SyncFailure.startAnew {
            return true
        }
    }

    func notice(_ changes: ChangeSet) -> ParkedStep {
        guard service.waiting.isCurrent(device, ticket) else { return .respond(PingCommand.answer(PingCommand.Status.over).response()) }
        for folder in folders where changes.touches(folder) { suspects.insert(folder) }
        if changes.contains(.folders) || changes.contains(.account) { folderListChanged = true }
        return suspects.isEmpty && !folderListChanged ? .stay : .perform
    }
    func perform() async -> ParkedStep {
        let some = folderListChanged ? folders : folders.filter(suspects.contains)
        let listChanged = folderListChanged
        suspects = []
        folderListChanged = false
        do {
            if let answer = try await look(some) { return .respond(answer.response()) }
            if listChanged, try await hierarchyHasNews() { return .respond(PingCommand.answer(PingCommand.Status.hierarchy).response()) }
            return .stay
        } catch is DeviceGate.ShutOut {
            return .hangUp
        } catch {
            service.failed("Ping", error)
            return .respond(PingCommand.answer(PingCommand.Status.serverError).response())
        }
    }
    /// A folder came, went or got another name, and the device has not heard of it: it should ask for the list.
    private func hierarchyHasNews() async throws -> Bool {
        let account = account, device = device
        return try await service.store.read { store in
            guard let row = try store.syncState(device: device, folder: nil), let position = HierarchyState.position(row, .current) else { return false }
            do {
                let changes = try FolderChanges(since: position, account: account, store)
                return changes.added.contains(where: FolderNames.isShown) || changes.changed.contains(where: FolderNames.isShown) || !changes.removed.isEmpty
            } catch SyncFailure.startAnew {
                return true
            }
        }
    }
    func expired() -> ParkedStep { .respond(PingCommand.answer(PingCommand.Status.over).response()) }
    func draining() -> ParkedStep { expired() }
    func closed() {
        subscription.cancel()
        service.waiting.end(device, ticket)
    }
}
