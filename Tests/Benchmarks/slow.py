"""What 5,000 clients that send one octet in ten seconds cost everybody else: latency of a probe's commands and messages beside them, and beside the same crowd
at somebody else's door (smtp-sink): what is more than that, Martlet has to answer for, and not the crowd's own work. Used by scripts/bench."""
import multiprocessing
import os
import random
import resource
import selectors
import socket
import statistics
import time

import relay

SENDERS, EVERY = 5_000, 10.0
MESSAGE = b"From: probe@anchor.test\r\nTo: u1@demo.test\r\nSubject: probe\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 55 + b".\r\n"


def exchange(client, words):
    """Seconds from the command to its reply."""
    began = time.perf_counter()
    client.sendall(words)
    reply = client.recv(4096)
    while not reply.endswith(b"\r\n"):
        reply += client.recv(4096)
    if reply[:1] not in b"23":
        raise SystemExit(f"the probe heard {reply!r}")
    return time.perf_counter() - began


def session(port, source=None):
    client = socket.create_connection(("127.0.0.1", port), 30, source_address=(source, 0) if source else None)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.recv(4096)
    return client


def probe(port, seconds):
    """Samples of a command's and a message's latency: one message after five commands, and a little pause, as people's programs do."""
    client, commands, messages = session(port), [], []
    exchange(client, b"EHLO probe.test\r\n")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(5):
            commands.append(exchange(client, b"RSET\r\n"))
        exchange(client, b"MAIL FROM:<probe@anchor.test>\r\n")
        exchange(client, b"RCPT TO:<u1@demo.test>\r\n")
        exchange(client, b"DATA\r\n")
        messages.append(exchange(client, MESSAGE))
        if len(messages) % 200 == 0:
            client.close()
            client = session(port)
            exchange(client, b"EHLO probe.test\r\n")
        time.sleep(0.002)
    client.close()
    return commands, messages


def crowd(port, count, ready, stop):
    """COUNT slow senders: half of them in the middle of a message, half of a command. From many addresses: one alone may have 500 connections."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 200, max(count + 200, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    clients, selector = [], selectors.DefaultSelector()
    for number in range(count):
        client = session(port, f"127.0.{1 + number // 200}.1")
        client.sendall(b"EHLO slow.test\r\n")
        client.recv(4096)
        if number % 2:
            for words in (b"MAIL FROM:<slow@anchor.test>\r\n", b"RCPT TO:<u2@demo.test>\r\n", b"DATA\r\n"):
                client.sendall(words)
                client.recv(4096)
        client.setblocking(False)
        selector.register(client, selectors.EVENT_READ)
        clients.append((time.monotonic() + random.random() * EVERY, client))
    clients.sort(key=lambda entry: entry[0])
    ready.set()
    lost, turn = 0, 0
    while not stop.is_set():
        due, client = clients[turn]
        wait = due - time.monotonic()
        # Whoever hears something now is being sent away.
        for key, _ in selector.select(max(0, min(wait, 0.5))):
            lost += 1
            selector.unregister(key.fileobj)
        if wait > 0:
            continue
        try:
            client.send(b"x")
        except OSError:
            pass
        clients[turn] = (due + EVERY, client)
        turn = (turn + 1) % count
    os._exit(1 if lost else 0)


def p99(samples):
    return statistics.quantiles(samples, n=100)[98]


def beside(port, crowded, count, seconds):
    """The probe's samples at one port while the slow senders are at another."""
    ready, stop = multiprocessing.Event(), multiprocessing.Event()
    process = multiprocessing.Process(target=crowd, args=(crowded, count, ready, stop))
    process.start()
    try:
        if not ready.wait(120):
            raise SystemExit("the slow senders do not come up")
        time.sleep(2)
        return probe(port, seconds)
    finally:
        stop.set()
        process.join(20)
        if process.exitcode != 0:
            raise SystemExit("slow senders were sent away")


def measure(port, seconds, count, rounds):
    """Seconds, {what: (alone, beside a crowd elsewhere, beside one here)}: the median of rounds that alternate, for the machine has other work too."""
    alone, elsewhere, crowded = [], [], []
    for _ in range(rounds):
        alone.append(probe(port, seconds))
        with relay.Sink(count + 1_000):
            elsewhere.append(beside(port, relay.SINK, count, seconds))
        crowded.append(beside(port, port, count, seconds))
        # Their connections end.
        time.sleep(2)
    figures = {}
    for index, what in enumerate(("command", "message of 4 KB, stored and synced")):
        for name, figure in (("median", statistics.median), ("p99", p99)):
            figures[f"{what}: {name}"] = tuple(statistics.median(figure(samples[index]) for samples in each) for each in (alone, elsewhere, crowded))
    return figures


def table(program, work, base, quick):
    with relay.martlet(program, work, base) as (port, _):
        figures = measure(port, 3 if quick else 10, SENDERS // (10 if quick else 1), 1 if quick else 3)
    crowd = f"{SENDERS // (10 if quick else 1):,} slow senders"
    rows = [["what", "unit", "alone", f"{crowd} at smtp-sink", f"{crowd} here", "more", "goal"]]
    for what, (without, elsewhere, beside) in figures.items():
        more = f"{(beside / elsewhere - 1) * 100:+.1f} %"
        rows.append([what, "ms", *(f"{each * 1e3:.3f}" for each in (without, elsewhere, beside)), more, "+10 %" if what.endswith("p99") else ""])
    return rows
