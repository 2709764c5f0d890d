import MailStore

/// Why something asked of a user's mail folders was not done, by what the caller can do about it.
package enum MailFailure: Error, Equatable {
    case noSuchFolder
    /// The folder that messages were to go to does not exist; it could be made.
    case noSuchTarget
    case alreadyExists
    /// Folders lie below it.
    case hasChildren
    /// The name is not one that a folder can have.
    case invalidName
    /// INBOX, or a folder with a role that the account needs.
    case protected
    case tooDeep
    /// The account has as many folders as it may have.
    case tooMany
    case overQuota
    /// A message without octets, or with NUL among them.
    case emptyMessage
    /// Disk full, stopping, damaged: not now.
    case tryLater

    init(_ error: any Error) {
        if let failure = error as? MailFailure { self = failure; return }
        switch error as? StoreError {
        case .notFound: self = .noSuchFolder
        case .exists: self = .alreadyExists
        case .overQuota: self = .overQuota
        case .tooMany: self = .tooMany
        case .full, .closed, .locked, .newer, .failed, nil: self = .tryLater
        }
    }
}

extension MailStore {
    /// A read whose errors are a user's failures.
    func readMail<R: Sendable>(_ job: @escaping @Sendable (ReadTransaction) throws -> R) async throws(MailFailure) -> R {
        do { return try await read(job) } catch { throw MailFailure(error) }
    }
    /// A write likewise; it has been synced when this returns.
    func writeMail<R: Sendable>(trace: String?, _ job: @escaping @Sendable (WriteTransaction) throws -> R) async throws(MailFailure) -> R {
        do { return try await write(trace: trace, job) } catch { throw MailFailure(error) }
    }
}
