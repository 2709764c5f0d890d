/// The invariants that SQL can tell: each query yields one sentence for every row that breaks it, and nothing when all is well.
package struct Rule: Sendable {
    let invariant: Int
    let what: String
    package let queries: [String]

    package static let all: [Rule] = owners + folders + items + contents + changes + devices + queue

    private static let owners = [
        Rule(invariant: 2, what: "owners", queries: [
            """
            SELECT 'folder ' || id || ' belongs to account ' || account || ', which is not there'
            FROM folder WHERE account NOT IN (SELECT id FROM account)
            """,
            """
            SELECT 'device ' || id || ' belongs to account ' || account || ', which is not there'
            FROM device WHERE account NOT IN (SELECT id FROM account)
            """,
            """
            SELECT 'address ' || address || ' leads to account ' || account || ', which is not there'
            FROM address WHERE account > 0 AND account NOT IN (SELECT id FROM account)
            """,
            """
            SELECT 'credential ' || id || ' belongs to account ' || account || ', which is not there'
            FROM credential WHERE account NOT IN (SELECT id FROM account)
            """,
            """
            SELECT 'an absence belongs to account ' || account || ', which is not there'
            FROM (SELECT account FROM absence UNION SELECT account FROM absence_message UNION SELECT account FROM absence_answer)
            WHERE account NOT IN (SELECT id FROM account)
            """,
            """
            SELECT 'a subscription belongs to account ' || account || ', which is not there'
            FROM subscription WHERE account NOT IN (SELECT id FROM account)
            """,
            """
            SELECT 'thread keys belong to account ' || account || ', which is not there'
            FROM (SELECT DISTINCT account FROM thread_key) WHERE account NOT IN (SELECT id FROM account)
            """,
            """
            SELECT 'removed folders are remembered for account ' || account || ', which is not there'
            FROM gone_folder WHERE account NOT IN (SELECT id FROM account)
            """,
            """
            SELECT 'information belongs to device ' || device || ', which is not there'
            FROM device_information WHERE device NOT IN (SELECT id FROM device)
            """,
        ]),
    ]
    private static let folders = [
        Rule(invariant: 3, what: "parents of folders", queries: [
            """
            SELECT 'folder ' || id || ' lies in folder ' || parent || ', which is not there or is of another account' FROM folder AS child
            WHERE parent > 0 AND NOT EXISTS (SELECT 1 FROM folder AS above WHERE above.id = child.parent AND above.account = child.account)
            """,
            """
            WITH RECURSIVE reached(id) AS (SELECT id FROM folder WHERE parent = 0 UNION SELECT folder.id FROM folder JOIN reached ON folder.parent = reached.id)
            SELECT 'folder ' || id || ' cannot be reached from the top' FROM folder WHERE id NOT IN (SELECT id FROM reached)
            """,
        ]),
        Rule(invariant: 4, what: "names and roles of folders", queries: [
            """
            SELECT 'folder ' || id || ' has a name that is empty or has a slash or a control in it' FROM folder
            WHERE name = '' OR instr(name, '/') > 0 OR name GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'
            """,
            """
            SELECT count(*) || ' folders of account ' || account || ' have the name ' || quote(name)
            FROM folder GROUP BY account, parent, name HAVING count(*) > 1
            """,
            """
            SELECT count(*) || ' folders of account ' || account || ' have role ' || role
            FROM folder WHERE role IS NOT NULL GROUP BY account, role HAVING count(*) > 1
            """,
        ]),
        Rule(invariant: 7, what: "counters of folders", queries: [
            """
            SELECT 'folder ' || folder.id || ' counts ' || total || ' items, ' || unseen || ' unseen, ' || folder.size || ' octets; there are '
              || ifnull(n, 0) || ', ' || ifnull(u, 0) || ', ' || ifnull(s, 0)
            FROM folder LEFT JOIN (SELECT folder, count(*) AS n, sum(flags & 1 = 0) AS u, sum(size) AS s FROM item GROUP BY folder) AS real
              ON real.folder = folder.id
            WHERE total <> ifnull(n, 0) OR unseen <> ifnull(u, 0) OR folder.size <> ifnull(s, 0)
            """,
        ]),
        Rule(invariant: 8, what: "octets of accounts", queries: [
            """
            SELECT 'account ' || id || ' counts ' || used || ' octets; its items have ' || ifnull(s, 0)
            FROM account LEFT JOIN (
              SELECT folder.account AS owner, sum(item.size) AS s FROM item JOIN folder ON folder.id = item.folder GROUP BY folder.account)
              ON owner = account.id
            WHERE used <> ifnull(s, 0)
            """,
        ]),
        Rule(invariant: 15, what: "numbers given out", queries: [
            "SELECT 'item ' || max(id) || ' has a number that is not given out yet' FROM home HAVING max(id) >= (SELECT next_id FROM store)",
            "SELECT 'content ' || max(id) || ' has a number that is not given out yet' FROM content HAVING max(id) >= (SELECT next_id FROM store)",
            "SELECT 'queued message ' || max(id) || ' has a number that is not given out yet' FROM queued HAVING max(id) >= (SELECT next_id FROM store)",
            """
            SELECT 'folder ' || max(id) || ' has a number that is not given out yet' FROM folder
            HAVING max(id) > (SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'folder')
            """,
            "SELECT 'uid_validity ' || uid_validity || ' was given ' || count(*) || ' times' FROM folder GROUP BY uid_validity HAVING count(*) > 1",
            """
            SELECT 'folder ' || id || ' has a uid_validity that is not given out yet'
            FROM folder WHERE uid_validity > (SELECT uid_validity FROM store)
            """,
        ]),
    ]
    private static let items = [
        Rule(invariant: 5, what: "places of items", queries: [
            "SELECT 'item ' || id || ' lies at ' || place || ', which is not in its folder ' || folder FROM item WHERE place >> 32 <> folder",
            "SELECT 'item ' || id || ' lies in folder ' || folder || ', which is not there' FROM item WHERE folder NOT IN (SELECT id FROM folder)",
            """
            SELECT 'item ' || item.id || ' has UID ' || (place & 4294967295) || ' in folder ' || folder || ', whose next is ' || uid_next
            FROM item JOIN folder ON folder.id = item.folder WHERE place & 4294967295 >= uid_next OR place & 4294967295 = 0
            """,
        ]),
        Rule(invariant: 6, what: "homes of items", queries: [
            """
            SELECT 'the home of item ' || home.id || ' is place ' || home.place || ', where it is not'
            FROM home LEFT JOIN item ON item.place = home.place WHERE item.id IS NOT home.id
            """,
            """
            SELECT 'item ' || item.id || ' at place ' || item.place || ' has no home there'
            FROM item LEFT JOIN home ON home.id = item.id WHERE home.place IS NOT item.place
            """,
        ]),
        Rule(invariant: 10, what: "modseqs of items", queries: [
            """
            SELECT 'item ' || id || ' has modseqs out of order' FROM item
            WHERE max(created, content_modseq, seen_modseq, flagged_modseq, marks_modseq) > modseq OR created <= 0 OR content_modseq < created
              OR (seen_modseq > 0 AND seen_modseq < created) OR (flagged_modseq > 0 AND flagged_modseq < created)
              OR (marks_modseq > 0 AND marks_modseq < created)
            """,
        ]),
    ]
    private static let contents = [
        Rule(invariant: 11, what: "references to contents", queries: [
            """
            SELECT 'content ' || id || ' counts ' || refs || ' references; there are ' || ifnull(n, 0)
            FROM content LEFT JOIN (
              SELECT content, count(*) AS n FROM (SELECT content FROM item UNION ALL SELECT content FROM queued) GROUP BY content) AS real
              ON real.content = content.id
            WHERE refs <> ifnull(n, 0) OR refs <= 0
            """,
            """
            SELECT 'item ' || item.id || ' has content ' || content || ', which is not there'
            FROM item WHERE content NOT IN (SELECT id FROM content)
            """,
            """
            SELECT 'item ' || item.id || ' counts ' || item.size || ' octets, its content ' || content.size
            FROM item JOIN content ON content.id = item.content WHERE item.size <> content.size
            """,
        ]),
        Rule(invariant: 12, what: "bodies and summaries", queries: [
            "SELECT 'content ' || id || ' has no summary' FROM content WHERE id NOT IN (SELECT content FROM summary)",
            "SELECT 'a summary is there of content ' || content || ', which is not' FROM summary WHERE content NOT IN (SELECT id FROM content)",
            "SELECT 'a body is there of content ' || (piece >> 16) || ', which is not' FROM body WHERE piece >> 16 NOT IN (SELECT id FROM content)",
            """
            SELECT 'content ' || id || ' has ' || size || ' octets; the pieces of its body have ' || ifnull(s, 0)
              || CASE WHEN s = size THEN ', cut in the wrong places' ELSE '' END
            FROM content LEFT JOIN (
              SELECT CAST(piece >> 16 AS INTEGER) AS owner, sum(length(data)) AS s, count(*) AS n, max(piece & 65535) AS last,
                sum(length(data) = \(Limits.pieceSize)) AS whole
              FROM body GROUP BY piece >> 16) ON owner = id
            WHERE size <> ifnull(s, 0) OR n <> last + 1 OR n - whole > 1
            """,
        ]),
    ]
    private static let changes = [
        Rule(invariant: 9, what: "counters of changes", queries: [
            """
            SELECT 'folder ' || folder.id || ' is at ' || folder.modseq || ', its account at ' || account.modseq
            FROM folder JOIN account ON account.id = folder.account WHERE max(folder.modseq, changed, created) > account.modseq
            """,
            """
            SELECT 'item ' || item.id || ' is at ' || item.modseq || ', its folder at ' || folder.modseq
            FROM item JOIN folder ON folder.id = item.folder WHERE item.modseq > folder.modseq
            """,
            """
            SELECT 'item ' || item || ' left at ' || gone.modseq || ', its folder is at ' || folder.modseq
            FROM gone JOIN folder ON folder.id = gone.folder WHERE gone.modseq > folder.modseq
            """,
        ]),
        Rule(invariant: 14, what: "items that left", queries: [
            "SELECT 'item ' || item || ' left folder ' || folder || ', which is not there' FROM gone WHERE folder NOT IN (SELECT id FROM folder)",
            """
            SELECT 'item ' || item || ' left folder ' || folder || ' at ' || gone.modseq || ', which was to be forgotten up to ' || gone_floor
            FROM gone JOIN folder ON folder.id = gone.folder WHERE gone.modseq <= gone_floor
            """,
            "SELECT 'item ' || item || ' left folder ' || folder || ' before it came' FROM gone WHERE created > modseq",
            """
            SELECT 'UID ' || uid || ' left folder ' || folder || ', whose next is ' || uid_next
            FROM gone JOIN folder ON folder.id = gone.folder WHERE uid >= uid_next OR uid = 0
            """,
            """
            SELECT 'UID ' || uid || ' left folder ' || folder || ' and is there'
            FROM gone WHERE EXISTS (SELECT 1 FROM item WHERE place = gone.folder << 32 | gone.uid)
            """,
        ]),
        Rule(invariant: 18, what: "folders that are gone", queries: [
            "SELECT 'folder ' || folder || ' is remembered as gone and is there' FROM gone_folder WHERE folder IN (SELECT id FROM folder)",
            """
            SELECT 'folder ' || folder || ' went at ' || gone_folder.modseq || ', which was to be forgotten up to ' || folder_floor || ' or is to come'
            FROM gone_folder JOIN account ON account.id = gone_folder.account WHERE gone_folder.modseq <= folder_floor OR gone_folder.modseq > account.modseq
            """,
        ]),
    ]
    private static let devices = [
        Rule(invariant: 16, what: "states of devices", queries: [
            """
            SELECT 'a sync state belongs to device ' || device || ', which is not there'
            FROM sync_state WHERE device NOT IN (SELECT id FROM device)
            """,
            """
            SELECT 'device ' || device || ' has a state of folder ' || folder || ', which is not there or not of its account'
            FROM sync_state JOIN device ON device.id = sync_state.device
            WHERE folder > 0 AND NOT EXISTS (SELECT 1 FROM folder AS f WHERE f.id = sync_state.folder AND f.account = device.account)
            """,
            """
            SELECT 'device ' || device || ' stands at ' || sync_state.modseq || ' in folder ' || folder || ', its account at ' || account.modseq
            FROM sync_state JOIN device ON device.id = sync_state.device JOIN account ON account.id = device.account WHERE sync_state.modseq > account.modseq
            """,
        ]),
    ]
    private static let queue = [
        Rule(invariant: 19, what: "the queue", queries: [
            """
            SELECT 'queued message ' || id || ' has content ' || content || ', which is not there'
            FROM queued WHERE content NOT IN (SELECT id FROM content)
            """,
            """
            SELECT 'queued message ' || queued.id || ' counts ' || queued.size || ' octets, its content ' || content.size
            FROM queued JOIN content ON content.id = queued.content WHERE queued.size <> content.size
            """,
            "SELECT 'queued message ' || id || ' has no recipient' FROM queued WHERE id NOT IN (SELECT message FROM queued_recipient)",
            """
            SELECT 'recipient ' || id || ' belongs to message ' || message || ', which is not there'
            FROM queued_recipient WHERE message NOT IN (SELECT id FROM queued)
            """,
            "SELECT 'recipient ' || id || ' has state ' || state FROM queued_recipient WHERE state NOT IN (1, 2)",
        ]),
    ]
}
