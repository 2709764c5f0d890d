#include "CSQLite.h"

static int count_log(void *pages, sqlite3 *database, const char *name, int count) {
    (void)database;
    (void)name;
    *(int *)pages = count;
    return SQLITE_OK;
}
void martlet_sqlite_count_log(sqlite3 *database, int *pages) { sqlite3_wal_hook(database, count_log, pages); }
