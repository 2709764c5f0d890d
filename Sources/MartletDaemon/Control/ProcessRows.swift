// status, who.

extension ControlTable {
    static let processRows: [String: Row] = [
        "status": { _, context async throws(ControlFailure) in
            guard let process = context.process else {
                throw ControlFailure(code: ExitStatus.unavailable, "no daemon runs on this store: start it with martlet serve")
            }
            return await process.status()
        },
        "who": { _, context async throws(ControlFailure) in
            guard let process = context.process else { throw ControlFailure(code: ExitStatus.unavailable, "no daemon runs on this store: nobody is connected") }
            return await process.who()
        },
    ]
}
