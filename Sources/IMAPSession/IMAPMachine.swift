import IMAPCodec

/// Which commands may come when, and when a client has tried enough. Pure: no line, no store. (RFC 3501 §3)
///
///     state              | commands
///     notAuthenticated   | STARTTLS AUTHENTICATE LOGIN, and those of every state: CAPABILITY NOOP LOGOUT ID
///     authenticated      | SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST LSUB STATUS APPEND IDLE NAMESPACE ENABLE
///     selected           | those, and CHECK CLOSE EXPUNGE SEARCH FETCH STORE COPY MOVE UID UNSELECT
///     logout             | none
///
/// An IDLE or a SASL exchange holds the line: what comes is a line of it, not a command.
struct IMAPMachine: Sendable {
    enum State: Equatable, Sendable { case notAuthenticated, authenticated, selected, logout }
    enum Holder: Equatable, Sendable { case nobody, idle(tag: [UInt8]), exchange(tag: [UInt8]) }
    enum Verdict: Equatable { case run, refuse(String) }

    private(set) var state = State.notAuthenticated
    private(set) var holder = Holder.nobody
    private var badInARow = 0
    private var failedLogIns = 0

    var isLoggedIn: Bool { state == .authenticated || state == .selected }
    var isIdling: Bool { if case .idle = holder { true } else { false } }

    func admits(_ verb: Verb) -> Verdict {
        let needed = CommandTable.states(of: verb)
        if needed.contains(state) { return .run }
        switch state {
        case .notAuthenticated: return .refuse("Log in first")
        case .authenticated where needed == [.selected]: return .refuse("No mailbox selected")
        default: return .refuse("Not in this state")
        }
    }

    /// A command was understood; the row of bad ones ends.
    mutating func understood() { badInARow = 0 }
    /// True: it has been too many.
    mutating func misunderstood() -> Bool {
        badInARow += 1
        return badInARow >= IMAPSettings.Limits.badCommandsInARow
    }
    /// True: it has been too many.
    mutating func logInFailed() -> Bool {
        holder = .nobody
        failedLogIns += 1
        return failedLogIns >= IMAPSettings.Limits.failedLogIns
    }
    mutating func loggedIn() { state = .authenticated; holder = .nobody }
    mutating func selected() { state = .selected }
    mutating func deselected() { if state == .selected { state = .authenticated } }
    mutating func loggedOut() { state = .logout; holder = .nobody }
    mutating func idle(_ tag: [UInt8]) { holder = .idle(tag: tag) }
    mutating func exchange(_ tag: [UInt8]) { holder = .exchange(tag: tag) }
    mutating func release() { holder = .nobody }
    /// TLS has begun: nothing said before counts. (RFC 3501 §6.2.1)
    mutating func secured() { self = IMAPMachine() }
}

/// The row of each command: the states it is allowed in, and what may be announced before its tagged answer.
enum CommandTable {
    static func states(of verb: Verb) -> Set<IMAPMachine.State> {
        switch verb {
        case .capability, .noop, .logout, .id: everywhere
        case .startTLS, .authenticate, .login: before
        case .select, .examine, .create, .delete, .rename, .subscribe, .unsubscribe, .list, .lsub, .status, .append, .idle, .namespace, .enable: loggedIn
        case .check, .close, .expunge, .search, .fetch, .store, .copy, .move, .uid, .unselect: selected
        }
    }
    private static let everywhere: Set<IMAPMachine.State> = [.notAuthenticated, .authenticated, .selected]
    private static let before: Set<IMAPMachine.State> = [.notAuthenticated]
    private static let loggedIn: Set<IMAPMachine.State> = [.authenticated, .selected]
    private static let selected: Set<IMAPMachine.State> = [.selected]

    /// FETCH, STORE and SEARCH by sequence number: no number may change under them. (RFC 3501 §7.4.1)
    static func allowsExpunge(_ command: Command) -> Bool {
        switch command {
        case .fetch(_, _, let byUID), .store(_, _, let byUID), .search(_, let byUID): byUID
        default: true
        }
    }
}
