package bpf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// What to do about the commonest failures.
const (
	seeList = "`ringscope list` shows the rings of this host"
	asRoot  = "CAP_SYS_ADMIN is needed. Run it as root, for instance: sudo ringscope"
)

// what names the selector in a sentence.
func (s Selector) what() string {
	switch {
	case s.Name != "":
		return "a ring named " + plain(s.Name)
	case s.Pin != "":
		return "a ring pinned at " + plain(s.Pin)
	case s.PID != 0:
		return fmt.Sprintf("a ring of process %d", s.PID)
	default:
		return fmt.Sprintf("a ring with id %d", s.ID)
	}
}

// ring makes a ring's identity of what the kernel tells of its map. Who holds it comes from a census.
func ring(i *mapInfo) *model.Ring {
	r := &model.Ring{
		Source: model.SourceBPF, ID: i.ID, Name: i.name(), Type: model.TypeRingbuf, Format: ringcore.Linux,
		Geometry: hostGeometry(i), MapFlags: i.Flags,
	}
	if i.Type == typeUserRingbuf {
		r.Type = model.TypeUserRingbuf
		r.Readers.How = model.NotApplicable
	}
	return r
}

// find opens the ring that s means, for reading and writing.
func find(ctx context.Context, s Selector) (fd int, i mapInfo, err error) {
	switch {
	case s.Name != "":
		fd, i, err = findName(ctx, s)
	case s.Pin != "":
		return findPin(s.Pin)
	case s.PID != 0:
		fd, i, err = findPID(ctx, s)
	default:
		fd, i, err = findID(s.ID)
	}
	if err != nil {
		return -1, i, tooOld(err)
	}
	return fd, i, nil
}

func findID(id uint32) (int, mapInfo, error) {
	fd, i, err := mapByID(id)
	switch {
	case isGone(err):
		return -1, i, &failure{fmt.Sprintf("there is no map with id %d; %s", id, seeList), sampler.ErrNoSuchRing, err}
	case err != nil:
		return -1, i, sentence(err)
	}
	return onlyRing(fd, i)
}

// onlyRing closes what is no ring.
func onlyRing(fd int, i mapInfo) (int, mapInfo, error) {
	if i.isRing() {
		return fd, i, nil
	}
	_ = unix.Close(fd)
	return -1, i, &failure{
		fmt.Sprintf("map %d, %s, is no ring buffer but %s; %s", i.ID, plain(i.name()), typeName(i.Type), seeList), sampler.ErrNoSuchRing, nil,
	}
}

func findName(ctx context.Context, s Selector) (int, mapInfo, error) {
	name := s.Name[:min(len(s.Name), MaxName)]
	var rings, others []mapInfo
	_, err := eachMap(func(_ int, i *mapInfo, err error) {
		switch {
		case err != nil || i.name() != name:
		case i.isRing():
			rings = append(rings, *i)
		default:
			others = append(others, *i)
		}
	})
	switch {
	case err != nil:
		return -1, mapInfo{}, sentence(err)
	case len(rings) == 0 && len(others) > 0:
		o := others[0]
		return -1, o, &failure{
			fmt.Sprintf("no ring is named %s; map %d of that name is %s; %s", plain(name), o.ID, typeName(o.Type), seeList), sampler.ErrNoSuchRing, nil,
		}
	case len(rings) == 0:
		return -1, mapInfo{}, &failure{fmt.Sprintf("no ring is named %s; %s", plain(name), seeList), sampler.ErrNoSuchRing, nil}
	case len(rings) > 1:
		return -1, mapInfo{}, ambiguous(ctx, s, rings)
	}
	return findID(rings[0].ID)
}

// ambiguous lists the candidates with who holds them.
func ambiguous(ctx context.Context, s Selector, infos []mapInfo) error {
	sizes := make(map[uint32]uint64)
	for i := range infos {
		sizes[infos[i].ID] = uint64(infos[i].MaxEntries)
	}
	c := takeCensus(ctx, sizes)
	e := &AmbiguousError{Selector: s}
	for i := range infos {
		e.Rings = append(e.Rings, c.tell(ring(&infos[i]), 0))
	}
	return e
}

func findPin(path string) (int, mapInfo, error) {
	fd, k, err := openPin(path)
	if err != nil {
		return -1, mapInfo{}, pinSentence(path, err)
	}
	if k != kindMap {
		_ = unix.Close(fd)
		return -1, mapInfo{}, &failure{fmt.Sprintf("%s pins a %s, not a ring buffer; %s", plain(path), k, seeList), sampler.ErrNoSuchRing, nil}
	}
	var i mapInfo
	if err := info(fd, &i); err != nil {
		_ = unix.Close(fd)
		return -1, i, fmt.Errorf("ask for the info of the map pinned at %s: %w", path, err)
	}
	return onlyRing(fd, i)
}

