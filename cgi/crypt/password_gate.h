/* password_gate.h: who may compute a password's hash now: each takes 19 MiB. Internal to crypt/. */
#ifndef PLATEN_CRYPT_PASSWORD_GATE_H
#define PLATEN_CRYPT_PASSWORD_GATE_H

#include "base/err.h"

/* Readers are anybody: what they may take leaves a place for those who sign in. */
enum gate_who { GATE_PEOPLE, GATE_READERS, GATE_WHO__MAX };

struct gate_limit {
	int at_once, waiting_max;
};
extern const struct gate_limit gate_limits[GATE_WHO__MAX];

struct gate_pass {
	enum gate_who who;
	int fd;             /* of password_places.h */
};

/* Waits for a place, which gate_leave() gives back: among the threads of this process, and then among the processes that
 * password_share() names. RC_BUSY: too many are waiting, or no place came free in time; RC_IO, RC_NOSPACE, RC_READONLY:
 * the file that they share. Any thread. */
NODISCARD enum rc gate_enter(enum gate_who who, struct gate_pass *pass, struct err *err);
void gate_leave(struct gate_pass *pass);

#endif
