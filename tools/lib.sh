# lib.sh: what tools/up, tools/check and tools/bench share. Sourced by bash; expects `set -eu`.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian 12 packages, by what needs them.
build_packages="gcc g++ make autoconf automake pkg-config libfcgi-dev libsqlite3-dev libcmark-gfm-dev
	libcmark-gfm-extensions-dev libctemplate-dev libssl-dev libargon2-dev zlib1g-dev libbrotli-dev
	libjansson-dev libyaml-dev libcmocka-dev libcurl4-openssl-dev tzdata
	libgd-dev liblcms2-dev libjpeg-dev libseccomp-dev"
check_packages="clang libclang-rt-14-dev llvm libcmark-dev nginx-light lighttpd lighttpd-mod-openssl caddy fcgiwrap spawn-fcgi
	systemd python3-seccomp openssl curl chromium libvips-tools imagemagick libimage-exiftool-perl libheif-examples fonts-dejavu-core
	openjdk-17-jre-headless libxml2-utils jing python3 python3-feedparser xz-utils groff man-db ceph-mon ceph-osd radosgw awscli"
node_packages="nodejs npm"

say() { printf '%s\n' "$*" >&2; }
fail() { say "$(basename "$0"): $*"; exit 1; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"
	elif command -v sudo >/dev/null; then sudo -n "$@" 2>/dev/null || sudo "$@"
	else fail "cannot install packages: neither root nor sudo. Missing: $*"
	fi
}

package_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs what is missing of the named packages. Daemons that come with them are not started:
# whatever Platen needs of them it runs itself, as the calling user, with its own configuration.
need_packages() {
	local missing=() name policy=/usr/sbin/policy-rc.d made=0
	for name in "$@"; do package_installed "$name" || missing+=("$name"); done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing: ${missing[*]}"
	as_root apt-get -qq update >/dev/null || true
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
		as_root chmod 755 $policy
		made=1
	fi
	local status=0
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		"${missing[@]}" >"${TMPDIR:-/tmp}/platen-apt-$$.log" 2>&1 || status=$?
	[ $made = 0 ] || as_root rm -f $policy
	if [ $status != 0 ]; then
		tail -n 20 "${TMPDIR:-/tmp}/platen-apt-$$.log" >&2
		fail "apt-get could not install: ${missing[*]}"
	fi
	rm -f "${TMPDIR:-/tmp}/platen-apt-$$.log"
}

# Node 18 or newer with npm, from wherever it is; Debian's when there is none.
need_node() {
	command -v node >/dev/null && command -v npm >/dev/null || need_packages $node_packages
}

# configure_build DIR [CONFIGURE ARGUMENTS]: configures once; again when the arguments change.
configure_build() {
	local dir=$1
	shift
	mkdir -p "$dir" "$top/build"
	(
		flock 9
		if [ ! -x "$top/configure" ] || [ "$top/configure.ac" -nt "$top/configure" ] ||
			[ "$top/Makefile.am" -nt "$top/Makefile.in" ]; then
			(cd "$top" && autoreconf -fi) >"$dir/autoreconf.log" 2>&1 ||
				{ cat "$dir/autoreconf.log" >&2; exit 1; }
		fi
	) 9>"$top/build/.autoreconf.lock" || fail "autoreconf failed"
	if [ ! -f "$dir/Makefile" ] || [ "$(cat "$dir/.configured" 2>/dev/null)" != "$*" ]; then
		(cd "$dir" && "$top/configure" "$@") >"$dir/configure.log" 2>&1 ||
			{ tail -n 20 "$dir/configure.log" >&2; fail "configure failed in $dir"; }
		printf '%s' "$*" >"$dir/.configured"
	fi
}

# free_port [FIRST]: a TCP port of the loopback address that nobody listens on.
free_port() {
	local port=${1:-18080}
	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
	echo "$port"
}
