// Where the command line brings its requests: to the daemon when one runs, else to the store itself, opened under its lock.
internal import Directory
internal import Logging
internal import MailStore
internal import Telemetry

package struct Office: Sendable {
    private let settings: Settings
    package init(_ settings: Settings) { self.settings = settings }

    package func ask(_ request: ControlRequest) async throws(ControlFailure) -> JSONValue {
        let answer: ControlAnswer
        switch ControlClient.ask(request, socket: settings.controlSocket) {
        case .answered(let said): answer = said
        case .nobodyThere: answer = await offline(request)
        case .notAllowed:
            throw ControlFailure(
                code: ExitStatus.notAllowed, "\(settings.controlSocket) belongs to another user: run this as the user of the daemon or as root")
        case .broken(let why): throw ControlFailure(code: ExitStatus.unavailable, why)
        }
        if let failure = answer.failure { throw failure }
        return answer.result ?? .null
    }

    private func offline(_ request: ControlRequest) async -> ControlAnswer {
        // A command's own words go to standard error already; the rooms' events would only disturb them.
        let log = Logger(label: "martlet") { EventLog(label: $0, level: .critical) { _ in } }
        Owner.become(of: settings.storePath)
        do throws(StoreError) {
            if request.verb == "store.restore", request.arguments["user"] == nil, let path = request.arguments["path"]?.string {
                // Nothing is left of the store: the backup is where it goes on.
                do throws(StoreError) {
                    try StoreBackup.install(path, as: settings.storePath)
                    return ControlAnswer(.object(["installed": .bool(true)]))
                } catch .exists {}
            }
            let store = try MailStore.open(settings.storePath, create: ControlTable.founding.contains(request.verb), log: log)
            let directory = Directory(store: store, settings: settings.directory, log: log)
            let context = ControlContext(store: store, directory: directory, process: nil, settings: settings)
            let answer = await ControlTable.run(request, context)
            await store.close()
            return answer
        } catch .notFound {
            return ControlAnswer(
                ControlFailure(
                    code: ExitStatus.noInput,
                    "there is no store in \(settings.storePath): begin with `martlet domain add NAME`, or name the right settings file with --config"))
        } catch {
            return ControlAnswer(ControlTable.failure(of: error))
        }
    }
}
