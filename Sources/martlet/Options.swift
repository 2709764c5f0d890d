// Options that commands share: which settings, and how to answer.
import ArgumentParser
import MartletDaemon

struct SettingsOption: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("The settings file.", valueName: "file"))
    var config = SettingsOption.standardPath

    /// $MARTLET_CONFIG, else where Debian's packages keep theirs.
    static var standardPath: String { Terminal.environment("MARTLET_CONFIG") ?? "/etc/martlet/martlet.toml" }

    /// The settings, or an end with 78 that names every mistake and its line.
    func load() throws -> Settings {
        let (settings, problems) = try read()
        guard problems.isEmpty else {
            for problem in problems { Terminal.complain("\(config): \(problem)") }
            throw ExitCode(ExitStatus.settings)
        }
        return settings
    }
    func read() throws -> (Settings, [SettingsProblem]) {
        switch SettingsPath.read(config) {
        case .text(let text): return SettingsFile.parse(text)
        case .failed(let why):
            throw Terminal.failure(
                ControlFailure(code: ExitStatus.settings, "\(config): \(why); `martlet config example` prints one to begin with, --config names another"))
        }
    }
}

struct AnswerOptions: ParsableArguments {
    @Flag(help: "Answer with one JSON document.")
    var json = false
    @Flag(name: .shortAndLong, help: "Answer with names only.")
    var quiet = false
}

struct ConfirmOption: ParsableArguments {
    @Flag(help: "Do it without asking.")
    var yes = false

    /// Says what will happen and asks. Without a terminal and without --yes it refuses.
    func confirm(_ what: String) throws {
        if yes { return }
        guard Terminal.isInteractive else {
            throw Terminal.failure(ControlFailure(code: ExitStatus.usage, "this would \(what): say --yes, there is no terminal to ask on"))
        }
        guard Terminal.ask("This will \(what). Go on? [y/N] ").lowercased().hasPrefix("y") else {
            Terminal.complain("nothing was done")
            throw ExitCode(ExitStatus.tryLater)
        }
    }
}

struct PasswordOption: ParsableArguments {
    @Flag(help: "Read the password from standard input (its first line). Otherwise it is asked for.")
    var passwordStdin = false

    func read() throws -> String {
        if passwordStdin {
            guard let line = readLine(strippingNewline: true), !line.isEmpty else { throw Terminal.failure(.usage("standard input has no password")) }
            return line
        }
        guard Terminal.isInteractive else { throw Terminal.failure(.usage("say --password-stdin, there is no terminal to ask on")) }
        let first = Terminal.askSecret("Password: ")
        guard first == Terminal.askSecret("Again: ") else { throw Terminal.failure(.usage("the two are not the same")) }
        return first
    }
}
