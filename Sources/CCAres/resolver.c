// The channel, its sockets in an epoll descriptor, and the list of answers. Used from one queue alone.
#include "martlet_ares.h"
#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

struct martlet_ares {
    ares_channel channel;
    int epoll;
    martlet_ares_answer *first, **last;
};
typedef struct { martlet_ares *resolver; uint64_t ticket; } question;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void begin(void) { (void)ares_library_init(ARES_LIB_INIT_ALL); }

/// c-ares tells what it wants to know of a socket; both 0 before it closes it.
static void socket_changed(void *data, ares_socket_t fd, int readable, int writable) {
    martlet_ares *resolver = data;
    struct epoll_event event = { .events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u), .data.fd = fd };
    if (!readable && !writable) (void)epoll_ctl(resolver->epoll, EPOLL_CTL_DEL, fd, &event);
    else if (epoll_ctl(resolver->epoll, EPOLL_CTL_MOD, fd, &event) != 0) (void)epoll_ctl(resolver->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void answered(void *data, int status, int timeouts, unsigned char *octets, int length) {
    (void)timeouts;
    question *asked = data;
    martlet_ares *resolver = asked->resolver;
    size_t count = octets == NULL || length < 0 ? 0 : (size_t)length;
    martlet_ares_answer *answer = malloc(sizeof *answer + count);
    if (answer != NULL) {
        answer->next = NULL;
        answer->ticket = asked->ticket;
        answer->status = status == ARES_SUCCESS && count == 0 ? ARES_EBADRESP : status;
        answer->length = count;
        if (count > 0) memcpy(answer->octets, octets, count);
        *resolver->last = answer;
        resolver->last = &answer->next;
    }
    free(asked);
}

static int open_channel(martlet_ares *resolver, const char *servers, int timeout, int tries, int flags) {
    struct ares_options options = { .flags = flags, .timeout = timeout, .tries = tries, .sock_state_cb = socket_changed, .sock_state_cb_data = resolver };
    int status = ares_init_options(&resolver->channel, &options, ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS || servers == NULL) return status;
    status = ares_set_servers_ports_csv(resolver->channel, servers);
    if (status != ARES_SUCCESS) ares_destroy(resolver->channel);
    return status;
}

static int count_servers(const martlet_ares *resolver) {
    struct ares_addr_port_node *all = NULL;
    int count = 0;
    if (ares_get_servers_ports(resolver->channel, &all) != ARES_SUCCESS) return 0;
    for (struct ares_addr_port_node *one = all; one != NULL; one = one->next) count++;
    ares_free_data(all);
    return count;
}

martlet_ares *martlet_ares_new(const char *servers, int timeout, int tries, int *status) {
    pthread_once(&once, begin);
    martlet_ares *resolver = calloc(1, sizeof *resolver);
    *status = ARES_ENOMEM;
    if (resolver == NULL) return NULL;
    resolver->last = &resolver->first;
    resolver->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (resolver->epoll < 0) { free(resolver); return NULL; }
    *status = open_channel(resolver, servers, timeout, tries, 0);
    if (*status == ARES_SUCCESS && count_servers(resolver) == 1) {
        // One server: what it says is what there is. Of several, c-ares asks the next where one fails, and forgets why it failed.
        ares_destroy(resolver->channel);
        *status = open_channel(resolver, servers, timeout, tries, ARES_FLAG_NOCHECKRESP);
    }
    if (*status == ARES_SUCCESS) return resolver;
    close(resolver->epoll);
    free(resolver);
    return NULL;
}

void martlet_ares_free(martlet_ares *resolver) {
    if (resolver == NULL) return;
    ares_destroy(resolver->channel);
    martlet_ares_answer *answer;
    while ((answer = martlet_ares_take(resolver)) != NULL) free(answer);
    close(resolver->epoll);
    free(resolver);
}

int martlet_ares_descriptor(const martlet_ares *resolver) { return resolver->epoll; }

int martlet_ares_is_loopback(const martlet_ares *resolver) {
    struct ares_addr_port_node *all = NULL;
    if (ares_get_servers_ports(resolver->channel, &all) != ARES_SUCCESS) return 0;
    int is_loopback = all != NULL;
    for (struct ares_addr_port_node *one = all; one != NULL; one = one->next) {
        if (one->family == AF_INET) is_loopback &= (ntohl(one->addr.addr4.s_addr) >> 24) == 127;
        else if (one->family == AF_INET6) is_loopback &= memcmp(&one->addr.addr6, &in6addr_loopback, sizeof in6addr_loopback) == 0;
        else is_loopback = 0;
    }
    ares_free_data(all);
    return is_loopback;
}

int martlet_ares_send(martlet_ares *resolver, uint64_t ticket, const uint8_t *octets, size_t length) {
    question *asked = malloc(sizeof *asked);
    if (asked == NULL) return -1;
    *asked = (question){ resolver, ticket };
    ares_send(resolver->channel, octets, (int)length, answered, asked);
    return 0;
}

void martlet_ares_process(martlet_ares *resolver) {
    struct epoll_event events[64];
    // A socket that c-ares closes on the way may be named again in the same batch: it finds no server of that number then.
    for (int rounds = 0; rounds < 16; rounds++) {
        int count = epoll_wait(resolver->epoll, events, 64, 0);
        if (count <= 0) break;
        for (int i = 0; i < count; i++) {
            uint32_t what = events[i].events;
            ares_process_fd(resolver->channel, what & (EPOLLIN | EPOLLERR | EPOLLHUP) ? events[i].data.fd : ARES_SOCKET_BAD,
                            what & EPOLLOUT ? events[i].data.fd : ARES_SOCKET_BAD);
        }
    }
    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

martlet_ares_answer *martlet_ares_take(martlet_ares *resolver) {
    martlet_ares_answer *answer = resolver->first;
    if (answer == NULL) return NULL;
    resolver->first = answer->next;
    if (resolver->first == NULL) resolver->last = &resolver->first;
    return answer;
}
void martlet_ares_answer_free(martlet_ares_answer *answer) { free(answer); }

int64_t martlet_ares_wait(const martlet_ares *resolver) {
    struct timeval left;
    if (ares_timeout(resolver->channel, NULL, &left) == NULL) return -1;
    return (int64_t)left.tv_sec * 1000 + (left.tv_usec + 999) / 1000;
}

const char *martlet_ares_words(int status) { return ares_strerror(status); }
const uint8_t *martlet_ares_octets(const martlet_ares_answer *answer) { return answer->octets; }
