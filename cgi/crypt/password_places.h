/* password_places.h: places that processes share, as locks on the bytes of a file. Internal to crypt/.
 *
 * Plain CGI has a process for each request: what bounds the threads of one bounds nothing there. A lock is gone with the
 * process that holds it, however that ends. */
#ifndef PLATEN_CRYPT_PASSWORD_PLACES_H
#define PLATEN_CRYPT_PASSWORD_PLACES_H

#include "crypt/password_gate.h"

/* Takes a place, kept until places_give(*fd). Nothing is shared: *fd is -1. Codes of gate_enter(). */
NODISCARD enum rc places_take(enum gate_who who, int *fd, struct err *err);
void places_give(int fd);

#endif
