import Directory
import EASCodec
import MailStore
import Model

/// People of the address book as elements of the GAL page: what Search and Find answer alike. (MS-ASCMD §2.2.3.139.3)
struct PeopleAnswer {
    /// (MS-ASCMD §2.2.3.177.13)
    enum PictureStatus { static let none = 173 }
    let entries: [AddressBook.Entry]
    /// Pictures are asked for. There are none yet: each says so, whatever the limits on their size and number.
    let wantsPicture: Bool

    func write(_ indices: Range<Int>, result: WBXMLTag, properties: WBXMLTag, _ writer: inout TokenWriter) {
        for entry in entries[indices] {
            writer.open(result)
            writer.open(properties)
            writer.element(GAL.displayName, entry.displayName)
            writer.element(GAL.alias, entry.alias)
            writer.element(GAL.emailAddress, entry.address)
            if wantsPicture { writer.element(GAL.picture) { $0.element(GAL.status, PictureStatus.none) } }
            writer.close()
            writer.close()
        }
    }
}
