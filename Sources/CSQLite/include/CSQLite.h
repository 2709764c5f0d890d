#pragma once
#include <sqlite3.h>
/// The destructor value that tells SQLite to copy a bound text or blob (a macro that Swift cannot see).
static inline sqlite3_destructor_type martlet_sqlite_transient(void) { return SQLITE_TRANSIENT; }
/// Keeps the number of pages in the log after each commit of a connection in *PAGES, and takes the place of its automatic checkpoint.
void martlet_sqlite_count_log(sqlite3 *database, int *pages);
/// A connection that closes must leave the log alone: only the writer checkpoints. (sqlite3_db_config is variadic, which Swift cannot call.)
static inline int martlet_sqlite_no_checkpoint_on_close(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
/// The name of a VFS that gathers the writes to the log of a connection that writes, over the one of a name (NULL: SQLite's own). NULL: no memory.
const char *martlet_sqlite_gather(const char *below);
/// While this is on, a commit is written to the log and not synced: it outlives the process, not the machine. Only with the VFS above.
void martlet_sqlite_spare_sync(sqlite3 *database, int is_spared);
/// Syncs the log, and with it all commits that were spared. An SQLite code.
int martlet_sqlite_sync_log(sqlite3 *database);
