// martlet device wipe.
import ArgumentParser
import MartletDaemon

extension Device {
    struct Wipe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have a device erase this account. It is asked at its next request, and shut out from then on.",
            discussion:
                "Only a device that speaks 16.1 can erase one account; older ones can only erase everything (--full). `device history` tells what became of it."
        )
        @OptionGroup var settings: SettingsOption
        @OptionGroup var answer: AnswerOptions
        @OptionGroup var confirmation: ConfirmOption
        @OptionGroup var which: Which
        @Flag(help: "Erase the whole device. Needs eas.full_wipe = true.") var full = false
        @Flag(help: "Take the order back. The device may have followed it already.") var cancel = false
        func run() async throws {
            let name = VisibleText.of(which.device ?? "the device of \(which.user)")
            if !cancel {
                try confirmation.confirm(full ? "erase ALL DATA on \(name), private things too" : "erase the account \(VisibleText.of(which.user)) on \(name)")
            }
            let result = try await Desk.ask(settings, ControlRequest("device.wipe", which.arguments(["full": .bool(full), "cancel": .bool(cancel)])))
            let device = result["device"]?.string ?? "it"
            Answer.done(result, answer, name: "device", cancel ? "no wipe waits for \(device) any more" : "\(device) is told to erase itself when it next asks")
        }
    }
}
