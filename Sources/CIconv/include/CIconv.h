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

/// How often OCTET is among COUNT octets. Counted in octets for a while, so that the compiler can take sixteen or more at once.
static inline size_t martlet_octet_count(const void *bytes, int octet, size_t count) {
    const unsigned char *at = (const unsigned char *)bytes;
    size_t all = 0;
    while (count > 0) {
        size_t part = count < 240 ? count : 240;
        unsigned char found = 0;
        for (size_t index = 0; index < part; index++) found = (unsigned char)(found + (at[index] == (unsigned char)octet));
        all += found;
        at += part;
        count -= part;
    }
    return all;
}

// errno is a macro, which Swift cannot see.
static inline int martlet_errno(void) { return errno; }
