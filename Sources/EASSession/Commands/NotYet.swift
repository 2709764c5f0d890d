/// Commands that are not done yet: "not supported", the honest answer. (MS-ASCMD §2.2.2, Status 137)
enum ItemOperationsCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult { throw CommonStatus.commandNotSupported }
}
enum SettingsCommand {
    static func run(_ service: EASService, _ request: EASRequest) async throws -> CommandResult { throw CommonStatus.commandNotSupported }
}
