// martlet message verify|sign|trace.
import ArgumentParser

struct Message: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Single messages.", subcommands: [Verify.self, Sign.self, Trace.self])
}
