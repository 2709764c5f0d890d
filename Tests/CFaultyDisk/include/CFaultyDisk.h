#pragma once
/// A disk for tests, as a VFS of SQLite named "faulty": it fails when told to, counts syncs, and writes down everything that is written.

enum { FAULTY_NOTHING = 0, FAULTY_SYNC = 1, FAULTY_WRITE = 2, FAULTY_FULL = 3 };

/// Makes the VFS known to SQLite; 0 when it is.
int faulty_register(void);
/// What fails from now on, for every file of the VFS.
void faulty_fail(int what);
/// Syncs that have returned well.
long faulty_syncs(void);
/// Writes to any of its files that went well.
long faulty_writes(void);
/// Writes every write, truncation and sync to the descriptor FD from now on; -1 ends it.
void faulty_record(int fd);

/// One record; LENGTH octets follow where KIND is 1.
struct faulty_entry {
    unsigned int kind;    // 1 write, 2 sync, 3 truncation to OFFSET
    unsigned int file;    // 0 the database, 1 its log
    long long offset;
    long long length;
};
