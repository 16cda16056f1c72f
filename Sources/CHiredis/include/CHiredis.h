// The client library of Redis, as Debian ships it (libhiredis-dev).
#ifndef MARTLET_CHIREDIS_H
#define MARTLET_CHIREDIS_H

#include <hiredis/hiredis.h>

#endif
