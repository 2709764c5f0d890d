import EASCodec

/// SmartForward: what the client wrote, with a mail's text and files, which the phone need not have. (MS-ASCMD §2.2.1.19)
enum SmartForwardCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        try await Composition(request, .forward).send(service, request)
        return .answer(.empty)
    }
}
