// The door: the command line is built in MartletCommand.swift.
await Door.open()
