// Every verb of the control socket, with what it does. The same table serves the daemon and a command line that holds the store itself.
package import Directory
package import MailStore

/// What the verbs work on. `process` is there when a daemon runs.
package struct ControlContext: Sendable {
    package let store: MailStore
    package let directory: Directory
    package let process: (any ProcessView)?
    package let settings: Settings
    package init(store: MailStore, directory: Directory, process: (any ProcessView)?, settings: Settings = Settings()) {
        self.store = store
        self.directory = directory
        self.process = process
        self.settings = settings
    }
}

/// What only a running daemon can tell.
package protocol ProcessView: Sendable {
    func status() async -> JSONValue
    func who() async -> JSONValue
    /// Mail for these is to be tried now.
    func retryQueue(_ destinations: [String]) async
}

package enum ControlTable {
    package typealias Row = @Sendable (ControlRequest, ControlContext) async throws(ControlFailure) -> JSONValue

    /// Verbs that may make a store where there is none.
    package static let founding: Set<String> = ["domain.add", "user.add"]

    static let rows: [String: Row] = domainRows.merging(userRows) { first, _ in first }.merging(addressRows) { first, _ in first }
        .merging(queueRows) { first, _ in first }.merging(storeRows) { first, _ in first }.merging(processRows) { first, _ in first }
        .merging(dnsRows) { first, _ in first }.merging(deviceRows) { first, _ in first }.merging(appPasswordRows) { first, _ in first }

    package static func run(_ request: ControlRequest, _ context: ControlContext) async -> ControlAnswer {
        guard let row = rows[request.verb] else { return ControlAnswer(.usage("unknown verb \(VisibleText.of(String(request.verb.prefix(64))))")) }
        do {
            return ControlAnswer(try await row(request, context))
        } catch {
            return ControlAnswer(error)
        }
    }

    /// Runs an administrator's action and gives its failure an exit code.
    static func asking<R>(_ action: () async throws(AdministrationFailure) -> R) async throws(ControlFailure) -> R {
        do {
            return try await action()
        } catch {
            throw switch error {
            case .notFound(let text): ControlFailure(code: ExitStatus.noUser, text)
            case .exists(let text), .inUse(let text): ControlFailure(code: ExitStatus.cannotCreate, text)
            case .invalid(let text): ControlFailure(code: ExitStatus.badData, text)
            case .tryLater(let text): ControlFailure(code: ExitStatus.tryLater, "\(text): try again later")
            case .failed(let text): ControlFailure(code: ExitStatus.software, text)
            }
        }
    }
    /// Reads the store and gives its failure an exit code.
    static func reading<R: Sendable>(_ context: ControlContext, _ job: @escaping @Sendable (ReadTransaction) throws -> R) async throws(ControlFailure) -> R {
        try await storing { try await context.store.read(job) }
    }
    /// Changes the store and gives its failure an exit code.
    static func writing<R: Sendable>(_ context: ControlContext, _ job: @escaping @Sendable (WriteTransaction) throws -> R) async throws(ControlFailure) -> R {
        try await storing { try await context.store.write(job) }
    }
    /// Works on the store and gives its failure an exit code; `code` is that of what is neither the store's nor an answer.
    static func storing<R>(orElse code: Int32 = ExitStatus.software, _ job: () async throws -> R) async throws(ControlFailure) -> R {
        do {
            return try await job()
        } catch let failure as ControlFailure {
            throw failure
        } catch let error as StoreError {
            throw Self.failure(of: error)
        } catch {
            throw ControlFailure(code: code, "\(error)")
        }
    }
    static func failure(of error: StoreError) -> ControlFailure {
        switch error {
        case .notFound: ControlFailure(code: ExitStatus.noInput, "there is no such thing in the store")
        case .exists: ControlFailure(code: ExitStatus.cannotCreate, "that is there already")
        case .tooMany: ControlFailure(code: ExitStatus.cannotCreate, "the account has too many folders")
        case .overQuota: ControlFailure(code: ExitStatus.cannotCreate, "over quota")
        case .full: ControlFailure(code: ExitStatus.tryLater, "the disk is full: make room, then try again")
        case .closed: ControlFailure(code: ExitStatus.tryLater, "the store is closing: try again later")
        case .locked: ControlFailure(code: ExitStatus.tryLater, "another process holds the store: stop it, or ask it through its control socket")
        case .newer(let found, let known):
            ControlFailure(code: ExitStatus.settings, "the store was made by a newer program (version \(found), this one knows \(known)): install that one")
        case .failed(let code, let message): ControlFailure(code: ExitStatus.inputOutput, "SQLite \(code): \(message)")
        }
    }
}
