// The client library of PostgreSQL, as Debian ships it (libpq-dev).
#ifndef MARTLET_CPOSTGRES_H
#define MARTLET_CPOSTGRES_H

#include <postgresql/libpq-fe.h>

#endif
