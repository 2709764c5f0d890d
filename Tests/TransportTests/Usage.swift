import CLinux
import Glibc

/// What this process uses.
enum Usage {
    static var residentBytes: Int {
        let descriptor = unsafe open("/proc/self/statm", O_RDONLY)
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = unsafe read(descriptor, &text, text.count)
        let fields = String(decoding: text.prefix(max(count, 0)), as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }
    /// Time on the processors so far.
    static var processorTime: Duration {
        var usage = rusage()
        unsafe getrusage(0, &usage)
        return .seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }
    static var contextSwitches: Int {
        var usage = rusage()
        unsafe getrusage(0, &usage)
        return usage.ru_nvcsw + usage.ru_nivcsw
    }
    static func limitDescriptors(to count: Int) {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    /// Takes the free numbers below the highest one, which what was inherited from other tests leaves open: a limit then counts what comes after.
    static func fillDescriptors() {
        let highest = highestDescriptor
        while case let taken = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC), taken >= 0 {
            if Int(taken) <= highest { continue }
            close(taken)
            return
        }
    }
    static var highestDescriptor: Int { (0..<4096).last { fcntl(Int32($0), F_GETFD) >= 0 } ?? 0 }
}
