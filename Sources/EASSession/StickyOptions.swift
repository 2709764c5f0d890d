import EASCodec
import Groupware
import MailStore
import Model

/// How a device wants a folder's items, remembered with its position: a request without Options means the last ones; one with Options
/// replaces them wholly. (MS-ASCMD §2.2.3.125.6)
struct StickyOptions: Equatable, Sendable {
    var options = SyncOptions()
    var conversationMode = false

    init() {}
    /// What the request says, else what was remembered. Options of another class than the folder's (SMS) are passed over.
    init(_ collection: SyncRequest.Collection, remembered: [UInt8], itemClass: String) {
        self = StickyOptions(decoding: remembered) ?? StickyOptions()
        if let given = collection.options {
            options = given.first { $0.itemClass == nil || $0.itemClass == itemClass } ?? SyncOptions()
        }
        if let mode = collection.conversationMode { conversationMode = mode }
    }

    /// One block, or one for mail and one for SMS; a filter that the class has. (MS-ASCMD §2.2.3.125.6, §2.2.3.68.2)
    static func areSound(_ options: [SyncOptions]?, for itemClass: String) -> Bool {
        guard let options else { return true }
        let classes = options.map { $0.itemClass ?? itemClass }
        guard Set(classes).count == classes.count, classes.count <= 1 || Set(classes) == ["Email", "SMS"] else { return false }
        // Mail: all, or up to a month. Tasks: all, or those to be done.
        let allowed: Set<Int> = itemClass == "Email" ? Set(0...5) : itemClass == "Tasks" ? [0, 8] : Set(0...8)
        return options.allSatisfy { $0.itemClass != nil && $0.itemClass != itemClass || allowed.contains($0.filterType ?? 0) }
    }

    func encode() -> [UInt8] {
        guard self != StickyOptions() else { return [] }
        var writer = NumberWriter()
        writer.put(1)
        writer.put(conversationMode ? 1 : 0)
        for value in [options.filterType, options.truncation, options.conflict, options.mimeSupport, options.mimeTruncation, options.maxItems] {
            writer.put(value.map(Int64.init))
        }
        writer.put(options.rightsManagementSupport ? 1 : 0)
        writer.put(Int64(options.bodyPreferences.count))
        for preference in options.bodyPreferences { Self.put(preference, &writer) }
        writer.put(options.bodyPartPreference == nil ? 0 : 1)
        if let preference = options.bodyPartPreference { Self.put(preference, &writer) }
        return writer.bytes
    }
    init?(decoding bytes: [UInt8]) {
        guard !bytes.isEmpty else { return nil }
        var reader = NumberReader(bytes)
        guard reader.number() == 1 else { return nil }
        conversationMode = reader.number() == 1
        options.filterType = reader.optional().map { Int($0) }
        options.truncation = reader.optional().map { Int($0) }
        options.conflict = reader.optional().map { Int($0) }
        options.mimeSupport = reader.optional().map { Int($0) }
        options.mimeTruncation = reader.optional().map { Int($0) }
        options.maxItems = reader.optional().map { Int($0) }
        options.rightsManagementSupport = reader.number() == 1
        for _ in 0..<reader.count(atMost: RequestLimits.bodyPreferences) { options.bodyPreferences.append(Self.preference(&reader)) }
        if reader.number() == 1 { options.bodyPartPreference = Self.preference(&reader) }
        guard reader.isSound else { return nil }
    }
    private static func put(_ preference: BodyPreference, _ writer: inout NumberWriter) {
        writer.put(Int64(preference.type))
        writer.put(preference.truncationSize.map(Int64.init))
        writer.put(preference.allOrNone ? 1 : 0)
        writer.put(preference.preview.map(Int64.init))
    }
    private static func preference(_ reader: inout NumberReader) -> BodyPreference {
        BodyPreference(
            type: Int(reader.number()), truncationSize: reader.optional().map { Int($0) }, allOrNone: reader.number() == 1,
            preview: reader.optional().map { Int($0) })
    }

    /// The filter's lower date. Hours are whole, so that a quiet folder is looked at once an hour and not at every request.
    /// (MS-ASCMD §2.2.3.68.2)
    func cutoff(now: Timestamp) -> Timestamp? {
        let days: Int64
        switch options.filterType ?? 0 {
        case 1: days = 1
        case 2: days = 3
        case 3: days = 7
        case 4: days = 14
        case 5: days = 30
        case 6: days = 91
        case 7: days = 182
        default: return nil
        }
        let hour: Int64 = 3_600_000
        return Timestamp(milliseconds: (now.rawValue / hour - days * 24) * hour)
    }
}
