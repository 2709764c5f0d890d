#pragma once
#include <sqlite3.h>
/// The destructor value that tells SQLite to copy a bound text or blob (a macro that Swift cannot see).
static inline sqlite3_destructor_type martlet_sqlite_transient(void) { return SQLITE_TRANSIENT; }
