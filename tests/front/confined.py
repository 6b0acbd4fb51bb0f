#!/usr/bin/python3
"""confined.py: runs a program under the system call filter of a systemd unit, without systemd.

confined.py UNIT PROGRAM [ARGUMENT...]

Of the unit: SystemCallFilter, RestrictAddressFamilies, MemoryDenyWriteExecute and NoNewPrivileges. What the
unit answers with an error ends the program here: nothing of it may go unseen. Run by root it gives up all
capabilities first, as the unit does.
"""
import ctypes
import os
import subprocess
import sys

import seccomp

PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 38, 65, 1
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
AF_NETLINK, EAFNOSUPPORT = 16, 97


def settings(unit, name):
	with open(unit) as lines:
		return [line.split("=", 1)[1].strip() for line in lines if line.startswith(name + "=")]


def groups():
	"""Name of a group of calls: what systemd-analyze lists below it."""
	found, name = {}, None
	listed = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True)
	for line in listed.stdout.splitlines():
		if line.startswith("@"):
			name = line.strip()
			found[name] = []
		elif name and line.startswith("    ") and not line.strip().startswith("#"):
			found[name].append(line.strip())
	return found


def expand(names, known):
	calls = set()
	for name in names:
		calls |= expand(known[name], known) if name.startswith("@") else {name}
	return calls


def allowed(unit):
	known, calls = groups(), set()
	for line in settings(unit, "SystemCallFilter"):
		if line.startswith("~"):
			calls -= expand(line[1:].split(), known)
		else:
			calls |= expand(line.split(), known)
	return calls


def confine_sockets(rules, families):
	for family in families:
		rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, FAMILIES[family]))
	if "AF_INET" in families:
		# The C library asks which addresses this machine has, and goes on without an answer.
		rules.add_rule(seccomp.ERRNO(EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.EQ, AF_NETLINK))


def confine(unit):
	libc = ctypes.CDLL(None, use_errno=True)
	rules = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
	for call in allowed(unit):
		try:
			if call == "socket":
				confine_sockets(rules, settings(unit, "RestrictAddressFamilies")[0].split())
			else:
				rules.add_rule(seccomp.ALLOW, call)
		except RuntimeError:
			pass  # a call that this processor does not have
	if os.geteuid() == 0:
		# SQLite gives its files to the owner of the database when root runs it, and only then.
		rules.add_rule(seccomp.ERRNO(1), "fchown")
	libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	if settings(unit, "MemoryDenyWriteExecute") == ["yes"]:
		libc.prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)  # since Linux 6.3
	rules.load()


unit, command = sys.argv[1], sys.argv[2:]
if os.geteuid() == 0 and os.environ.pop("CONFINED", None) is None:
	os.environ["CONFINED"] = "1"
	drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs"]
	os.execvp("setpriv", drop + [sys.executable, *sys.argv])
confine(unit)
os.execv(command[0], command)
