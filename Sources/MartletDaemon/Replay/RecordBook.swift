// Recordings of devices: a file each in the store's directory, bounded, readable by the daemon's user alone.
internal import Bytes
internal import EASSession
internal import Glibc
internal import Logging
internal import MailStore
internal import Model

/// Writes lines of JSON; the first file that is full or cannot be written ends its recording, and nothing else.
actor RecordBook: ConversationRecorder {
    enum Limits {
        /// Octets of one file.
        static let file = 16_777_216
    }
    private let folder: String
    private let log = Logger(label: "record")
    private var silent: Set<String> = []

    init(store: String) { folder = store + "/recordings" }

    static func path(store: String, _ device: DeviceRow) -> String { "\(store)/recordings/device-\(device.id.rawValue).jsonl" }

    func keep(_ exchange: RecordedExchange, of device: DeviceRow) async {
        let path = "\(folder)/device-\(device.id.rawValue).jsonl"
        guard !silent.contains(path) else { return }
        guard append(Self.line(exchange), to: path) else {
            silent.insert(path)
            log.warning("record.ended", metadata: ["file": "\(path)"])
            return
        }
    }
    private static func line(_ exchange: RecordedExchange) -> [UInt8] {
        func text(_ bytes: [UInt8]?) -> JSONValue { .optional(bytes.map { Base64.encodeText($0) }) }
        let object = JSONValue.object([
            "at": .string(Moment.text(exchange.at)), "command": .string(exchange.command), "version": .string(exchange.version), "type": .string(exchange.type),
            "agent": .string(exchange.agent), "policy_key": .string(exchange.policyKey), "request": text(exchange.request),
            "request_size": .int(Int64(exchange.requestSize)), "status": .int(Int64(exchange.status)), "answer": text(exchange.answer),
            "answer_size": .int(Int64(exchange.answerSize)), "waited": .bool(exchange.waited), "took_ms": .int(exchange.took),
        ])
        return Array((object.text() + "\n").utf8)
    }
    private func append(_ line: [UInt8], to path: String) -> Bool {
        _ = unsafe mkdir(folder, 0o700)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard lseek(descriptor, 0, SEEK_END) + line.count <= Limits.file else { return false }
        return unsafe write(descriptor, line, line.count) == line.count
    }
}
