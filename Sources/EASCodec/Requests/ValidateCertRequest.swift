import Bytes

/// ValidateCert: certificates, and others that may lie between them and an authority. (MS-ASCMD §2.2.1.22)
package struct ValidateCertRequest: Request, Hashable {
    package enum Limits {
        /// Certificates of each of the two lists. (MS-ASCMD §3.1.5.10)
        package static let certificates = 100
    }
    package static var root: WBXMLTag { ValidateCert.validateCert }
    /// DER; nil where what came is no base64.
    package var certificates: [[UInt8]?] = []
    package var chain: [[UInt8]?] = []
    /// A revocation that cannot be looked up is not to be passed over. (MS-ASCMD §2.2.3.26)
    package var checksRevocation = false

    package init(_ reader: inout TokenReader) throws(RequestError) {
        while let tag = try reader.child() {
            switch tag {
            case ValidateCert.certificates: certificates += try Self.list(&reader)
            case ValidateCert.certificateChain: chain += try Self.list(&reader)
            case ValidateCert.checkCRL: checksRevocation = try reader.boolean() ?? true
            default: try reader.skip()
            }
        }
    }
    private static func list(_ reader: inout TokenReader) throws(RequestError) -> [[UInt8]?] {
        var found: [[UInt8]?] = []
        while let tag = try reader.child() {
            guard tag == ValidateCert.certificate else { try reader.skip(); continue }
            guard found.count < Limits.certificates else { throw .tooMany(tag) }
            // Base64, in lines perhaps; or the octets themselves, which begin with a SEQUENCE.
            let data = try reader.data()
            found.append(data.first == 0x30 ? data : Base64.decode(data.filter { $0 > 32 }))
        }
        return found
    }
}
