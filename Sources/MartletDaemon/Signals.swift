// Signals as values: SIGTERM and SIGINT stop, SIGHUP reloads, SIGPIPE is nothing. What they lead to is the daemon's.
internal import Dispatch
internal import Glibc

package enum Signal: Sendable { case stop, reload }

package enum Signals {
    /// The signals as they come. Once per process: the handlers live as long as it does.
    package static func stream() -> AsyncStream<Signal> {
        signal(SIGPIPE, SIG_IGN)
        let (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
        let queue = DispatchQueue(label: "signals")
        for (number, meaning) in [(SIGTERM, Signal.stop), (SIGINT, .stop), (SIGHUP, .reload)] {
            // The default action must not come before the source's.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            // The handler holds its own source: a source that nobody holds is cancelled, and these are to live as long as the process.
            source.setEventHandler { withExtendedLifetime(source) { _ = continuation.yield(meaning) } }
            source.resume()
        }
        return stream
    }
}
