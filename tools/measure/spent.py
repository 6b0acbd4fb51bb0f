# spent.py: runs a program to its end and prints what it and its children had: processor's time in microseconds, and the
# most memory that one of them had at once in bytes.
import os
import resource
import sys

pid = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
status = os.waitpid(pid, 0)[1]
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(round((used.ru_utime + used.ru_stime) * 1e6), used.ru_maxrss * 1024, file=sys.stderr)
sys.exit(0 if status == 0 else 1)
