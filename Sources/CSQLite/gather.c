// A VFS over another one that gathers what SQLite writes to the log of a writer: it writes each page in two pieces, a header of 24 bytes and the page.
// What lies end to end goes to the file in one write, at the latest before anybody asks the file for something: sync, read, size, truncate, close.
// It also lets a commit go without its sync, where nobody was promised anything; a later sync of the file covers it.
#include "CSQLite.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// SQLite's own VFS looks at 17 bits of a length alone: it cannot write 128 KiB at once.
enum { CAPACITY = 124 * 1024 };

typedef struct {
    sqlite3_file base;
    unsigned char *bytes;
    sqlite3_int64 start;
    int count;
    int is_spared;
} gather_file;

typedef struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *below;
    char name[64];
} gather_vfs;

static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)((char *)file + sizeof(gather_file)); }

static int flush(sqlite3_file *file) {
    gather_file *gathered = (gather_file *)file;
    if (gathered->count == 0) return SQLITE_OK;
    int count = gathered->count;
    // Written or not: after a failure SQLite gives the transaction up and writes these places anew.
    gathered->count = 0;
    return real(file)->pMethods->xWrite(real(file), gathered->bytes, count, gathered->start);
}
static int gather_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 at) {
    gather_file *gathered = (gather_file *)file;
    if (gathered->count > 0 && (at != gathered->start + gathered->count || gathered->count + count > CAPACITY)) {
        int code = flush(file);
        if (code != SQLITE_OK) return code;
    }
    if (count > CAPACITY) return real(file)->pMethods->xWrite(real(file), from, count, at);
    if (gathered->count == 0) gathered->start = at;
    memcpy(gathered->bytes + gathered->count, from, (size_t)count);
    gathered->count += count;
    return SQLITE_OK;
}
static int gather_close(sqlite3_file *file) {
    int flushed = flush(file);
    int code = real(file)->pMethods->xClose(real(file));
    free(((gather_file *)file)->bytes);
    ((gather_file *)file)->bytes = NULL;
    return flushed != SQLITE_OK ? flushed : code;
}
static int gather_read(sqlite3_file *file, void *to, int count, sqlite3_int64 at) {
    int code = flush(file);
    return code != SQLITE_OK ? code : real(file)->pMethods->xRead(real(file), to, count, at);
}
static int gather_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = flush(file);
    return code != SQLITE_OK ? code : real(file)->pMethods->xTruncate(real(file), size);
}
static int gather_sync(sqlite3_file *file, int flags) {
    gather_file *gathered = (gather_file *)file;
    // A log that begins anew must have its header on disk before anything that follows it, or an older frame behind it would count again after a power cut.
    int is_header = gathered->count > 0 && gathered->start == 0;
    int code = flush(file);
    if (code != SQLITE_OK || (gathered->is_spared && !is_header)) return code;
    return real(file)->pMethods->xSync(real(file), flags);
}
static int gather_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = flush(file);
    return code != SQLITE_OK ? code : real(file)->pMethods->xFileSize(real(file), size);
}
static int gather_lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int gather_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
static int gather_check_lock(sqlite3_file *file, int *result) { return real(file)->pMethods->xCheckReservedLock(real(file), result); }
static int gather_control(sqlite3_file *file, int what, void *argument) { return real(file)->pMethods->xFileControl(real(file), what, argument); }
static int gather_sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int gather_traits(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = gather_close,
    .xRead = gather_read,
    .xWrite = gather_write,
    .xTruncate = gather_truncate,
    .xSync = gather_sync,
    .xFileSize = gather_size,
    .xLock = gather_lock,
    .xUnlock = gather_unlock,
    .xCheckReservedLock = gather_check_lock,
    .xFileControl = gather_control,
    .xSectorSize = gather_sector,
    .xDeviceCharacteristics = gather_traits,
};

static int gather_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
    sqlite3_vfs *below = ((gather_vfs *)vfs)->below;
    // All else is as it is without us.
    if (!(flags & SQLITE_OPEN_WAL)) return below->xOpen(below, path, file, flags, out);
    gather_file *gathered = (gather_file *)file;
    memset(gathered, 0, sizeof *gathered);
    gathered->bytes = malloc(CAPACITY);
    if (gathered->bytes == NULL) return SQLITE_NOMEM;
    int code = below->xOpen(below, path, real(file), flags, out);
    if (code != SQLITE_OK) {
        if (real(file)->pMethods) real(file)->pMethods->xClose(real(file));
        free(gathered->bytes);
        gathered->bytes = NULL;
        return code;
    }
    file->pMethods = &methods;
    return SQLITE_OK;
}

// The log of a connection, when it is one of ours.
static sqlite3_file *gathered_log(sqlite3 *database) {
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK) return NULL;
    return file != NULL && file->pMethods == &methods ? file : NULL;
}
void martlet_sqlite_spare_sync(sqlite3 *database, int is_spared) {
    sqlite3_file *file = gathered_log(database);
    if (file != NULL) ((gather_file *)file)->is_spared = is_spared;
}
int martlet_sqlite_sync_log(sqlite3 *database) {
    sqlite3_file *file = gathered_log(database);
    return file != NULL ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : SQLITE_OK;
}

const char *martlet_sqlite_gather(const char *below) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    sqlite3_vfs *found = sqlite3_vfs_find(below);
    if (found == NULL) return NULL;
    char name[64];
    if (snprintf(name, sizeof name, "gather-%s", found->zName) >= (int)sizeof name) return NULL;
    pthread_mutex_lock(&lock);
    sqlite3_vfs *known = sqlite3_vfs_find(name);
    if (known == NULL) {
        // For the life of the process, as SQLite keeps it.
        gather_vfs *made = calloc(1, sizeof *made);
        if (made != NULL) {
            made->vfs = *found;
            made->below = found;
            memcpy(made->name, name, sizeof name);
            made->vfs.zName = made->name;
            made->vfs.pNext = NULL;
            made->vfs.szOsFile = (int)sizeof(gather_file) + found->szOsFile;
            made->vfs.xOpen = gather_open;
            if (sqlite3_vfs_register(&made->vfs, 0) == SQLITE_OK) known = &made->vfs; else free(made);
        }
    }
    pthread_mutex_unlock(&lock);
    return known == NULL ? NULL : known->zName;
}
