// Directories and small files of the demo, with words for what can go wrong.
internal import Glibc

enum Folder {
    /// Makes the directory and those above it; returns its absolute path.
    static func make(_ path: String) throws(ControlFailure) -> String {
        var whole = ""
        for part in Paths.absolute(path).split(separator: "/") {
            whole += "/\(part)"
            if unsafe mkdir(whole, 0o700) != 0, errno != EEXIST { throw cannot(whole) }
        }
        guard let real = unsafe realpath(whole.isEmpty ? "/" : whole, nil) else { throw cannot(whole) }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Whole or not at all: written beside it, then renamed over it.
    static func write(_ path: String, _ text: String, mode: mode_t) throws(ControlFailure) {
        let beside = path + ".new"
        unsafe unlink(beside)
        let descriptor = unsafe open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw cannot(path) }
        let bytes = Array(text.utf8)
        let written = unsafe Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
        guard written == bytes.count, unsafe rename(beside, path) == 0 else { throw cannot(path) }
    }
    private static func cannot(_ path: String) -> ControlFailure {
        ControlFailure(code: ExitStatus.cannotCreate, "cannot write \(path): \(SettingsPath.words(errno))")
    }
}

/// Paths as a daemon in another directory understands them.
package enum Paths {
    package static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(current) }
        return "\(unsafe String(cString: current))/\(path)"
    }
}
