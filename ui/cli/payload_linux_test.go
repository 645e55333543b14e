package cli

import (
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
	// A header in the last 8 bytes of one page, its payload in the next, and in the page after that a record up to the header at its end.
	header := int(f.Span(uint32(page))) - page
	for i := range 20 {
		n := page - 8 - header
		if i%2 > 0 {
			n = page + 8 - header
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

// TestNoPayloadReadsNoPayload proves it of the commands that report on a ring, in every format whose header has 8 bytes: the pages that hold
// nothing but payload are never touched. Without the flag they are. It says nothing about windows-legacy-packed: with its header of 4 bytes the
// first 4 of the payload are loaded, and the walks that find a file's format take words of its payloads for headers of the other formats.
func TestNoPayloadReadsNoPayload(t *testing.T) {
	for _, line := range []string{"stat TARGET -n 2 -i 0.2", "stat TARGET -n 2 -i 0.2 --json", "check TARGET --for 3s", "dump TARGET", "dump TARGET --json"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			for _, f := range ringcore.Formats {
				if f.Span(1)-1 < 8 {
					continue
				}
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
