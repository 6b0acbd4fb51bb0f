/* notify.h: tells the service manager how the process is doing, as sd_notify(3) does, without its
 * library. */
#ifndef PLATEN_FRONT_NOTIFY_H
#define PLATEN_FRONT_NOTIFY_H

/* Each sends one datagram to the socket that NOTIFY_SOCKET names: "/PATH", or "@NAME" in the abstract
 * namespace. Without that variable nothing happens; a socket that cannot be reached is logged and
 * changes nothing. May wait a second for a manager whose queue is full: for the main thread, not for
 * the loop. Source: systemd's sd_notify(3), whose protocol is declared stable. */

/* It serves; also after notify_reloading(), whether the settings were taken or refused. */
void notify_ready(void);

/* It begins to read its settings again; notify_ready() must follow. */
void notify_reloading(void);

/* It takes no new connections any more and ends when those that it has are done. */
void notify_stopping(void);

#endif
