import Crypto
import EASCodec

/// Takes the contents out of a conversation and leaves its form: what people wrote becomes letters of the same length, the same for the same words
/// under one key. Keys, ids, statuses, dates and sizes stay, for the fault is in those. (decision 0132)
struct Redaction {
    enum Limits {
        /// Octets of a document that is taken apart; of a larger one nothing but the size is kept.
        static let document = 524_288
    }
    /// Of this process: nobody can try words against a recording.
    let key: [UInt8]

    /// nil for what is no WBXML, or too large.
    func document(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count <= Limits.document else { return nil }
        return try? DocumentRewriter.rewrite(bytes, text: { Self.isForm($0, $1) ? $1 : letters(of: $1) }, opaque: { letters(of: $1) })
    }
    /// As many octets, all of them letters and digits.
    func letters(of bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz012345".utf8)
        let seed = HMAC.sha256(key: key, bytes)
        var letters: [UInt8] = []
        letters.reserveCapacity(bytes.count)
        var round: UInt8 = 0
        var block = seed
        while letters.count < bytes.count {
            for byte in block.prefix(bytes.count - letters.count) { letters.append(alphabet[Int(byte & 31)]) }
            round &+= 1
            block = HMAC.sha256(key: seed, block + [round])
        }
        return letters
    }

    // MARK: What is form

    /// Pages whose words are all the protocol's: AirSync, Move, GetItemEstimate, FolderHierarchy, Ping, Provision.
    private static let formPages: Set<UInt8> = [0, 5, 6, 7, 13, 14]
    private static let contents: Set<WBXMLTag> = [FolderHierarchy.displayName]
    private static let forms: Set<WBXMLTag> = [
        Email.messageClass, Email.dateReceived, AirSyncBase.truncationSize, AirSyncBase.estimatedDataSize, AirSyncBase.contentType, ItemOperations.store,
        ItemOperations.range, ItemOperations.total, Search.name, Search.range, Search.total, ComposeMail.clientId, ComposeMail.folderId, ComposeMail.itemId,
        Settings.bodyType, Settings.model, Settings.os, Settings.osLanguage, Settings.userAgent,
    ]
    /// Short numbers are statuses, flags and types wherever they stand.
    private static func isForm(_ tag: WBXMLTag, _ text: [UInt8]) -> Bool {
        if contents.contains(tag) { return false }
        if formPages.contains(tag.page) || forms.contains(tag) { return true }
        return text.count <= 3 && text.allSatisfy { $0 >= 48 && $0 <= 57 }
    }
}
