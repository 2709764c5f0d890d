import Glibc
package import Model

/// The time of day. The rooms of this floor are handed it as a function, so that tests bring their own.
package enum WallClock {
    package static func now() -> Timestamp {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
