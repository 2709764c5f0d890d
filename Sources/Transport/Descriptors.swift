import CLinux
import Dispatch
import Glibc

/// How many descriptors are left, and those that Dispatch opens behind our back. Clients never get the last ones: the store, the spool and the
/// resolver need some, and would fail for everybody. (threat T32)
enum Descriptors {
    enum Limits {
        /// Descriptors kept for the rest of the process, or an eighth where there are few.
        static let reserve = 64
    }
    /// The kernel gives the lowest free number: a high one tells that few are left.
    static func areEnough(with descriptor: Int32) -> Bool {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return true }
        let all = Int(clamping: limit.rlim_cur)
        return Int(descriptor) < all - min(Limits.reserve, all / 8)
    }
    static func areEnough() -> Bool {
        let probe = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        return areEnough(with: probe)
    }
    /// Dispatch opens a timer descriptor for each clock when it is first used, and traps when there is none left. So it opens them now.
    static func openThoseOfDispatch() async {
        let queue = DispatchQueue(label: "martlet.clocks")
        await withCheckedContinuation { continuation in
            queue.asyncAfter(deadline: .now() + .milliseconds(1)) {
                queue.asyncAfter(wallDeadline: .now() + .milliseconds(1)) { continuation.resume() }
            }
        }
        try? await Task.sleep(for: .milliseconds(1), clock: .continuous)
        try? await Task.sleep(for: .milliseconds(1), clock: .suspending)
    }
}
