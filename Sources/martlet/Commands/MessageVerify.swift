// martlet message verify|sign: one message in a file.
import ArgumentParser
import MartletDaemon

extension Message {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold a message in a file against SPF, DKIM and DMARC, as if it came in now.",
            discussion: "Needs no daemon and no store. Ends with 65 where DMARC fails.")
        @OptionGroup var answer: AnswerOptions
        @Option(help: "The client's address.") var ip = "127.0.0.1"
        @Option(help: "What the client called itself.") var helo = "localhost"
        @Option(help: "The envelope's sender; empty for a bounce.") var from = ""
        @Option(help: "Our own name.") var hostname = "localhost"
        @Option(help: "A resolver, as 127.0.0.1:53; otherwise the system's.") var resolver: String?
        @Option(help: "The time, in seconds since 1970; otherwise now.") var time: Int64?
        @Argument(help: "The message; - for standard input.") var file: String

        func run() async throws {
            let result: JSONValue
            do throws(ControlFailure) {
                result = try await MessageDesk(file: file).verify(
                    address: ip, greeting: helo, sender: from, hostname: hostname, resolver: resolver, now: time)
            } catch {
                throw Terminal.failure(error)
            }
            if answer.json {
                print(result.text(pretty: true))
            } else {
                for line in (result["field"]?.string ?? "").split(separator: "\r\n") {
                    print(line.split(separator: "\t").map { VisibleText.of(String($0)) }.joined())
                }
            }
            if result["dmarc"]?.array?.contains(where: { $0["result"]?.string == "fail" }) == true { throw ExitCode(ExitStatus.badData) }
        }
    }
    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a DKIM signature on a message in a file, with a key in a file.")
        @Option(help: "The domain that signs.") var domain: String
        @Option(help: "The selector of its key.") var selector: String
        @Option(help: ArgumentHelp("The private key, PEM.", valueName: "file")) var key: String
        @Option(help: "The time, in seconds since 1970; otherwise now.") var time: Int64?
        @Argument(help: "The message; - for standard input.") var file: String

        func run() async throws {
            do throws(ControlFailure) {
                Terminal.write(try MessageDesk(file: file).signed(domain: domain, selector: selector, keyFile: key, now: time))
            } catch {
                throw Terminal.failure(error)
            }
        }
    }
}
