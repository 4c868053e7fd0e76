// c-ares made callable: asynchronous DNS whose sockets and timers are the caller's. No logic, no
// state.
#ifndef CARES_H
#define CARES_H

#include <ares.h>
#include <netinet/in.h>

#endif
