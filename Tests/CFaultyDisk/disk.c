#include "CFaultyDisk.h"
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_int failing;
static atomic_long syncs;
static atomic_long writes;
static int record = -1;
static pthread_mutex_t recording = PTHREAD_MUTEX_INITIALIZER;

typedef struct {
    sqlite3_file base;
    unsigned int which;
} faulty_file;
static sqlite3_vfs *below;

static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)((char *)file + sizeof(faulty_file)); }

static void put(const void *bytes, size_t count) {
    const char *at = bytes;
    while (count > 0) {
        ssize_t written = write(record, at, count);
        if (written <= 0) return;
        at += written;
        count -= (size_t)written;
    }
}
static void note(sqlite3_file *file, unsigned int kind, sqlite3_int64 offset, const void *bytes, sqlite3_int64 length) {
    unsigned int which = ((faulty_file *)file)->which;
    if (which > 1) return;
    pthread_mutex_lock(&recording);
    if (record >= 0) {
        struct faulty_entry entry = {kind, which, offset, length};
        put(&entry, sizeof entry);
        if (bytes) put(bytes, (size_t)length);
    }
    pthread_mutex_unlock(&recording);
}

static int f_close(sqlite3_file *f) { return real(f)->pMethods ? real(f)->pMethods->xClose(real(f)) : SQLITE_OK; }
static int f_read(sqlite3_file *f, void *to, int count, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, count, at); }
static int f_write(sqlite3_file *f, const void *from, int count, sqlite3_int64 at) {
    int what = atomic_load(&failing);
    if (what == FAULTY_WRITE) return SQLITE_IOERR_WRITE;
    if (what == FAULTY_FULL) return SQLITE_FULL;
    int code = real(f)->pMethods->xWrite(real(f), from, count, at);
    if (code == SQLITE_OK) {
        atomic_fetch_add(&writes, 1);
        note(f, 1, at, from, count);
    }
    return code;
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 size) {
    int code = real(f)->pMethods->xTruncate(real(f), size);
    if (code == SQLITE_OK) note(f, 3, size, 0, 0);
    return code;
}
static int f_sync(sqlite3_file *f, int flags) {
    if (atomic_load(&failing) == FAULTY_SYNC) return SQLITE_IOERR_FSYNC;
    int code = real(f)->pMethods->xSync(real(f), flags);
    if (code == SQLITE_OK) {
        atomic_fetch_add(&syncs, 1);
        note(f, 2, 0, 0, 0);
    }
    return code;
}
static int f_size(sqlite3_file *f, sqlite3_int64 *size) { return real(f)->pMethods->xFileSize(real(f), size); }
static int f_lock(sqlite3_file *f, int level) { return real(f)->pMethods->xLock(real(f), level); }
static int f_unlock(sqlite3_file *f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
static int f_reserved(sqlite3_file *f, int *out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
static int f_control(sqlite3_file *f, int op, void *arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
static int f_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int f_characteristics(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int f_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
static int f_shmlock(sqlite3_file *f, int offset, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), offset, n, flags); }
static void f_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int f_unmap(sqlite3_file *f, int delete) { return real(f)->pMethods->xShmUnmap(real(f), delete); }

static const sqlite3_io_methods methods = {
    2, f_close, f_read, f_write, f_truncate, f_sync, f_size, f_lock, f_unlock, f_reserved, f_control, f_sector, f_characteristics,
    f_map, f_shmlock, f_barrier, f_unmap, 0, 0,
};

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    (void)vfs;
    faulty_file *own = (faulty_file *)file;
    own->which = flags & SQLITE_OPEN_MAIN_DB ? 0 : flags & SQLITE_OPEN_WAL ? 1 : 2;
    own->base.pMethods = 0;
    memset(real(file), 0, (size_t)below->szOsFile);
    int code = below->xOpen(below, name, real(file), flags, out);
    if (code == SQLITE_OK) own->base.pMethods = &methods;
    return code;
}

int faulty_register(void) {
    static sqlite3_vfs vfs;
    static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&once);
    int code = SQLITE_OK;
    if (!below) {
        below = sqlite3_vfs_find(0);
        if (below) {
            vfs = *below;
            vfs.zName = "faulty";
            vfs.pNext = 0;
            vfs.szOsFile = (int)sizeof(faulty_file) + below->szOsFile;
            vfs.xOpen = v_open;
            code = sqlite3_vfs_register(&vfs, 0);
        } else {
            code = SQLITE_ERROR;
        }
    }
    pthread_mutex_unlock(&once);
    return code;
}
void faulty_fail(int what) { atomic_store(&failing, what); }
long faulty_syncs(void) { return atomic_load(&syncs); }
long faulty_writes(void) { return atomic_load(&writes); }
void faulty_record(int fd) {
    pthread_mutex_lock(&recording);
    record = fd;
    pthread_mutex_unlock(&recording);
}
