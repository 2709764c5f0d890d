import EASCodec

/// SendMail: a message as the client wrote it, once. Success is an empty answer. (MS-ASCMD §2.2.1.17)
enum SendMailCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        try await Composition(request, .send).send(service, request)
        return .answer(.empty)
    }
}
