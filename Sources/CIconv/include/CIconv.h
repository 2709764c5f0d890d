#pragma once
#include <errno.h>
#include <iconv.h>
#include <stddef.h>
#include <string.h>

// A GNU function that Swift's own headers leave out: substrings in linear time.
void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);

// Where the octet is, counted from `bytes`; `count` where it is not.
static inline size_t martlet_octet_offset(const void *bytes, int octet, size_t count) {
    const char *found = (const char *)memchr(bytes, octet, count);
    return found ? (size_t)(found - (const char *)bytes) : count;
}

// errno is a macro, which Swift cannot see.
static inline int martlet_errno(void) { return errno; }
