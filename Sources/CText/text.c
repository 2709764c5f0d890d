#include "CText.h"
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

enum { WIDTH = 32 };
typedef int8_t vector __attribute__((vector_size(WIDTH)));
typedef uint8_t octets __attribute__((vector_size(WIDTH)));
typedef uint64_t words __attribute__((vector_size(WIDTH)));

#define LOAD(at) ({ octets loaded; memcpy(&loaded, (at), WIDTH); loaded; })
#define WHITE(x) (((x) == 9) | ((x) == 10) | ((x) == 13))
// Above ASCII (negative) or a control that XML cannot hold: all bits of its octet.
#define ODD(x) (((vector)(x) < 32) & ~WHITE(x))
#define ANY(v) ({ words w = (words)(v); (w[0] | w[1] | w[2] | w[3]) != 0; })

FOR_EACH_PROCESSOR
int martlet_copy_plain(const uint8_t *from, size_t count, uint8_t *to) {
    vector odd = {0};
    size_t place = 0;
    for (; place + WIDTH <= count; place += WIDTH) {
        octets x = LOAD(from + place);
        memcpy(to + place, &x, WIDTH);
        odd |= ODD(x);
    }
    if (place < count) {
        // The last ones again, together with some that were already copied.
        octets x = LOAD(from + count - WIDTH);
        memcpy(to + count - WIDTH, &x, WIDTH);
        odd |= ODD(x);
    }
    return !ANY(odd);
}

// What is wrong with the octets X, whose predecessors by one, two and three places are A, B and C. (RFC 3629 §4)
#define WRONG(x, a, b, c) ( \
    (((x) & 0xC0) == 0x80) ^ (((a) >= 0xC0) | ((b) >= 0xE0) | ((c) >= 0xF0)) \
    | ((x) >= 0xF5) | (((x) & 0xFE) == 0xC0) \
    | (((a) == 0xE0) & ((x) < 0xA0)) | (((a) == 0xED) & ((x) >= 0xA0)) \
    | (((a) == 0xF0) & ((x) < 0x90)) | (((a) == 0xF4) & ((x) >= 0x90)) \
    | (((b) == 0xEF) & ((a) == 0xBF) & ((x) >= 0xBE)) \
    | (((x) < 32) & ~WHITE(x)))

FOR_EACH_PROCESSOR
int martlet_is_xml_text(const uint8_t *text, size_t count) {
    vector wrong = {0};
    // Blanks before and behind, so that each octet has three before it, and a sequence that breaks off meets one that does not go on.
    uint8_t edge[3 + WIDTH];
    memset(edge, ' ', sizeof edge);
    size_t place = count < WIDTH ? count : WIDTH;
    memcpy(edge + 3, text, place);
    wrong |= WRONG(LOAD(edge + 3), LOAD(edge + 2), LOAD(edge + 1), LOAD(edge));
    if (place < WIDTH) return !ANY(wrong);
    for (; place + WIDTH <= count; place += WIDTH) {
        octets x = LOAD(text + place);
        wrong |= WRONG(x, LOAD(text + place - 1), LOAD(text + place - 2), LOAD(text + place - 3));
    }
    memset(edge, ' ', sizeof edge);
    memcpy(edge, text + place - 3, 3 + count - place);
    wrong |= WRONG(LOAD(edge + 3), LOAD(edge + 2), LOAD(edge + 1), LOAD(edge));
    return !ANY(wrong);
}
