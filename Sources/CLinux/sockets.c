// Sockets: what takes pointers to address structures is done here, so that Swift sees numbers and text alone.
#define _GNU_SOURCE
#include "CLinux.h"
#include <sys/stat.h>
#include <string.h>

static int close_keeping_errno(int fd) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int listen_on(int family, const struct sockaddr *address, socklen_t length, int both, int backlog) {
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int one = 1, zero = 0;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0) return close_keeping_errno(fd);
    if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, both ? &zero : &one, sizeof one) != 0) return close_keeping_errno(fd);
    if (bind(fd, address, length) != 0 || listen(fd, backlog) != 0) return close_keeping_errno(fd);
    return fd;
}

int martlet_listen_tcp(const char *host, int port, int backlog) {
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_ANY) };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = IN6ADDR_ANY_INIT };
    if (host == NULL || host[0] == 0) {
        int fd = listen_on(AF_INET6, (struct sockaddr *)&six, sizeof six, 1, backlog);
        if (fd >= 0 || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)) return fd;
        return listen_on(AF_INET, (struct sockaddr *)&four, sizeof four, 0, backlog);
    }
    if (inet_pton(AF_INET, host, &four.sin_addr) == 1) return listen_on(AF_INET, (struct sockaddr *)&four, sizeof four, 0, backlog);
    if (inet_pton(AF_INET6, host, &six.sin6_addr) == 1) return listen_on(AF_INET6, (struct sockaddr *)&six, sizeof six, 0, backlog);
    errno = EINVAL;
    return -1;
}

int martlet_listen_unix(const char *path, int backlog) {
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof name.sun_path) { errno = ENAMETOOLONG; return -1; }
    memcpy(name.sun_path, path, length + 1);
    struct stat there;
    if (lstat(path, &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) { errno = EEXIST; return -1; }
        int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (probe < 0) return -1;
        int answer = connect(probe, (struct sockaddr *)&name, sizeof name), error = errno;
        close(probe);
        if (answer == 0 || error == EAGAIN) { errno = EADDRINUSE; return -1; }
        if (error == ECONNREFUSED && unlink(path) != 0) return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    // On Linux the file made by bind takes the mode of the unbound socket: there is no moment at which others may connect.
    if (fchmod(fd, 0600) != 0 || bind(fd, (struct sockaddr *)&name, sizeof name) != 0 || chmod(path, 0600) != 0 || listen(fd, backlog) != 0)
        return close_keeping_errno(fd);
    return fd;
}

int martlet_accept(int fd, char *address, int *port) {
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    memset(&from, 0, sizeof from);
    address[0] = 0;
    *port = 0;
    int taken = accept4(fd, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (taken < 0) return -1;
    if (from.ss_family == AF_INET) {
        struct sockaddr_in *four = (struct sockaddr_in *)&from;
        inet_ntop(AF_INET, &four->sin_addr, address, 64);
        *port = ntohs(four->sin_port);
    } else if (from.ss_family == AF_INET6) {
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)&from;
        if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], address, 64);
        else inet_ntop(AF_INET6, &six->sin6_addr, address, 64);
        *port = ntohs(six->sin6_port);
    }
    if (from.ss_family != AF_UNIX) {
        int one = 1;
        (void)setsockopt(taken, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    return taken;
}

/// Parses a numeric address; 0 when it is none.
static socklen_t parse_address(const char *host, int port, struct sockaddr_storage *into) {
    memset(into, 0, sizeof *into);
    struct sockaddr_in *four = (struct sockaddr_in *)into;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)into;
    if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        return sizeof *four;
    }
    if (inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)port);
        return sizeof *six;
    }
    return 0;
}

static int begin_to_connect(int fd, const struct sockaddr *address, socklen_t length) {
    if (connect(fd, address, length) == 0 || errno == EINPROGRESS || errno == EINTR) return fd;
    return close_keeping_errno(fd);
}

int martlet_connect_tcp(const char *host, int port, const char *source) {
    struct sockaddr_storage to, from;
    socklen_t length = parse_address(host, port, &to), source_length = source == NULL ? 0 : parse_address(source, 0, &from);
    if (length == 0 || (source != NULL && (source_length == 0 || from.ss_family != to.ss_family))) { errno = EINVAL; return -1; }
    int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int one = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (source != NULL) {
        // The port is chosen when the other end is known, so that many connections may share it. (ip(7))
        (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(fd, (struct sockaddr *)&from, source_length) != 0) return close_keeping_errno(fd);
    }
    return begin_to_connect(fd, (struct sockaddr *)&to, length);
}

int martlet_connect_unix(const char *path) {
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof name.sun_path) { errno = ENAMETOOLONG; return -1; }
    memcpy(name.sun_path, path, length + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1 : begin_to_connect(fd, (struct sockaddr *)&name, sizeof name);
}

int martlet_socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

int martlet_local_port(int fd) {
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    if (getsockname(fd, (struct sockaddr *)&name, &length) != 0) return 0;
    if (name.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&name)->sin_port);
    if (name.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&name)->sin6_port);
    return 0;
}

int martlet_is_listening(int fd) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0;
}

int martlet_set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return -1;
    int descriptor = fcntl(fd, F_GETFD);
    return descriptor < 0 ? -1 : fcntl(fd, F_SETFD, descriptor | FD_CLOEXEC);
}