// pinSentence says why nothing could be opened at path.
func pinSentence(path string, err error) error {
	var fs unix.Statfs_t
	statErr := unix.Statfs(path, &fs)
	mounts, _ := bpffsMounts()
	stat, _ := os.Stat(path)
	switch {
	case stat != nil && stat.IsDir():
		return &failure{fmt.Sprintf("%s is a directory; name a pin in it. %s", plain(path), seeList), sampler.ErrNoSuchRing, err}
	case isRefused(err) && statErr == nil && uint32(fs.Type) == unix.BPF_FS_MAGIC:
		return &failure{
			fmt.Sprintf("not permitted to open %s: read and write permission on it is needed, and search permission on its directories. "+
				"Run it as root, for instance: sudo ringscope", plain(path)), sampler.ErrNotPermitted, err,
		}
	case isRefused(statErr):
		return &failure{fmt.Sprintf("not permitted to reach %s; run it as root, for instance: sudo ringscope", plain(path)), sampler.ErrNotPermitted, err}
	case len(mounts) == 0:
		return &failure{
			fmt.Sprintf("nothing is pinned at %s: no BPF file system is mounted. Mount it with: mount -t bpf bpf /sys/fs/bpf", plain(path)),
			sampler.ErrNoSuchRing, err,
		}
	case statErr != nil:
		return &failure{fmt.Sprintf("nothing is pinned at %s; %s", plain(path), seeList), sampler.ErrNoSuchRing, err}
	case uint32(fs.Type) != unix.BPF_FS_MAGIC:
		return &failure{
			fmt.Sprintf("%s is not in a BPF file system, so it pins nothing. BPF file systems here: %s", plain(path), strings.Join(mounts, ", ")),
			sampler.ErrNoSuchRing, err,
		}
	default:
		return &failure{fmt.Sprintf("%s pins nothing that can be opened (%v); %s", plain(path), err, seeList), sampler.ErrNoSuchRing, err}
	}
}

func findPID(ctx context.Context, s Selector) (int, mapInfo, error) {
	if _, err := os.Stat(filepath.Join("/proc", strconv.Itoa(s.PID))); err != nil {
		return -1, mapInfo{}, &failure{fmt.Sprintf("there is no process %d; %s", s.PID, seeList), sampler.ErrNoSuchRing, err}
	}
	infos := make(map[uint32]mapInfo)
	sizes := make(map[uint32]uint64)
	if _, err := eachMap(func(_ int, i *mapInfo, err error) {
		if err == nil && i.isRing() {
			infos[i.ID], sizes[i.ID] = *i, uint64(i.MaxEntries)
		}
	}); err != nil {
		return -1, mapInfo{}, sentence(err)
	}
	var c census
	c.findHolders(ctx, sizes)
	var theirs []mapInfo
	for id, holders := range c.holders {
		if _, holds := holders[s.PID]; holds {
			theirs = append(theirs, infos[id])
		}
	}
	slices.SortFunc(theirs, func(a, b mapInfo) int { return int(int64(a.ID) - int64(b.ID)) })
	switch len(theirs) {
	case 0:
		return -1, mapInfo{}, &failure{
			fmt.Sprintf("process %d (%s) holds no ring; %s", s.PID, plain(process(s.PID).Comm), seeList), sampler.ErrNoSuchRing, nil,
		}
	case 1:
		return findID(theirs[0].ID)
	default:
		return -1, mapInfo{}, ambiguous(ctx, s, theirs)
	}
}

// sentence gives an error of the bpf system call its exit code and says what to do.
func sentence(err error) error {
	switch {
	case isRefused(err):
		return &failure{"not permitted to look at this host's rings: " + asRoot, sampler.ErrNotPermitted, err}
	case errors.Is(err, unix.ENOSYS):
		return &failure{"this kernel has no bpf system call: CONFIG_BPF_SYSCALL is off", sampler.ErrUnsupported, err}
	case errors.Is(err, unix.EINVAL):
		return &failure{"this kernel can't list its BPF maps; that came with Linux 4.13", sampler.ErrUnsupported, err}
	default:
		return err
	}
}

// tooOld turns "no such ring" into the reason for it on a kernel without ring buffers.
func tooOld(err error) error {
	if !errors.Is(err, sampler.ErrNoSuchRing) {
		return err
	}
	if l, lerr := kernelLayout(); hasRings(release(), l, lerr == nil) {
		return err
	}
	return &failure{noRings(release()), sampler.ErrUnsupported, err}
}

func noRings(release string) string {
	return fmt.Sprintf("this kernel (%s) has no ring buffers; they came with 5.8. Perf buffers are not shown", plain(release))
}

// hasRings reports whether the kernel has ring buffers: its types decide, and its version where it tells none. Distributions carry
// them back to older versions.
func hasRings(release string, l layout, types bool) bool {
	if types {
		return l.has("bpf_ringbuf.producer_pos")
	}
	var major, minor int
	if n, _ := fmt.Sscanf(release, "%d.%d", &major, &minor); n != 2 {
		return true // nobody knows
	}
	return major > 5 || major == 5 && minor >= 8
}

// release is the kernel's version as uname tells it.
func release() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return ""
	}
	return cString(u.Release[:])
}

// typeName is what a map type is called.
func typeName(t uint32) string {
	names := map[uint32]string{
		1: "a hash", 2: "an array", 3: "an array of programs", 4: "a perf event array", 5: "a per-CPU hash", 6: "a per-CPU array",
		9: "an LRU hash", 10: "a per-CPU LRU hash", 11: "an LPM trie", typeArrayOfMaps: "an array of maps", typeHashOfMaps: "a hash of maps",
		22: "a queue", 23: "a stack", typeRingbuf: "a ring buffer", typeUserRingbuf: "a user ring buffer", 30: "a bloom filter", 33: "an arena",
	}
	if n, ok := names[t]; ok {
		return n
	}
	return "a map of type " + strconv.FormatUint(uint64(t), 10)
}
