// A c-ares channel that is driven from one queue: its sockets are in one epoll descriptor, answers are taken one by one. No callbacks reach Swift.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct martlet_ares martlet_ares;
/// One question answered: OCTETS are NULL where there is no answer, and STATUS says why (ARES_*). Freed with martlet_ares_answer_free.
typedef struct martlet_ares_answer {
    struct martlet_ares_answer *next;
    uint64_t ticket;
    int status;
    size_t length;
    uint8_t octets[];
} martlet_ares_answer;

/// SERVERS: "127.0.0.1:5353,[::1]:53", or NULL for /etc/resolv.conf. TIMEOUT in milliseconds is that of the first try and doubles with each round.
/// NULL with an ARES_* status.
martlet_ares *martlet_ares_new(const char *servers, int timeout, int tries, int *status);
void martlet_ares_free(martlet_ares *resolver);
/// The epoll descriptor: readable when something is to be done.
int martlet_ares_descriptor(const martlet_ares *resolver);
/// 1 when all servers are on this machine.
int martlet_ares_is_loopback(const martlet_ares *resolver);
/// Sends a whole query; its answer comes under TICKET, perhaps at once. 0, or -1 without memory.
int martlet_ares_send(martlet_ares *resolver, uint64_t ticket, const uint8_t *octets, size_t length);
/// Reads and writes what is ready, and lets time-outs happen.
void martlet_ares_process(martlet_ares *resolver);
/// The next answer, or NULL.
martlet_ares_answer *martlet_ares_take(martlet_ares *resolver);
void martlet_ares_answer_free(martlet_ares_answer *answer);
/// Milliseconds until time-outs are due, -1 when nothing waits.
int64_t martlet_ares_wait(const martlet_ares *resolver);
const char *martlet_ares_words(int status);
/// The octets of an answer: Swift does not see a flexible array.
const uint8_t *martlet_ares_octets(const martlet_ares_answer *answer);
