#pragma once
#include <stddef.h>
#include <stdint.h>

// What Swift's own vectors cannot do: comparisons of octets whose results stay in vectors (Swift 6.3 takes masks apart). No pointer is kept; nothing
// beyond the counts is read or written. Chosen for the processor when the program is loaded.

/// Copies, and says whether all of it is ASCII that XML can hold (no control but TAB, LF, CR). COUNT is 32 or more.
int martlet_copy_plain(const uint8_t *from, size_t count, uint8_t *to);
/// Whether the octets are UTF-8 that XML can hold: no overlong form, no surrogate, nothing above U+10FFFF, no control but TAB, LF and CR, not U+FFFE
/// nor U+FFFF (RFC 3629 §4; XML 1.0 §2.2). Any COUNT.
int martlet_is_xml_text(const uint8_t *text, size_t count);
