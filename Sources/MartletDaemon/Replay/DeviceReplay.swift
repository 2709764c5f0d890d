// Plays a recording of a device against this program: a store of its own, a user of its own, the requests one after the other.
internal import Bytes
internal import Crypto
internal import Delivery
internal import Directory
internal import EASCodec
internal import EASSession
internal import Glibc
internal import HTTPSession
internal import Logging
internal import MailStore
internal import Model
internal import Telemetry

/// What people wrote is not in a recording, and so no item is: what can be compared is how requests are judged, by their statuses.
package enum DeviceReplay {
    package enum Limits {
        /// Octets of a recording, and exchanges in it.
        static let file = RecordBook.Limits.file
        static let exchanges = 100_000
        /// Folders of the user's own that are made.
        static let folders = 500
    }
    /// A row for each exchange: "number", "at", "command", "version", "then", "now", "same".
    package static func play(_ path: String) async throws(ControlFailure) -> JSONValue {
        let exchanges = try read(path)
        // Where the system keeps what is thrown away. (POSIX.1-2017 §8.3 and <stdio.h>)
        let place = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? P_tmpdir
        var template = Array("\(place)/martlet-replay.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw ControlFailure(code: ExitStatus.cannotCreate, "cannot make a directory in \(VisibleText.of(place)): \(SettingsPath.words(errno))")
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { remove(folder) }
        do {
            let store = try MailStore.open(folder)
            let rows: [JSONValue]
            do {
                let phone = try await ReplayPhone(store)
                try await phone.furnish(exchanges)
                var played: [JSONValue] = []
                for (index, exchange) in exchanges.enumerated() { played.append(await phone.play(exchange, number: index + 1)) }
                rows = played
            } catch {
                await store.close()
                throw error
            }
            await store.close()
            return .array(rows)
        } catch let error as ControlFailure {
            throw error
        } catch {
            throw ControlFailure(code: ExitStatus.software, "\(error)")
        }
    }
    private static func remove(_ folder: String) {
        for name in ["martlet.db", "martlet.db-wal", "martlet.db-shm", "martlet.lock"] { unsafe unlink("\(folder)/\(name)") }
        unsafe rmdir(folder)
    }

    struct Exchange: Decodable {
        let at: String
        let command: String
        let version: String
        let type: String
        let request: String?
        let status: Int
        let answer: String?
        let answer_size: Int
        let waited: Bool
        var requestBody: [UInt8]? { request.flatMap { Base64.decode($0) } }
        var answerBody: WBXMLElement? { answer.flatMap { Base64.decode($0) }.flatMap { try? WBXMLElement(document: $0) } }
    }
    private static func read(_ path: String) throws(ControlFailure) -> [Exchange] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ControlFailure(code: ExitStatus.noInput, "\(VisibleText.of(path)): \(SettingsPath.words(errno))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= Limits.file {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        guard bytes.count <= Limits.file else { throw ControlFailure(code: ExitStatus.badData, "it is larger than \(Limits.file) bytes") }
        var exchanges: [Exchange] = []
        for (number, line) in bytes.split(separator: 10).enumerated() {
            guard exchanges.count < Limits.exchanges else { break }
            guard let exchange = JSONCoding.decode(Exchange.self, Array(line)) else {
                throw ControlFailure(code: ExitStatus.badData, "line \(number + 1) is no exchange of a recording")
            }
            exchanges.append(exchange)
        }
        return exchanges
    }
}
