package bpf

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"golang.org/x/sys/unix"
)

// kin remembers which executables are ringscope, whatever they are called and however they were built. A census owns it while it is under
// way. It is of files, not of processes: a process becomes another program without a new number or a new begin.
type kin map[executable]bool

// executable is a file as it was when it was looked at: whoever writes it changes its ctime.
type executable struct {
	dev, ino uint64
	size     int64
	changed  unix.Timespec
}

// maxKin bounds how many executables are remembered.
const maxKin = 64

// runs reports whether a process runs ringscope: this executable, or another whose build information, which Go's linker writes, names the same
// program. What can't be opened is not known to be one. The file is the one that runs, also where its path names another by now.
func (k kin) runs(pid int) bool {
	exe, err := os.Open(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return false
	}
	defer func() { _ = exe.Close() }()
	var st, self unix.Stat_t
	if unix.Fstat(int(exe.Fd()), &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return false
	}
	if unix.Stat("/proc/self/exe", &self) == nil && st.Dev == self.Dev && st.Ino == self.Ino {
		return true
	}
	e := executable{dev: st.Dev, ino: st.Ino, size: st.Size, changed: st.Ctim}
	is, known := k[e]
	if !known {
		info, err := buildinfo.Read(exe)
		is = err == nil && program() != "" && info.Path == program() && info.Main.Path == program()
		if len(k) >= maxKin {
			clear(k)
		}
		k[e] = is
	}
	return is
}

// program is the package path of ringscope, which is its module's; empty: this build does not tell.
var program = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Path
})
