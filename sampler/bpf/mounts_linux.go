package bpf

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of the search for pins: a bpffs can hold any number of objects.
const (
	maxPinned   = 20_000                 // directory entries
	maxPinsTime = 500 * time.Millisecond // of searching
)

// bpffsMounts lists where BPF file systems are mounted, one mount point for each of them.
func bpffsMounts() ([]string, error) {
	raw, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("find the BPF file systems: %w", err)
	}
	return parseMounts(string(raw)), nil
}

// parseMounts reads the lines of mountinfo (proc_pid_mountinfo(5)): id, parent, device, root, mount point, options, optional fields,
// a hyphen, type, source.
func parseMounts(mountinfo string) []string {
	shortest := make(map[string]string) // by device and root
	for line := range strings.Lines(mountinfo) {
		before, after, ok := strings.Cut(line, " - ")
		fields, rest := strings.Fields(before), strings.Fields(after)
		if !ok || len(fields) < 5 || len(rest) == 0 || rest[0] != "bpf" {
			continue
		}
		at, key := unescape(fields[4]), fields[2]+" "+fields[3]
		if was, ok := shortest[key]; !ok || len(at) < len(was) {
			shortest[key] = at
		}
	}
	var mounts []string
	for _, at := range shortest {
		mounts = append(mounts, at)
	}
	sort.Strings(mounts)
	return mounts
}

// unescape undoes \040 and the like.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			var c byte
			if n, err := fmt.Sscanf(s[i+1:i+4], "%03o", &c); n == 1 && err == nil {
				b.WriteByte(c)
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// errBound ends a search.
var errBound = errors.New("bound reached")

// pins finds the paths at which maps are pinned, by map id, in every BPF file system. cut tells why it is not all of them; empty: it is.
func pins(ctx context.Context) (paths map[uint32][]string, cut string) {
	paths = make(map[uint32][]string)
	mounts, err := bpffsMounts()
	if err != nil {
		return paths, err.Error()
	}
	entries, until := 0, time.Now().Add(maxPinsTime)
	for _, root := range mounts {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if entries++; entries > maxPinned || time.Now().After(until) || ctx.Err() != nil {
				return errBound
			}
			switch {
			case err != nil:
				if !errors.Is(err, fs.ErrNotExist) {
					cut = fmt.Sprintf("Not all pins were looked at: %v.", err)
				}
				if d != nil && d.IsDir() {
					return fs.SkipDir
				}
				return nil
			case !d.Type().IsRegular():
				return nil
			}
			if id, ok := pinnedMap(path); ok {
				paths[id] = append(paths[id], path)
			}
			return nil
		})
		if err != nil {
			return paths, fmt.Sprintf("Not all pins were looked at: the search ended at %d entries of BPF file systems.", entries)
		}
	}
	for _, p := range paths {
		sort.Strings(p)
	}
	return paths, cut
}

// pinnedMap is the id of the map that is pinned at path.
func pinnedMap(path string) (id uint32, ok bool) {
	fd, k, err := openPin(path)
	if err != nil {
		return 0, false // a debug file of the kernel, or gone, or not ours to open
	}
	defer func() { _ = unix.Close(fd) }()
	var i mapInfo
	if k != kindMap || info(fd, &i) != nil {
		return 0, false
	}
	return i.ID, true
}
