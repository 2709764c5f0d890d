"""A hundred thousand messages for a server that is not there: what they cost in memory, and whether mail for others leaves as fast. Used by scripts/bench."""
import contextlib
import time

import relay

DEAD = 26927


def memory(pid):
    """KiB of proportional and of resident memory."""
    fields = {}
    with open(f"/proc/{pid}/smaps_rollup") as rows:
        for row in rows:
            name, _, rest = row.partition(":")
            if name in ("Pss", "Rss"):
                fields[name] = int(rest.split()[0])
    return fields


def live(port, count):
    """Messages a second that reach a server that is there."""
    with relay.Sink() as sink:
        began = time.monotonic()
        relay.source(port, "out@demo.test", 20, count, 4096)
        whole = sink.wait(count, 120)
        return count / (time.monotonic() - began) if whole else 0


def settled(pid):
    """Until the process has been idle for a second, two minutes at most."""
    def ticks():
        with open(f"/proc/{pid}/stat") as row:
            return sum(map(int, row.read().rsplit(")", 1)[1].split()[11:13]))
    before = ticks()
    for _ in range(120):
        time.sleep(1)
        now = ticks()
        if now - before <= 2:
            return
        before = now


def table(program, work, base, quick):
    dead, count, runs = (5_000, 500, 3) if quick else (100_000, 2_000, 5)
    with relay.martlet(program, work, base, routes=[f"dead.test = 127.0.0.1:{DEAD}"], more=[("dead@demo.test", "x@dead.test")]) as house:
        port, pid = house
        live(port, count)
        relay.source(port, "dead@demo.test", 20, 500, 1024)
        settled(pid)
        before = memory(pid)
        alone = sorted(live(port, count) for _ in range(runs))[runs // 2]
        settled(pid)
        rested = memory(pid)
        relay.source(port, "dead@demo.test", 20, dead, 1024)
        settled(pid)
        after = memory(pid)
        beside = sorted(live(port, count) for _ in range(runs))[runs // 2]
        with contextlib.suppress(OSError):
            (work / "memory.txt").write_text(f"{before} {rested} {after}\n")
    base_pss, base_rss = max(before["Pss"], rested["Pss"]), max(before["Rss"], rested["Rss"])
    return [
        ["what", "unit", "Martlet", "goal"],
        ["messages for a dead destination", "messages", f"{dead:,}", ""],
        ["memory before (PSS)", "MiB", f"{base_pss / 1024:.1f}", ""],
        ["memory with them (PSS)", "MiB", f"{after['Pss'] / 1024:.1f}", ""],
        ["PSS for each", "bytes", f"{(after['Pss'] - base_pss) * 1024 / dead:.0f}", "<= 1,024"],
        ["RSS for each", "bytes", f"{(after['Rss'] - base_rss) * 1024 / dead:.0f}", "<= 1,024"],
        ["live mail without them", "messages/s", f"{alone:,.0f}", ""],
        ["live mail beside them", "messages/s", f"{beside:,.0f}", f">= {alone * 0.9:,.0f}"],
    ]
