// A program for tests and measurements of the store: what has to happen in a process of its own (to be killed, to be measured).
// store-probe bench DIR | write DIR WORKERS | check DIR
await Probe.run(Array(CommandLine.arguments.dropFirst()))
