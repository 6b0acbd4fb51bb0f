/* box_confine.c: a helper program gives up what computing does not need. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <seccomp.h>

#include "base/box.h"

/* Sanitizers need their address space and files of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer))
#else
#define SANITIZED 0
#endif

static enum rc limit(__rlimit_resource_t what, rlim_t most, struct err *err)
{
	struct rlimit value;
	if (getrlimit(what, &value) == 0 && value.rlim_max < most)
		most = value.rlim_max;
	value = (struct rlimit){ most, most };
	return setrlimit(what, &value) == 0 ? RC_OK : err_sys(err, RC_IO, errno, "cannot set a limit");
}

static enum rc limits(const struct box_limits *l, struct err *err)
{
	struct rlimit cpu = { (rlim_t)l->cpu_s, (rlim_t)l->cpu_s + 1 }; /* SIGXCPU tells it apart from other kills */
	enum rc rc = setrlimit(RLIMIT_CPU, &cpu) == 0 ? RC_OK : err_sys(err, RC_IO, errno, "cannot set a limit");
	if (rc == RC_OK)
		rc = limit(RLIMIT_FSIZE, (rlim_t)l->file_b, err);
	if (rc == RC_OK)
		rc = limit(RLIMIT_CORE, 0, err);
	if (rc == RC_OK && !SANITIZED)
		rc = limit(RLIMIT_AS, (rlim_t)l->memory_b, err);
	return rc;
}

#if !SANITIZED
/* Threads, memory, time and the descriptors that are open. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(writev),
	SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(close), SCMP_SYS(ftruncate),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
	SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler), SCMP_SYS(membarrier), SCMP_SYS(gettid), SCMP_SYS(getpid),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom), SCMP_SYS(sysinfo),
	SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* Libraries ask these and can do without: they fail instead of killing. clone3 cannot be looked into;
 * the C library then takes clone. */
static const struct { int call, errnum; } refused[] = {
	{ SCMP_SYS(open), EACCES }, { SCMP_SYS(openat), EACCES }, { SCMP_SYS(access), EACCES },
	{ SCMP_SYS(stat), EACCES }, { SCMP_SYS(readlink), EACCES }, { SCMP_SYS(readlinkat), EACCES },
	{ SCMP_SYS(clone3), ENOSYS }, { SCMP_SYS(prctl), EPERM }, { SCMP_SYS(ioctl), ENOTTY },
	{ SCMP_SYS(prlimit64), EPERM }, { SCMP_SYS(getrlimit), EPERM }, { SCMP_SYS(mbind), EPERM },
	{ SCMP_SYS(get_mempolicy), EPERM }, { SCMP_SYS(set_mempolicy), EPERM }, { SCMP_SYS(uname), EPERM },
	{ SCMP_SYS(sched_setaffinity), EPERM }, { SCMP_SYS(sched_setscheduler), EPERM }, { SCMP_SYS(fcntl), EPERM },
};

static bool fill(scmp_filter_ctx filter)
{
	bool done = true;
	for (size_t i = 0; i < COUNT_OF(allowed); i++)
		done = done && seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		done = done && seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)refused[i].errnum), refused[i].call, 0) == 0;
	/* A thread, no process. No memory becomes runnable. Of files only what is open. Signals to itself. */
	const struct { int call; struct scmp_arg_cmp when; } some[] = {
		{ SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD) },
		{ SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
		{ SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
		{ SCMP_SYS(newfstatat), SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0) },
		{ SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0) },
	};
	for (size_t i = 0; i < COUNT_OF(some); i++)
		done = done && seccomp_rule_add(filter, SCMP_ACT_ALLOW, some[i].call, 1, some[i].when) == 0;
	return done;
}

static enum rc calls(struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool done = filter && fill(filter) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return done ? RC_OK : err_set(err, RC_UNSUPPORTED, "the kernel lets no program confine itself (seccomp)");
}
#endif

enum rc box_confine(const struct box_limits *l, struct err *err)
{
	enum rc rc = limits(l, err);
	if (rc == RC_OK && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0))
		rc = err_sys(err, RC_IO, errno, "cannot give up privileges");
#if !SANITIZED
	if (rc == RC_OK)
		rc = calls(err);
#endif
	return rc;
}
