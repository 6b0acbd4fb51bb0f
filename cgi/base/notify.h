/* notify.h: tells the service manager how the process is doing, as sd_notify(3) does, without its
 * library. */
#ifndef PLATEN_BASE_NOTIFY_H
#define PLATEN_BASE_NOTIFY_H

#include <stdint.h>

/* The variables are the manager's protocol and no settings: the one getenv outside of conf/ and front/.
 *
 * Each sends one datagram to the socket that NOTIFY_SOCKET names: "/PATH", or "@NAME" in the abstract
 * namespace. Without that variable nothing happens; a socket that cannot be reached is logged and
 * changes nothing. May wait a second for a manager whose queue is full: for the main thread, not for
 * the loop. Source: systemd's sd_notify(3), whose protocol is declared stable. */

/* It serves; also after notify_reloading(), whether the settings were taken or refused. */
void notify_ready(void);

/* It begins to read its settings again; notify_ready() must follow. */
void notify_reloading(void);

/* It takes no new work any more and ends when what it has is done. */
void notify_stopping(void);

/* Within how many microseconds notify_alive() must be sent again and again, lest the manager takes the
 * process for dead; 0: nobody waits for it. By WATCHDOG_USEC and WATCHDOG_PID. */
int64_t notify_watchdog_us(void);
void notify_alive(void);

#endif
