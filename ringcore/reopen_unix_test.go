//go:build unix

package ringcore_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// reopened is a payload of those tests: its number, and what no mistake of a position leaves as it is.
const reopened = 12

// readsEnv tells the test binary to read a ring file in place of running tests: the path, the variant, how many records it takes and gives
// back, and how many further ones it takes and keeps.
const readsEnv = "RINGSCOPE_TEST_READS"

// TestEbpfForWindowsRingBufferMmapProcessExitReopen asserts what ring_buffer_mmap_process_exit_reopen is about
// (tests/api_test/api_test.cpp), with a ring file and real processes: a process that mapped a ring and reads it is killed, or ends, without
// unmapping anything. The ring stays what it is, who writes it and who looks on notice nothing, and the next process maps it again and goes
// on where space was given back last: what was given back does not come again, what was only read does.
func TestEbpfForWindowsRingBufferMmapProcessExitReopen(t *testing.T) {
	if what := os.Getenv(readsEnv); what != "" {
		if err := readRingFile(what); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0) // without unmapping anything
	}
	for i, v := range variants() {
		t.Run(v.String(), func(t *testing.T) { reopenRingFile(t, i, v) })
	}
}

func reopenRingFile(t *testing.T, i int, v variant) {
	size := uint64(os.Getpagesize())
	g := v.geometry(size)
	path := filepath.Join(t.TempDir(), "ring")
	served, err := shm.Create(path, shm.Description{
		Size: size, PosWidth: 8, FirstPageOffset: g.FirstPageOffset, Pending: g.Pending, Overwrite: g.Overwrite, OverwriteMode: g.OverwriteMode,
	})
	if err != nil {
		t.Fatal(err)
	}
	view, err := shm.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(view.Close(), served.Close()); err != nil {
			t.Error(err)
		}
	})
	p := &peer{T: t, variant: v, books: newTally(t, size), ring: ringOf(t, v, size, served.Mapping), view: ringOf(t, v, size, view.Mapping)}
	p.books.format = v.format
	if p.writer, err = ringcore.NewWriter(p.ring); err != nil {
		t.Fatal(err)
	}
	p.observer = ringcore.NewObserver(p.view)
	p.observer.Observe(p.books)

	span := v.span(reopened)
	half := size / span / 2
	written, back := uint64(0), uint64(0) // records
	const kept = 3
	for _, killed := range []bool{true, false, true, false} { // nearly two laps
		for range half {
			p.output(numbered(written))
			written++
		}
		give := written - back - kept
		child, said := reader(t, fmt.Sprintf("%d %d %d %s", i, give, kept, path), killed)
		if want := numbersFrom(back, give+kept); !slices.Equal(said, want) {
			t.Fatalf("process %d read %d, want %d", child, said, want)
		}
		back += give
		if q := p.view.ReadPositions(); q.Consumer != back*span || q.Producer != written*span {
			t.Fatalf("after the end of process %d: positions %+v, want %d and %d", child, q, back*span, written*span)
		}
		p.available(kept * span)
		p.saw(written, 0)
	}

	// What a dead process had read takes room until the next one gives it back.
	if !v.overwrite {
		for {
			r, err := p.writer.Reserve(reopened)
			if errors.Is(err, ringcore.ErrFull) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			copy(r.Payload, numbered(written))
			p.writer.Submit(r)
			written++
		}
		p.saw(written, 0)
	}
	p.reopen()
	for ; back < written; back++ {
		p.takes(numbered(back))
	}
	p.ends()
	p.output(numbered(written))
	p.takes(numbered(written))
	p.saw(written+1, 0)
}

// numbered is the payload of a record.
func numbered(n uint64) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, n), uint32(n)*2654435761)
}

func numbersFrom(first, n uint64) (all []uint64) {
	for i := range n {
		all = append(all, first+i)
	}
	return all
}

// reader starts a process that reads as what says, and returns the numbers that it read once it is gone.
func reader(t *testing.T, what string, killed bool) (pid int, said []uint64) {
	t.Helper()
	cmd, in, out := need.Child(t, readsEnv+"="+what, "-test.run=^TestEbpfForWindowsRingBufferMmapProcessExitReopen$")
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "done" {
		n, err := strconv.ParseUint(lines.Text(), 10, 64)
		if err != nil {
			t.Errorf("process %d says %q", cmd.Process.Pid, lines.Text())
			break
		}
		said = append(said, n)
	}
	if lines.Text() != "done" || killed {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
	}
	err := errors.Join(in.Close(), cmd.Wait())
	var ended *exec.ExitError
	if signalled := errors.As(err, &ended) && !ended.Exited(); signalled != killed || err != nil && !signalled {
		t.Fatalf("process %d ended: %v, want it killed: %t", cmd.Process.Pid, err, killed)
	}
	return cmd.Process.Pid, said
}

// readRingFile maps a ring file as a reader does, which can write nothing but the consumer position, and reads from it. It returns when its
// input ends, or never.
func readRingFile(what string) error {
	var i int
	var give, keep uint64
	var path string
	if _, err := fmt.Fscan(strings.NewReader(what), &i, &give, &keep, &path); err != nil {
		return err
	}
	v := variants()[i]
	f, err := shm.Open(path)
	if err != nil {
		return err
	}
	own, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	page, err := unix.Mmap(int(own.Fd()), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return err
	}
	g := v.geometry(f.Description().Size)
	g.PageSize = os.Getpagesize()
	ring, err := ringcore.NewRing(v.format, g, ringcore.Memory{Consumer: page, Producer: f.Producer, Data: f.Data})
	if err != nil {
		return err
	}
	c, err := ringcore.NewConsumer(ring)
	if err != nil {
		return err
	}
	if err := takeNumbered(c, give); err != nil {
		return err
	}
	if err := c.Release(); err != nil {
		return err
	}
	if err := takeNumbered(c, keep); err != nil {
		return err
	}
	fmt.Println("done")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// takeNumbered takes n records and says their numbers.
func takeNumbered(c *ringcore.Consumer, n uint64) error {
	left := n
	for rec := range c.Records() {
		number := binary.BigEndian.Uint64(rec.Payload)
		if string(rec.Payload) != string(numbered(number)) {
			return fmt.Errorf("at %d stands %x", rec.Pos, rec.Payload)
		}
		fmt.Println(number)
		if left--; left == 0 {
			return nil
		}
	}
	return errors.Join(fmt.Errorf("%d records of %d are missing", left, n), c.Err())
}
