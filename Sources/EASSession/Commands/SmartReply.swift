import EASCodec

/// SmartReply: what the client wrote, with the mail it is about below it, which the phone need not have. (MS-ASCMD §2.2.1.20)
enum SmartReplyCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult {
        try await Composition(request, .reply).send(service, request)
        return .answer(.empty)
    }
}
