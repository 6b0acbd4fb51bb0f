/* password_gate.h: who may compute a password's hash now: each takes 19 MiB. Internal to crypt/. */
#ifndef PLATEN_CRYPT_PASSWORD_GATE_H
#define PLATEN_CRYPT_PASSWORD_GATE_H

#include "base/err.h"

/* Readers are anybody: what they may take leaves a place for those who sign in. */
enum gate_who { GATE_PEOPLE, GATE_READERS, GATE_WHO__MAX };

/* Waits for a place, which gate_leave() gives back. RC_BUSY: too many are waiting. Any thread. */
NODISCARD enum rc gate_enter(enum gate_who who, struct err *err);
void gate_leave(enum gate_who who);

#endif
