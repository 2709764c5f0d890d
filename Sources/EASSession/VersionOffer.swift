import Bytes
import EASCodec
import HTTPCodec
import MailStore

/// Which versions a device is offered: what is done, under the ceilings of the server, of its type and of the device itself. (MS-ASHTTP §2.2.4.1.2.2)
struct VersionOffer: Equatable {
    let versions: [ProtocolVersion]

    init(_ settings: EASSettings, type: String? = nil, device: DeviceRow? = nil) {
        let ofType = type.flatMap { settings.typeCeilings[ASCII.lowercased($0)] }, own = device.flatMap { ProtocolVersion($0.control.ceiling) }
        let lowest = [settings.ceiling, ofType, own].compactMap { $0 }.min()
        versions = EASHandler.served(upTo: lowest)
    }
    var list: String { versions.map(\.name).joined(separator: ",") }
    var commands: String { CommandTable.names(in: versions).joined(separator: ",") }

    /// Tells a device that goes on with another version what it may speak. It begins anew then, so nobody else is told. (MS-ASHTTP §2.2.2.1.2)
    func announce(in response: inout HTTPResponse) {
        response.headers.set("X-MS-RP", list)
        response.headers.set("MS-ASProtocolVersions", list)
        response.headers.set("MS-ASProtocolCommands", commands)
    }
}
