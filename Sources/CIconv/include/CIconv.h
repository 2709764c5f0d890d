#pragma once
#include <errno.h>
#include <iconv.h>
#include <stddef.h>

// A GNU function that Swift's own headers leave out: substrings in linear time.
void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);
