import EASCodec
import Groupware
import MailStore
import Model

/// Ping: tell me when something comes to these folders. (MS-ASCMD §2.2.1.13)
enum PingCommand {
    enum Status { static let over = 1, changes = 2, missing = 3, syntax = 4, heartbeat = 5, folders = 6, hierarchy = 7, serverError = 8 }
    enum Limits {
        static let folders = 200
    }

    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        var memory = DeviceMemory(request.device)
        var unknown = false
        if !request.body.isEmpty {
            let asked: PingRequest
            do {
                asked = try PingRequest(document: request.body)
            } catch .tooMany {
                return .answer(answer(Status.folders, Ping.maxFolders, Limits.folders))
            } catch .invalid {
                return .answer(answer(Status.syntax))
            }
            if let seconds = asked.heartbeatInterval {
                guard service.heartbeat.contains(seconds) else {
                    let bound = seconds < service.heartbeat.lowerBound ? service.heartbeat.lowerBound : service.heartbeat.upperBound
                    return .answer(answer(Status.heartbeat, Ping.heartbeatInterval, bound))
                }
                memory.heartbeat = seconds
            }
            if let folders = asked.folders {
                guard folders.count <= Limits.folders else { return .answer(answer(Status.folders, Ping.maxFolders, Limits.folders)) }
                let ids = folders.map { FolderNames.parse($0.id) }
                unknown = ids.contains(nil)
                memory.pinged = ids.compactMap { $0 }
            }
        }
        guard memory.heartbeat > 0, !memory.pinged.isEmpty || unknown else { return .answer(answer(Status.missing)) }
        if unknown { return .answer(answer(Status.hierarchy)) }
        if memory != DeviceMemory(request.device) {
            let device = request.device, heartbeat = memory.heartbeat, pinged = memory.pinged
            try await service.store.write { store in
                try DeviceMemory.update(device, store) {
                    $0.heartbeat = heartbeat; $0.pinged = pinged
                }
            }
        }
        let wait = PingWait(request.device, folders: memory.pinged, seconds: memory.heartbeat, service, line: request.line)
        do {
            if let answer = try await wait.look(wait.folders) {
                wait.closed()
                return .answer(answer)
            }
        } catch {
            wait.closed()
            throw error
        }
        return .park(wait)
    }

    static func answer(_ status: Int, _ tag: WBXMLTag? = nil, _ value: Int = 0) -> EASAnswer {
        var writer = TokenWriter(capacity: 32)
        writer.open(Ping.ping)
        writer.element(Ping.status, status)
        if let tag { writer.element(tag, value) }
        writer.close()
        return .document(writer)
    }
    static func changed(_ folders: [FolderID]) -> EASAnswer {
        var writer = TokenWriter()
        writer.open(Ping.ping)
        writer.element(Ping.status, Status.changes)
        writer.open(Ping.folders)
        for folder in folders { writer.element(Ping.folder, FolderNames.id(folder)) }
        writer.close()
        writer.close()
        return .document(writer)
    }
}
