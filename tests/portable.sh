#!/usr/bin/env bash
# portable.sh — what is built on macOS and the BSDs asks for nothing that is Linux's alone.
#
# Its sources include headers of POSIX, those that the BSDs and macOS share, and
# the libraries'; they name none of Linux's extensions. The program that is linked
# of them, on Linux, calls nothing else. A planted violation of each kind shows first
# that the rules fire.
set -eu
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
PORTABLE=$(dirname "$TCPLAB")/tcplab-portable
KEEPER=$(dirname "$TCPLAB")/tcplab-keeper
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

headers='assert.h ctype.h errno.h float.h inttypes.h limits.h locale.h math.h signal.h stdalign.h
stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h time.h
arpa/inet.h dirent.h dlfcn.h fcntl.h net/if.h netdb.h netinet/in.h poll.h pthread.h strings.h
sys/mman.h sys/select.h sys/socket.h sys/stat.h sys/types.h sys/un.h sys/wait.h unistd.h
ifaddrs.h grp.h pwd.h net/if_arp.h net/if_dl.h sys/ioctl.h sys/random.h
immintrin.h cairo-ft.h cairo-pdf.h cairo.h cjson/cJSON.h curl/curl.h fontconfig/fontconfig.h
microhttpd.h nettle/cmac.h nettle/hmac.h nettle/md5.h nettle/memops.h pango/pangocairo.h
pcap/pcap.h SDL.h'

# Of <sys/socket.h> and its like, what POSIX of 2008 and the BSDs have not.
linux='_GNU_SOURCE|SOCK_CLOEXEC|SOCK_NONBLOCK|MSG_NOSIGNAL|MSG_CMSG_CLOEXEC|AF_PACKET|AF_NETLINK
SO_PEERCRED|SO_BINDTODEVICE|SO_ATTACH_FILTER|CLOCK_BOOTTIME|CLOCK_MONOTONIC_RAW|eventfd|epoll_[a-z]*
signalfd|timerfd_[a-z]*|accept4|pipe2|dup3|ppoll|memfd_create|prctl|unshare|setns|sigtimedwait
pthread_condattr_setclock|pthread_timedjoin_np|getrandom|strchrnul|memrchr|rawmemchr|asprintf
canonicalize_file_name|secure_getenv|program_invocation_name|qsort_r|once_flag|call_once|thrd_[a-z]*'
linux=$(tr '\n' '|' <<<"$linux" | sed 's/|$//')

# What the program calls: POSIX, getifaddrs(), memmem() and strsep() of the BSDs, libpcap, cJSON, Nettle.
calls='abort access atan2 calloc clock_gettime close connect dlerror dlopen dlsym dup dup2 execv exit fclose
fcntl fdopen feof ferror fflush fileno fmax fmemopen fmin fopen fork fprintf fputc fputs fread free
freeaddrinfo freeifaddrs fseek fseeko fstat ftell ftello
ftruncate fwrite gai_strerror getaddrinfo getentropy
getenv geteuid getifaddrs getpwnam getsockname hypot if_freenameindex if_indextoname if_nameindex if_nametoindex
inet_ntop inet_pton ioctl isatty lround lseek malloc memchr memcmp memcpy memmem memmove memset
mmap munmap nanosleep open open_memstream pipe poll pow printf pselect puts qsort read realloc realpath recv round
scandir send sendto setsockopt shutdown sigaction sigaddset sigemptyset sigfillset sigismember
signal sigpending sigwait sin cos snprintf setgid setgroups setsid setuid socket
socketpair sscanf stat stpcpy strcasecmp strcat
strchr strcmp strcpy strcspn strdup strerror strlen strncasecmp strncmp strncpy strndup strnlen
strpbrk strrchr strsep strspn strstr strtod strtok_r strtol strtoll strtoul strtoull sysconf
tmpfile tolower vsnprintf waitpid write'
# gcc makes one call of sin() and cos(); memory.c asks for madvise() where Linux has it.
gccs='sincos madvise'

# Lines of code, without comments, as "FILE: text". Few files come so far.
code() {
	for file; do
		gcc -fpreprocessed -dD -E -P "$file" 2>/dev/null | sed "s|^|$file: |"
	done
}

asks_for() { # SOURCE…: what it should not
	local names

	grep -Hno '#include <[^>]*>' "$@" | while IFS='<' read -r where header; do
		[[ " ${headers//$'\n'/ } " == *" ${header%>} "* ]] ||
			echo "${where%:*}: <${header%>} is not where there is no Linux"
	done
	# These know the names of scripts; what they call is looked at below.
	read -ra names <<<"$(grep -lwE "$linux|\"/(proc|sys)/.*" "$@" | grep -vE '^sim/(script|machine|drill)/' | tr '\n' ' ')"
	code "${names[@]}" | grep -wE "$linux|\"/(proc|sys)/.*" | sed 's/$/   ← is Linux alone/' || :
}

cat >"$scratch/planted.c" <<'END'
#include <stdio.h>
#include <sys/epoll.h> /* ! */
/* SOCK_CLOEXEC and /proc/self in a comment are nobody's business. */
int one = SOCK_CLOEXEC; /* ! */
const char *two = "/proc/self/exe"; /* ! */
const char *three = "/system";
END
found=$(asks_for "$scratch/planted.c" | wc -l)
[ "$found" -eq "$(grep -c '/\* ! \*/' "$scratch/planted.c")" ] || {
	echo 'portable.sh is broken: of what is planted it finds'
	asks_for "$scratch/planted.c"
	exit 1
}

cd "$TOP"
read -ra sources <<<"$(make -s SYSTEM=portable sources)"
asks_for "${sources[@]}" sim/*/*.h viz/*.h >"$scratch/found"
nm -u "$PORTABLE" "$KEEPER" | awk 'NF == 2 { sub(/@.*/, "", $2); print $2 }' |
	sed -E 's/^__isoc99_//' |
	grep -vE '^(_|nettle_|cJSON_|pcap_|pthread_)' | grep -vwE "$(tr -s ' \n' '||' <<<"$calls $gccs" | sed 's/|$//')" |
	sed "s/$/ is called, which is not where there is no Linux/" >>"$scratch/found" || :
if [ -s "$scratch/found" ]; then
	sort -u "$scratch/found"
	exit 1
fi
[ "${#sources[@]}" -gt 300 ] || { echo 'hardly any sources were looked at'; exit 1; }
for file in sim/live/gate_pcap.c sim/live/route_portable.c; do
	[[ " ${sources[*]} " == *" $file "* ]] || { echo "$file is not among the sources"; exit 1; }
done
echo "${#sources[@]} files of what macOS and the BSDs get ask for nothing of Linux alone"
