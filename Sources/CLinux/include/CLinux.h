#pragma once
// Without _GNU_SOURCE here: Swift sees the same system types through Glibc and the other C modules, and they must be the same everywhere.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/resource.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>
#include <errno.h>
#include <malloc.h>
/// accept4 is a GNU extension that Swift's Glibc does not show.
int martlet_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
/// The peer's user id on a unix socket (SO_PEERCRED), or -1.
int martlet_peer_uid(int fd);
/// An unlinked file in DIR, or -1 with errno (O_TMPFILE, else mkstemp and unlink).
int martlet_unlinked_file(const char *directory);
