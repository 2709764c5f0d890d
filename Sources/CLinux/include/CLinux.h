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
/// The peer's user id on a unix socket (SO_PEERCRED), or -1.
int martlet_peer_uid(int fd);
/// An unlinked file in DIR, or -1 with errno (O_TMPFILE, else mkstemp and unlink).
int martlet_unlinked_file(const char *directory);

/// A listening TCP socket (non-blocking, close-on-exec, SO_REUSEADDR), or -1 with errno. HOST is a numeric address; NULL or "" means every
/// address of both families, with IPv4 alone where there is no IPv6.
int martlet_listen_tcp(const char *host, int port, int backlog);
/// A listening unix socket with mode 0600 from its first moment, or -1 with errno. A socket file nobody listens on any more is replaced.
int martlet_listen_unix(const char *path, int backlog);
/// One waiting connection, non-blocking and close-on-exec, or -1 with errno. ADDRESS (at least 64 bytes) gets the peer's numeric address, "" for a
/// unix socket; IPv4 that came over IPv6 is written as IPv4.
int martlet_accept(int fd, char *address, int *port);
/// A TCP connection that is being made (non-blocking, close-on-exec), or -1 with errno. HOST and SOURCE are numeric addresses; SOURCE may be NULL.
int martlet_connect_tcp(const char *host, int port, const char *source);
/// The same to a unix socket.
int martlet_connect_unix(const char *path);
/// What has become of it: 0, or the errno of the failure.
int martlet_socket_error(int fd);
/// The port a socket is bound to; 0 for a unix socket.
int martlet_local_port(int fd);
/// 1 when FD is a socket that listens.
int martlet_is_listening(int fd);
/// Makes a socket that was handed to us non-blocking and close-on-exec; -1 with errno.
int martlet_set_nonblocking(int fd);
