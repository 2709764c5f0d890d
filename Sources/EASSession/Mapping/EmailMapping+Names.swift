import EASCodec
import MIMECodec

extension EmailMapping {
    /// Names alone, as DisplayTo and its kin have them; nothing where there are none. (MS-ASEMAIL §2.2.2.29)
    static func names(_ addresses: [DisplayAddress], _ tag: WBXMLTag, _ writer: inout TokenWriter) {
        guard !addresses.isEmpty else { return }
        writer.element(tag, addresses.prefix(Limits.addresses).map { $0.name.isEmpty ? $0.address : $0.name }.joined(separator: ";"))
    }
}
