import Bytes

/// The name of a command. The rest of it is read by who knows the verb. (RFC 3501 §6 and its extensions)
package enum Verb: String, CaseIterable, Sendable {
    case capability = "CAPABILITY", noop = "NOOP", logout = "LOGOUT", startTLS = "STARTTLS", authenticate = "AUTHENTICATE", login = "LOGIN"
    case select = "SELECT", examine = "EXAMINE", create = "CREATE", delete = "DELETE", rename = "RENAME"
    case subscribe = "SUBSCRIBE", unsubscribe = "UNSUBSCRIBE", list = "LIST", lsub = "LSUB", status = "STATUS", append = "APPEND"
    case check = "CHECK", close = "CLOSE", expunge = "EXPUNGE", search = "SEARCH", fetch = "FETCH", store = "STORE", copy = "COPY", uid = "UID"
    case idle = "IDLE", unselect = "UNSELECT", namespace = "NAMESPACE", id = "ID", enable = "ENABLE", move = "MOVE"

    /// Up to twelve letters in upper case, packed into two words: one comparison for a name.
    private struct Key: Equatable {
        var high: UInt64 = 0
        var low: UInt64 = 0
        mutating func push(_ byte: UInt8) {
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(byte)
        }
    }
    private static let longestName = 12
    private static let table: [(Key, Verb)] = allCases.map { verb in
        var key = Key()
        for byte in verb.rawValue.utf8 { key.push(byte) }
        return (key, verb)
    }

    /// nil for a name that is not in the table.
    static func parse(_ cursor: inout ByteCursor) -> Verb? {
        var key = Key()
        var length = 0
        while let byte = cursor.peek, ASCII.isLetter(byte) {
            _ = cursor.next()
            length += 1
            guard length <= longestName else { return nil }
            key.push(ASCII.upper(byte))
        }
        if let next = cursor.peek, next != ASCII.space { return nil }
        for (name, verb) in table where name == key { return verb }
        return nil
    }
}
