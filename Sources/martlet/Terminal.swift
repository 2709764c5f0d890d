// Words to and from the person at the terminal.
import ArgumentParser
import Glibc
import MartletDaemon

enum Terminal {
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// One line on standard error. Text of strangers is made visible by whoever quotes it.
    static func complain(_ text: String) {
        let bytes = Array("martlet: \(text)\n".utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
    /// Octets to standard output, all of them.
    static func write(_ bytes: [UInt8]) {
        var place = 0
        while place < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { raw in
                unsafe Glibc.write(STDOUT_FILENO, raw.baseAddress.map { unsafe $0 + place }, bytes.count - place)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            place += count
        }
    }
    /// Says why, and ends with the code of the failure.
    static func failure(_ failure: ControlFailure) -> ExitCode {
        complain(VisibleText.of(failure.message))
        return ExitCode(failure.code)
    }
    static func ask(_ question: String) -> String {
        let bytes = Array(question.utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
        return readLine(strippingNewline: true) ?? ""
    }
    static func askSecret(_ question: String) -> String {
        var before = termios()
        let known = unsafe tcgetattr(STDIN_FILENO, &before) == 0
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        if known { _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) }
        let answer = ask(question)
        if known { _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        complain("")
        return answer
    }
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
