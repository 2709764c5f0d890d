import Bytes

/// The query of an ActiveSync URI, in either form: which command, which device. (MS-ASHTTP §2.2.1.1.1)
/// It proves form and length, not that the device or the command exists.
package struct EASQuery: Sendable, Hashable {
    package enum Limits {
        /// MS-ASHTTP names no limit; devices keep to 32, and all state hangs on it. (threat T33)
        package static let deviceId = 32
        package static let deviceType = 64
        /// Bytes of one parameter's value.
        package static let parameter = 1024
    }
    package enum Failure: Error, Equatable {
        /// Neither form, or a parameter that is cut off, too long or wrongly escaped: HTTP 400.
        case malformed
        case commandMissing
        /// A code that no command has: Status 137.
        case commandUnknown
        /// Missing, longer than 32 characters, or with others than printable ASCII: Status 108.
        case deviceId
        /// The same for the type, up to 64: Status 109.
        case deviceType
    }

    package var command = ""
    /// "14.1", out of the base64 form; else the header says it.
    package var version: String?
    package var deviceId = ""
    package var deviceType = ""
    /// Out of the base64 form; else the header says it.
    package var policyKey: UInt32?
    /// LCID out of the base64 form.
    package var locale: UInt16?
    package var user: String?
    package var attachmentName: String?
    package var collectionId: String?
    package var itemId: String?
    package var longId: String?
    package var occurrence: String?
    package var savesInSent = false
    package var acceptsMultipart = false

    /// `query` is what follows the `?`, as it came.
    package init(_ query: String) throws(Failure) {
        let bytes = Array(query.utf8)
        if try readPlain(bytes) == false { try readBase64(bytes) }
        guard !command.isEmpty else { throw .commandMissing }
    }

    /// Printable ASCII without blanks, not empty.
    private static func isWord(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 } }
}

// MARK: Name=value (MS-ASHTTP §2.2.1.1.1.2)
extension EASQuery {
    /// False where there is no Cmd, and so perhaps the other form.
    private mutating func readPlain(_ query: [UInt8]) throws(Failure) -> Bool {
        var hasCommand = false, values: [String: String] = [:]
        for pair in query.split(separator: UInt8(ascii: "&")) {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = ASCII.lowercased(String(decoding: pair[..<equals], as: UTF8.self))
            if name == "cmd" { hasCommand = true }
            guard Self.names.contains(name), values[name] == nil else { continue }
            guard let value = Self.unescaped(pair[(equals + 1)...]), value.count <= Limits.parameter else {
                if !hasCommand, name != "cmd" { continue }
                throw .malformed
            }
            values[name] = String(decoding: value, as: UTF8.self)
        }
        guard hasCommand else { return false }
        // A name that no command has stays as it came, for the answer to say so.
        let name = values["cmd"] ?? ""
        command = Self.commands.first { ASCII.lowercased($0) == ASCII.lowercased(name) } ?? name
        deviceId = values["deviceid"] ?? ""
        deviceType = values["devicetype"] ?? ""
        guard Self.isWord(deviceId), deviceId.utf8.count <= Limits.deviceId else { throw .deviceId }
        guard Self.isWord(deviceType), deviceType.utf8.count <= Limits.deviceType else { throw .deviceType }
        user = values["user"]
        attachmentName = values["attachmentname"]
        collectionId = values["collectionid"]
        itemId = values["itemid"]
        longId = values["longid"]
        occurrence = values["occurrence"]
        savesInSent = values["saveinsent"].map { ASCII.uppercased($0) == "T" } ?? false
        return true
    }
    private static let names: Set<String> = [
        "cmd", "user", "deviceid", "devicetype", "attachmentname", "collectionid", "itemid", "longid", "occurrence", "saveinsent",
    ]
    /// Percent-decoding; a `+` stays one. nil for a broken escape. (RFC 3986 §2.1)
    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index] == UInt8(ascii: "%") else {
                bytes.append(text[index])
                index += 1
                continue
            }
            guard text.endIndex - index >= 3, let high = Hex.value(text[index + 1]), let low = Hex.value(text[index + 2]) else { return nil }
            bytes.append(high << 4 | low)
            index += 3
        }
        return bytes
    }
}

