"""Acceptance by SMTP alone: Martlet delivers each message into a mailbox here before it says 250; Postfix puts it into its queue and sends nothing on.
Beside them smtp-sink, which keeps nothing: more than that smtp-source cannot send on this machine. Used by scripts/bench."""
import relay


def measure(port, recipient, quick):
    """{what: messages per second}, the best of three rounds."""
    figures = {}
    for size, count in ((4_096, 2_000), (102_400, 400)):
        for sessions in (1, 20, 100):
            number = max(sessions, count // (10 if quick else 1) // (4 if sessions == 1 else 1))
            label = f"{size // 1024} KB, {sessions} sender{'s' if sessions > 1 else ''}"
            figures[label] = max(number / relay.source(port, recipient, sessions, number, size) for _ in range(1 if quick else 3))
    return figures


def table(program, work, base, quick):
    with relay.postfix("defer_transports = smtp\n") as port:
        theirs = measure(port, "x@sink.test", quick)
    with relay.martlet(program, work, base) as (port, _):
        ours = measure(port, "u1@demo.test", quick)
    with relay.Sink():
        most = measure(relay.SINK, "x@sink.test", quick)
    rows = [["what", "unit", "Postfix", "Martlet", "smtp-sink", "Martlet is", "goal"]]
    for what, figure in theirs.items():
        rows.append([f"accepted: {what}", "messages/s", f"{figure:,.0f}", f"{ours[what]:,.0f}", f"{most[what]:,.0f}", f"{ours[what] / figure:.2f} x", "5 x"])
    return rows
