import Bytes
package import Crypto
import MIMECodec

/// Signs messages for one domain with one key. (RFC 6376 §5) Values only: it may be kept and used from everywhere.
package struct DKIMSigner: Sendable {
    package let domain: String
    package let selector: String
    private let key: PrivateKey
    package var algorithm: SignatureAlgorithm { key.algorithm }

    package init(domain: String, selector: String, key: PrivateKey) { self.domain = domain; self.selector = selector; self.key = key }

    /// Signed once more than they are there: nobody can add another one unseen. (RFC 6376 §8.15)
    private static let sealed = [
        "from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version", "content-type",
        "content-transfer-encoding",
    ]
    /// Signed where they are; a list may add its own. (RFC 8058 §4 wants the List-Unsubscribe fields signed)
    private static let signed = [
        "sender", "content-id", "content-description", "resent-date", "resent-from", "resent-to", "resent-message-id", "list-unsubscribe",
        "list-unsubscribe-post", "auto-submitted",
    ]

    /// The DKIM-Signature fields of all signers, each with its line end, to stand on top of the message. relaxed/relaxed: what every relay on
    /// the way may do to white space does no harm. The body is hashed once. `time`: seconds since 1970.
    package static func fields(for message: Span<UInt8>, _ signers: [DKIMSigner], time: Int64) throws(KeyError) -> [UInt8] {
        let (fields, bodyStart) = HeaderReader.fields(message)
        var header = SignedHeader((sealed + signed).map { Array($0.utf8) }, fields, message)
        let bodyHash = Canonicalization.relaxed.bodyHash(message.extracting(bodyStart..<message.count))
        var names: [String] = []
        for name in sealed + signed {
            let count = header.count(Array(name.utf8))
            let mentions = sealed.contains(name) ? count + 1 : count
            names += Array(repeating: name, count: min(mentions, Limits.signedNames - names.count))
        }
        var output: [UInt8] = []
        for signer in signers { output += try signer.field(names, bodyHash, &header, message, time) }
        return output
    }

    private func field(
        _ names: [String], _ bodyHash: [UInt8], _ header: inout SignedHeader, _ message: Span<UInt8>, _ time: Int64
    ) throws(KeyError) -> [UInt8] {
        var text = "DKIM-Signature: v=1; a=\(key.algorithm.rawValue); c=relaxed/relaxed;\r\n\td=\(domain); s=\(selector); t=\(time);\r\n\th="
        var column = 9
        for (number, name) in names.enumerated() {
            if number > 0 { text += ":"; column += 1 }
            if column + name.utf8.count > 76 { text += "\r\n\t "; column = 9 }
            text += name
            column += name.utf8.count
        }
        text += ";\r\n\tbh=\(Base64.encodeText(bodyHash));\r\n\tb="
        let unsigned = Array(text.utf8)
        let digest: [UInt8]
        do throws(DKIMSignature.Problem) {
            digest = try header.digest(names.map { Array($0.utf8) }, .relaxed, ownField: unsigned, message)
        } catch { throw .failed }
        let signature = Base64.encode(try key.sign(digest: digest))
        var output = unsigned, place = 0
        while place < signature.count {
            let end = min(signature.count, place + (place == 0 ? 66 : 68))
            if place > 0 { output += Array("\r\n\t ".utf8) }
            output += signature[place..<end]
            place = end
        }
        return output + [ASCII.cr, ASCII.lf]
    }
}