// MARK: Base64 (MS-ASHTTP §2.2.1.1.1.1)
extension EASQuery {
    /// By code. 5 to 8 are not in the standard; their names keep them from being taken for others.
    package static let commands = [
        "Sync", "SendMail", "SmartForward", "SmartReply", "GetAttachment", "GetHierarchy", "CreateCollection", "DeleteCollection", "MoveCollection",
        "FolderSync", "FolderCreate", "FolderDelete", "FolderUpdate", "MoveItems", "GetItemEstimate", "MeetingResponse", "Search", "Settings", "Ping",
        "ItemOperations", "Provision", "ResolveRecipients", "ValidateCert", "Find",
    ]

    /// Taken URL-safe, unpadded and percent-escaped too, as clients send it.
    private mutating func readBase64(_ query: [UInt8]) throws(Failure) {
        guard let text = Self.unescaped(query[...]), let bytes = Base64.decode(text) else { throw .malformed }
        guard !bytes.isEmpty else { throw .commandMissing }
        var fields = Fields(bytes: bytes)
        guard let protocolVersion = fields.byte(), let code = fields.byte(), let low = fields.byte(), let high = fields.byte() else { throw .malformed }
        version = "\(protocolVersion / 10).\(protocolVersion % 10)"
        locale = UInt16(low) | UInt16(high) << 8
        guard let id = fields.counted(), let key = fields.counted(), let type = fields.counted() else { throw .malformed }
        try setDevice(id, type)
        switch key.count {
        case 0: break
        case 4: policyKey = key.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        default: throw .malformed
        }
        while let tag = fields.byte() {
            guard let value = fields.counted() else { throw .malformed }
            setParameter(tag, value)
        }
        guard Int(code) < Self.commands.count else { throw .commandUnknown }
        command = Self.commands[Int(code)]
    }
    /// Some clients send the id as 16 binary octets: they are the id in hexadecimal then.
    private mutating func setDevice(_ id: ArraySlice<UInt8>, _ type: ArraySlice<UInt8>) throws(Failure) {
        let text = String(decoding: id, as: UTF8.self)
        deviceId = Self.isWord(text) ? text : ASCII.uppercased(Hex.encode(id))
        guard !deviceId.isEmpty, deviceId.utf8.count <= Limits.deviceId else { throw .deviceId }
        deviceType = String(decoding: type, as: UTF8.self)
        guard type.isEmpty || Self.isWord(deviceType), deviceType.utf8.count <= Limits.deviceType else { throw .deviceType }
    }
    private mutating func setParameter(_ tag: UInt8, _ value: ArraySlice<UInt8>) {
        let text = String(decoding: value, as: UTF8.self)
        switch tag {
        case 0: attachmentName = text
        case 1: collectionId = text
        case 3: itemId = text
        case 4: longId = text
        case 6: occurrence = text
        case 7:
            savesInSent = (value.first ?? 0) & 0x01 != 0
            acceptsMultipart = (value.first ?? 0) & 0x02 != 0
        case 8: user = text
        default: break
        }
    }
    private struct Fields {
        let bytes: [UInt8]
        var offset = 0
        init(bytes: [UInt8]) { self.bytes = bytes }
        mutating func byte() -> UInt8? {
            guard offset < bytes.count else { return nil }
            defer { offset += 1 }
            return bytes[offset]
        }
        /// A length of one byte, and as many bytes.
        mutating func counted() -> ArraySlice<UInt8>? {
            guard let count = byte(), Int(count) <= bytes.count - offset else { return nil }
            defer { offset += Int(count) }
            return bytes[offset..<(offset + Int(count))]
        }
    }
}
