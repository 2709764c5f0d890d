import Model

extension WriteTransaction {
    /// Whether mail from `sender` at `network` for all of `recipients` may come in: those seen for the first time wait `delay` milliseconds. A
    /// network (a block of addresses, or a domain that vouches for them) that came back once is known from then on.
    package func passesGreylist(network: String, sender: String, recipients: [String], delay: Int64) throws -> Bool {
        let now = Timestamp(milliseconds: self.now)
        let isKnown = try sql("SELECT 1 FROM greylist WHERE network = :network AND passed = 1 LIMIT 1").first(network) { _ in true } ?? false
        if isKnown {
            try sql("UPDATE greylist SET seen = :seen WHERE network = :network AND passed = 1").run(now, network)
            return true
        }
        var mayPass = true
        for recipient in recipients {
            let first = try sql("SELECT first FROM greylist WHERE network = :network AND sender = :sender AND recipient = :recipient")
                .first(network, sender, recipient) { $0.int64(0) }
            if let first, now.rawValue - first <= Greylist.window {
                mayPass = mayPass && now.rawValue - first >= delay
            } else {
                try sql("""
                    INSERT INTO greylist(network, sender, recipient, first, seen, passed) VALUES (:network, :sender, :recipient, :first, :seen, 0)
                    ON CONFLICT(network, sender, recipient) DO UPDATE SET first = excluded.first, seen = excluded.seen
                    """).run(network, sender, recipient, now, now)
                mayPass = false
            }
        }
        if mayPass {
            for recipient in recipients {
                try sql("UPDATE greylist SET passed = 1, seen = :seen WHERE network = :network AND sender = :sender AND recipient = :recipient")
                    .run(now, network, sender, recipient)
            }
        }
        return mayPass
    }
    /// Forgets a slice of those that never came back, and of those not seen for long.
    func pruneGreylist() throws -> Int {
        try sql("""
            DELETE FROM greylist WHERE (network, sender, recipient) IN (
              SELECT network, sender, recipient FROM greylist WHERE seen < :waited AND (passed = 0 OR seen < :old) ORDER BY seen LIMIT :slice)
            """).run(now - Greylist.window, now - Greylist.remembered, MailStore.Horizon.slice)
        return connection.changes
    }
}

/// How long greylisting remembers, in milliseconds.
package enum Greylist {
    /// A sender that has not come back within this time begins anew. (RFC 6647 §2.3: hours to days)
    package static let window: Int64 = 2 * 86_400_000
    /// One that came back is known until it was silent for so long.
    package static let remembered: Int64 = 40 * 86_400_000
}
