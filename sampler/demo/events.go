package demo

import (
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// Types of events. Every payload begins with the time in ns, the type and a pid:
//
//	exec  u64 time, u32 type, u32 pid, u32 ppid, u32 uid, char comm[16], char file[24]
//	exit  u64 time, u32 type, u32 pid, u32 ppid, s32 code, char comm[16], u64 lived, u64 cpu, u64 0
//	open  u64 time, u32 type, u32 pid, u32 flags, s32 ret, char comm[16], char path[80]
//	call  u64 time, u32 type, u32 pid, u32 number, u32 cpu, char comm[16], u64 args[6], u64 stack[21]
//	file  u64 time, u32 type, u32 pid, u32 flags, s32 ret, char comm[16], char path[984]
//
// in little-endian order on every host. A payload of another size holds the beginning of its event, or zeros after it. Calls and files
// are of scenarios only: a call is as large as it is full, and a file has room for the longest path, which nearly none has.
const (
	eventExec = 1
	eventExit = 2
	eventOpen = 3
	eventCall = 4
	eventFile = 5
)

// Sizes of events in bytes.
const (
	largestEvent = callEvent // files are written as far as they are not zero
	openEvent    = 120
	callEvent    = 256
	fileEvent    = 1024
	openFrom     = 96 // payloads of so many bytes and more are of files that are opened
)

// task is a process of the simulated host.
type task struct {
	pid, parent uint32
	program     *program
	begun       time.Duration
}

type program struct{ comm, file string }

var programs = [...]program{
	{"cron", "/usr/sbin/cron"},
	{"ls", "/usr/bin/ls"},
	{"bash", "/usr/bin/bash"},
	{"sshd", "/usr/sbin/sshd"},
	{"python3", "/usr/bin/python3"},
	{"curl", "/usr/bin/curl"},
	{"nginx", "/usr/sbin/nginx"},
	{"postgres", "/usr/bin/postgres"},
	{"node", "/usr/bin/node"},
	{"git", "/usr/bin/git"},
	{"systemd", "/lib/systemd/systemd"},
	{"runc", "/usr/bin/runc"},
	{"containerd-shim", "/usr/bin/containerd-sh"},
	{"grep", "/usr/bin/grep"},
	{"sed", "/usr/bin/sed"},
	{"make", "/usr/bin/make"},
}

var paths = [...]string{
	"/etc/hosts", "/etc/passwd", "/etc/resolv.conf", "/etc/ld.so.cache", "/etc/nsswitch.conf", "/etc/ssl/openssl.cnf",
	"/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/locale/locale-archive", "/usr/share/zoneinfo/UTC",
	"/proc/self/status", "/proc/meminfo", "/proc/stat", "/sys/fs/cgroup/memory.current", "/dev/null", "/dev/urandom",
	"/var/log/syslog", "/var/lib/postgresql/16/main/base/5/2619", "/var/run/docker.sock",
	"/home/ada/.bashrc", "/home/ada/src/ring/main.go", "/var/cache/man/index.db", "/srv/www/index.html",
}

// host is what one producer sees of the simulated host's processes.
type host struct {
	random *rand.Rand
	kind   uint32 // of all events; 0: by the size of their payloads
	tasks  [8]task
	pid    uint32 // newest
	event  [largestEvent]byte
}

func newHost(seed uint64, producer int, kind uint32) *host {
	h := &host{kind: kind, random: rand.New(rand.NewPCG(mix(seed), uint64(producer))), pid: 2000 + uint32(producer)*1000}
	for i := range h.tasks {
		h.tasks[i] = h.spawn(0)
	}
	return h
}

func (h *host) spawn(at time.Duration) task {
	h.pid += 1 + h.random.Uint32N(3)
	if h.pid > 4_000_000 { // pid_max of 64-bit Linux is 4,194,304
		h.pid = 2000
	}
	parent := h.tasks[h.random.Uint32N(uint32(len(h.tasks)))].pid
	return task{pid: h.pid, parent: max(parent, 1), program: &programs[h.random.Uint32N(uint32(len(programs)))], begun: at}
}

// fill writes the event that happens at at into payload, all of it.
func (h *host) fill(payload []byte, at time.Duration) {
	e := h.event[:openEvent]
	clear(e)
	t := &h.tasks[h.random.Uint32N(uint32(len(h.tasks)))]
	kind := h.kind
	switch {
	case kind != 0:
	case len(payload) < openFrom:
		kind = eventExec + h.random.Uint32N(2)
	default:
		kind = eventOpen
	}
	le := binary.LittleEndian
	le.PutUint64(e, uint64(at))
	le.PutUint32(e[8:], kind)
	switch kind {
	case eventExec:
		*t = h.spawn(at)
		le.PutUint32(e[16:], t.parent)
		le.PutUint32(e[20:], 1000*h.random.Uint32N(2))
		copy(e[40:63], t.program.file)
	case eventExit:
		le.PutUint32(e[16:], t.parent)
		if h.random.Uint32N(8) == 0 {
			le.PutUint32(e[20:], 1)
		}
		le.PutUint64(e[40:], uint64(at-t.begun))
		le.PutUint64(e[48:], uint64(at-t.begun)>>(2+h.random.Uint32N(6)))
	case eventCall:
		e = h.event[:callEvent]
		h.call(e)
	case eventOpen, eventFile:
		le.PutUint32(e[16:], 0o2000000) // O_CLOEXEC
		le.PutUint32(e[20:], 3+h.random.Uint32N(40))
		copy(e[40:119], paths[h.random.Uint32N(uint32(len(paths)))])
	}
	le.PutUint32(e[12:], t.pid)
	copy(e[24:39], t.program.comm)
	n := copy(payload, e)
	clear(payload[n:])
}

// call writes the arguments and the stack of a system call.
func (h *host) call(e []byte) {
	le := binary.LittleEndian
	le.PutUint32(e[16:], h.random.Uint32N(330))
	le.PutUint32(e[20:], h.random.Uint32N(4))
	for at := 40; at < 88; at += 8 {
		le.PutUint64(e[at:], 0x7f00_0000_0000|h.random.Uint64()>>24)
	}
	for at := 88; at < callEvent; at += 8 {
		le.PutUint64(e[at:], 0xffff_ffff_8100_0000|h.random.Uint64()>>40)
	}
}
