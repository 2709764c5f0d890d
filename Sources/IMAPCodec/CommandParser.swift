package import Bytes

/// From the octets of one command, which are all there, to a `Command`. Goes forward once; never traps. (RFC 3501 §9)
package enum CommandParser {
    /// tag SP verb: enough to know whom to answer and whether the command is allowed now.
    package struct Head: Equatable, Sendable {
        package let tag: [UInt8]
        package let verb: Verb
    }
    /// What stands where a command should.
    package enum HeadFailure: Error, Equatable {
        /// No tag can be made out: the answer is untagged.
        case noTag
        case unknownVerb(tag: [UInt8])
    }

    /// Reads the head and leaves the cursor behind the verb.
    package static func head(_ cursor: inout ByteCursor) throws(HeadFailure) -> Head {
        let range = cursor.take { Lexeme.isAString($0) && $0 != UInt8(ascii: "+") }
        guard !range.isEmpty, range.count <= Limits.tag else { throw .noTag }
        let tag = cursor.bytes(range)
        guard cursor.take(ASCII.space) else { throw cursor.isAtEnd ? .unknownVerb(tag: tag) : .noTag }
        while cursor.take(ASCII.space) {}
        guard let verb = Verb.parse(&cursor) else { throw .unknownVerb(tag: tag) }
        return Head(tag: tag, verb: verb)
    }

    /// The arguments of `verb`, to the end.
    package static func arguments(of verb: Verb, _ cursor: inout ByteCursor) throws(SyntaxError) -> Command {
        let command: Command
        switch verb {
        case .capability: command = .capability
        case .noop: command = .noop
        case .logout: command = .logout
        case .startTLS: command = .startTLS
        case .check: command = .check
        case .close: command = .close
        case .unselect: command = .unselect
        case .expunge: command = .expunge
        case .idle: command = .idle
        case .namespace: command = .namespace
        case .id, .enable, .authenticate, .login: command = try sessionCommand(verb, &cursor)
        case .select, .examine, .create, .delete, .rename, .subscribe, .unsubscribe, .list, .lsub, .status: command = try mailboxCommand(verb, &cursor)
        case .append: throw SyntaxError("APPEND needs a literal")
        case .search: command = .search(try SearchParser.request(&cursor), byUID: false)
        case .fetch, .store, .copy, .move: command = try messageCommand(verb, &cursor, byUID: false)
        case .uid: command = try uidCommand(&cursor)
        }
        try Lexeme.end(&cursor)
        return command
    }

    private static func sessionCommand(_ verb: Verb, _ cursor: inout ByteCursor) throws(SyntaxError) -> Command {
        try Lexeme.space(&cursor)
        switch verb {
        case .id: return .id(try idFields(&cursor))
        case .enable:
            var names: [String] = []
            repeat {
                names.append(try Lexeme.keyword(&cursor))
                if names.count > Limits.enableNames { throw SyntaxError("Too many capabilities") }
            } while cursor.take(ASCII.space)
            return .enable(names)
        case .authenticate:
            let mechanism = try Lexeme.keyword(&cursor)
            guard cursor.take(ASCII.space) else { return .authenticate(mechanism: mechanism, initial: nil) }
            let range = cursor.take { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
            guard !range.isEmpty else { throw SyntaxError("Invalid initial response") }
            return .authenticate(mechanism: mechanism, initial: cursor.bytes(range))
        default:
            let name = try Lexeme.astring(&cursor)
            try Lexeme.space(&cursor)
            return .login(name: name, password: try Lexeme.astring(&cursor))
        }
    }

    private static func mailboxCommand(_ verb: Verb, _ cursor: inout ByteCursor) throws(SyntaxError) -> Command {
        try Lexeme.space(&cursor)
        let mailbox = try Lexeme.mailbox(&cursor, orEmpty: verb == .list || verb == .lsub)
        switch verb {
        case .select: return .select(mailbox: mailbox, isReadOnly: false)
        case .examine: return .select(mailbox: mailbox, isReadOnly: true)
        case .create: return .create(mailbox: mailbox)
        case .delete: return .delete(mailbox: mailbox)
        case .subscribe: return .subscribe(mailbox: mailbox)
        case .unsubscribe: return .unsubscribe(mailbox: mailbox)
        default: break
        }
        try Lexeme.space(&cursor)
        switch verb {
        case .rename: return .rename(from: mailbox, to: try Lexeme.mailbox(&cursor))
        case .list: return .list(reference: mailbox, pattern: try Lexeme.listMailbox(&cursor))
        case .lsub: return .lsub(reference: mailbox, pattern: try Lexeme.listMailbox(&cursor))
        default: return .status(mailbox: mailbox, try statusItems(&cursor))
        }
    }

    private static func uidCommand(_ cursor: inout ByteCursor) throws(SyntaxError) -> Command {
        try Lexeme.space(&cursor)
        guard let verb = Verb.parse(&cursor) else { throw SyntaxError("Unknown UID command") }
        switch verb {
        case .search: return .search(try SearchParser.request(&cursor), byUID: true)
        case .fetch, .store, .copy, .move: return try messageCommand(verb, &cursor, byUID: true)
        case .expunge:
            try Lexeme.space(&cursor)
            return .uidExpunge(try SequenceSet.parse(&cursor))
        default: throw SyntaxError("Unknown UID command")
        }
    }

    private static func messageCommand(_ verb: Verb, _ cursor: inout ByteCursor, byUID: Bool) throws(SyntaxError) -> Command {
        try Lexeme.space(&cursor)
        let set = try SequenceSet.parse(&cursor)
        try Lexeme.space(&cursor)
        switch verb {
        case .fetch: return .fetch(set, try FetchParser.request(&cursor), byUID: byUID)
        case .store: return .store(set, try FlagParser.storeRequest(&cursor), byUID: byUID)
        case .move: return .move(set, mailbox: try Lexeme.mailbox(&cursor), byUID: byUID)
        default: return .copy(set, mailbox: try Lexeme.mailbox(&cursor), byUID: byUID)
        }
    }

    /// id-params-list = "(" #(string SP nstring) ")" / nil
    private static func idFields(_ cursor: inout ByteCursor) throws(SyntaxError) -> [IDField] {
        if cursor.take(ignoringCase: "NIL") { return [] }
        try Lexeme.open(&cursor)
        var fields: [IDField] = []
        while cursor.peek != UInt8(ascii: ")") {
            if !fields.isEmpty { try Lexeme.space(&cursor) }
            let name = try Lexeme.string(&cursor)
            try Lexeme.space(&cursor)
            fields.append(IDField(name: name, value: try Lexeme.nstring(&cursor)))
            if fields.count > Limits.idFields { throw SyntaxError("Too many fields") }
        }
        try Lexeme.close(&cursor)
        return fields
    }

    private static func statusItems(_ cursor: inout ByteCursor) throws(SyntaxError) -> [StatusItem] {
        try Lexeme.open(&cursor)
        var items: [StatusItem] = []
        repeat {
            guard let item = StatusItem(rawValue: try Lexeme.keyword(&cursor)) else { throw SyntaxError("Unknown status item") }
            items.append(item)
            if items.count > Limits.statusItems { throw SyntaxError("Too many status items") }
        } while cursor.take(ASCII.space)
        try Lexeme.close(&cursor)
        return items
    }

    /// `APPEND` SP mailbox [SP flag-list] [SP date-time] SP, up to the literal. The cursor stands behind the verb.
    package static func append(_ cursor: inout ByteCursor) throws(SyntaxError) -> AppendRequest {
        try Lexeme.space(&cursor)
        var request = AppendRequest(mailbox: try Lexeme.mailbox(&cursor))
        try Lexeme.space(&cursor)
        if cursor.peek == UInt8(ascii: "(") {
            request.list = try FlagParser.list(&cursor)
            try Lexeme.space(&cursor)
        }
        if cursor.peek == UInt8(ascii: "\"") {
            request.date = try InternalDate.parse(&cursor)
            try Lexeme.space(&cursor)
        }
        try Lexeme.end(&cursor)
        return request
    }
}
