// The queue's entrance is made before its runner, which needs the server; what comes in tells the runner through this.
internal import Delivery
internal import Outbound
internal import Synchronization

final class RunnerBox: Sendable {
    private let inner = Mutex<QueueRunner?>(nil)
    var runner: QueueRunner? {
        get { inner.withLock { $0 } }
        set { inner.withLock { $0 = newValue } }
    }
    func entrance(_ settings: Settings.Outbound) -> QueueEntrance {
        var entrance = QueueEntrance()
        entrance.warnAfter = Pause.milliseconds(settings.warnAfter) ?? entrance.warnAfter
        entrance.expireAfter = Pause.milliseconds(settings.expireAfter) ?? entrance.expireAfter
        entrance.hint = { [self] names in runner?.hint(names) }
        return entrance
    }
}
