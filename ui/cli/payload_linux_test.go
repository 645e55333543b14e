package cli

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// hollow is a ring file in which payloads fill pages of their own, and these pages are holes: reading one puts a page there, which stays. It
// lies in memory (a memfd), and is served as far as its lock tells.
type hollow struct {
	file *os.File
	at   []int64 // pages that are holes
}

// makeHollow makes one of format f that calls itself named.
func makeHollow(t *testing.T, f *ringcore.Format, named string) *hollow {
	t.Helper()
	page := os.Getpagesize()
	size := uint64(32 * page)
	g := f.Geometry(size, page)
	served, err := shm.Create(filepath.Join(t.TempDir(), "ring"), shm.Description{
		Size: size, PageSize: page, Format: named, PosWidth: g.PosWidth, FirstPageOffset: g.FirstPageOffset, Pending: -1, Overwrite: -1, Name: "secrets",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	ring, err := ringcore.NewRing(f, g, ringcore.Memory{Consumer: served.Consumer, Producer: served.Producer, Data: served.Data})
	if err != nil {
		t.Fatal(err)
	}
	w, err := ringcore.NewWriter(ring)
	if err != nil {
		t.Fatal(err)
	}
	// A header at the very end of one page, its payload in the next, and in the page after that a record up to the header at its end.
	for i := range 20 {
		n := page
		if i%2 == 0 {
			n -= 2 * f.HeaderSize
		}
		v, err := w.Reserve(uint32(n))
		if err != nil {
			t.Fatal(err)
		}
		w.Submit(v)
	}
	raw, err := os.ReadFile(served.Path())
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.MemfdCreate("hollow", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	h := &hollow{file: os.NewFile(uintptr(fd), "hollow")}
	t.Cleanup(func() { _ = h.file.Close() })
	if _, err := h.file.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := unix.Flock(fd, unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		at := int64((2 + 2*i + 1) * page)
		if err := unix.Fallocate(fd, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, at, int64(page)); err != nil {
			t.Fatal(err)
		}
		h.at = append(h.at, at)
	}
	if n := h.read(t); n != 0 {
		t.Fatalf("%d pages are no holes before anybody looks", n)
	}
	return h
}

func (h *hollow) target() string { return fmt.Sprintf("file:/proc/%d/fd/%d", os.Getpid(), h.file.Fd()) }

// read is how many of the holes were read.
func (h *hollow) read(t *testing.T) (n int) {
	t.Helper()
	for _, at := range h.at {
		data, err := unix.Seek(int(h.file.Fd()), at, unix.SEEK_DATA)
		if err != nil {
			t.Fatal(err)
		}
		if data == at {
			n++
		}
	}
	return n
}

// TestNoPayloadReadsNoPayload proves it of the commands that report on a ring, in every format: the pages that hold nothing but payload are
// never touched. Without the flag they are.
func TestNoPayloadReadsNoPayload(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"stat TARGET -n 2 -i 0.2", "stat TARGET -n 2 -i 0.2 --json", "check TARGET --for 3s", "dump TARGET", "dump TARGET --json"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			for _, f := range ringcore.Formats {
				if !strings.HasPrefix(line, "dump") && f != ringcore.Linux {
					continue // the walk is the same, and these take their time
				}
				for _, without := range []bool{true, false} {
					h := makeHollow(t, f, f.Name)
					args := strings.Fields(strings.ReplaceAll(line, "TARGET", h.target()))
					if without {
						args = append(args, "--no-payload")
					}
					if code, out, err := run(t, args...); code != ExitDone && code != ExitFound { // nobody reads it
						t.Fatalf("exit code %d, %s%s", code, out, err)
					}
					switch n := h.read(t); {
					case without && n != 0:
						t.Errorf("%s: %d of %d payloads were read", f.Name, n, len(h.at))
					case !without && n == 0:
						t.Errorf("%s: no payload was read, so this proves nothing", f.Name)
					}
				}
			}
		})
	}
}

// TestNoPayloadFollowsNoWrongPosition has a consumer position that points into a payload, as user space can write it.
func TestNoPayloadFollowsNoWrongPosition(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"stat TARGET -n 2 -i 0.2", "check TARGET --for 3s", "dump TARGET"} {
		for _, f := range ringcore.Formats {
			t.Run(line+", "+f.Name, func(t *testing.T) {
				t.Parallel()
				h := makeHollow(t, f, f.Name)
				page := int64(os.Getpagesize())
				into := binary.NativeEndian.AppendUint64(nil, uint64(h.at[3]-2*page)+64)
				if _, err := h.file.WriteAt(into, 0); err != nil {
					t.Fatal(err)
				}
				for _, without := range []bool{true, false} {
					args := strings.Fields(strings.ReplaceAll(line, "TARGET", h.target()))
					if without {
						args = append(args, "--no-payload")
					}
					if code, out, err := run(t, args...); code != ExitDone && code != ExitFound {
						t.Fatalf("exit code %d, %s%s", code, out, err)
					}
					if n := h.read(t); without && n != 0 {
						t.Errorf("%d of %d payloads were read", n, len(h.at))
					} else if !without && n == 0 {
						t.Error("no payload was read, so this proves nothing")
					}
				}
			})
		}
	}
}

// TestNoPayloadFindsNoFormat opens files that do not name the format of their records, or name another one: with the format asked for no payload
// is touched, and without it such a file is refused before any is, or believed.
func TestNoPayloadFindsNoFormat(t *testing.T) {
	for _, f := range ringcore.Formats {
		for _, named := range []string{"", "tomorrow", other(f.Name)} {
			h := makeHollow(t, f, named)
			code, out, stderr := run(t, "dump", h.target(), "--json", "--no-payload", "--format", f.Name)
			if lines := strings.Count(out, "\n"); code != ExitDone || lines != 20 {
				t.Errorf("%s, called %q: exit code %d, %d records, %s", f.Name, named, code, lines, stderr)
			}
			for _, command := range []string{"dump", "stat -n 1", "check --for 3s"} {
				if ringcore.FormatByName(named) != nil {
					break
				}
				args := strings.Fields(command)
				code, out, stderr = run(t, append(args, h.target(), "--no-payload")...)
				if code != ExitUsage || out != "" || !strings.Contains(stderr, "--format") || !strings.Contains(stderr, "--no-payload") || strings.Count(stderr, "\n") != 1 {
					t.Errorf("%s, called %q: %s: exit code %d, %q, %q", f.Name, named, command, code, out, stderr)
				}
			}
			if n := h.read(t); n != 0 {
				t.Errorf("%s, called %q: %d of %d payloads were read", f.Name, named, n, len(h.at))
			}
			// Looking for it does touch some, where a format's records lie so that another one reads its words as headers.
			code, _, stderr = run(t, "dump", h.target(), "--payload", "0")
			if code != ExitDone || f == ringcore.WindowsLegacyPacked && h.read(t) == 0 {
				t.Errorf("%s, called %q: without the flag: exit code %d, %d payloads were read, %s", f.Name, named, code, h.read(t), stderr)
			}
		}
	}
}
