package shm

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// layouts are rings of one page and of many, with the pages of this system and with larger ones.
func layouts() []layout {
	page := uintptr(os.Getpagesize())
	return []layout{{page, page}, {page, 16 * page}, {page, 1 << 20}, {16 * page, 16 * page}, {1 << 16, 1 << 18}}
}

// checkShape looks whether m is two position pages and the data area twice in a row.
func checkShape(t *testing.T, m *Mapping, l layout) {
	t.Helper()
	if uintptr(len(m.Consumer)) != l.page || uintptr(len(m.Producer)) != l.page || uintptr(len(m.Data)) != 2*l.size {
		t.Fatalf("pages of %d and %d bytes and %d bytes of data, want %d, %d, %d", len(m.Consumer), len(m.Producer), len(m.Data), l.page, l.page, 2*l.size)
	}
}

// checkDouble writes through to, all around the seam and at the ends, and looks for it in from.
func checkDouble(t *testing.T, to, from *Mapping, l layout) {
	t.Helper()
	size := l.size
	copy(to.Data[size-5:], "over the seam")
	if got := string(from.Data[size-5 : size+8]); got != "over the seam" {
		t.Errorf("around the seam: %q", got)
	}
	if got := string(from.Data[:8]); got != "the seam" {
		t.Errorf("start of the first copy: %q", got)
	}
	if got := string(from.Data[2*size-5:]); got != "over " {
		t.Errorf("end of the second copy: %q", got)
	}
	for at := uintptr(0); at < size; at += 4096 {
		copy(to.Data[size+at+100:], fmt.Appendf(nil, "%08d", at))
	}
	for at := uintptr(0); at < size; at += 4096 {
		if got, want := string(from.Data[at+100:at+108]), fmt.Sprintf("%08d", at); got != want {
			t.Fatalf("data at %d: %q, want %q", at+100, got, want)
		}
	}
	copy(to.Consumer, "consumer")
	copy(to.Producer, "producer")
	if !bytes.HasPrefix(from.Consumer, []byte("consumer")) || !bytes.HasPrefix(from.Producer, []byte("producer")) {
		t.Errorf("position pages hold %q and %q", from.Consumer[:8], from.Producer[:8])
	}
}

func TestAnonymousIsMappedTwice(t *testing.T) {
	for _, l := range layouts() {
		t.Run(fmt.Sprintf("page=%d/size=%d", l.page, l.size), func(t *testing.T) {
			m, err := Anonymous(uint64(l.size), int(l.page))
			if err != nil {
				t.Fatal(err)
			}
			defer closing(t, m)
			checkShape(t, m, l)
			for _, part := range [][]byte{m.Consumer, m.Producer, m.Data} {
				if !bytes.Equal(part, make([]byte, len(part))) {
					t.Fatal("new memory is not zero")
				}
			}
			if !m.Writable {
				t.Error("not writable")
			}
			view, err := m.View()
			if err != nil {
				t.Fatal(err)
			}
			defer closing(t, view)
			checkShape(t, view, l)
			if view.Writable {
				t.Error("a view is writable")
			}
			checkDouble(t, m, m, l)
			checkDouble(t, m, view, l)
		})
	}
}

func TestAnonymousTakesTheSystemsPageSize(t *testing.T) {
	m, err := Anonymous(1<<20, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, m)
	if len(m.Consumer) != os.Getpagesize() {
		t.Errorf("a position page of %d bytes", len(m.Consumer))
	}
}

func TestAnonymousRefusesImpossibleLayouts(t *testing.T) {
	for _, c := range []struct {
		size uint64
		page int
	}{
		{0, 4096},
		{2048, 4096},
		{4097, 4096},
		{3 * 4096, 4096},
		{1 << 32, 4096},
		{1<<64 - 1, 4096},
		{1 << 20, 1},
		{1 << 20, 2048},
		{1 << 20, 5000},
		{1 << 20, -4096},
		{1 << 20, 1 << 22},
	} {
		m, err := Anonymous(c.size, c.page)
		if !errors.Is(err, ErrLayout) {
			t.Errorf("size %d, page %d: error %v, want %v", c.size, c.page, err, ErrLayout)
		}
		if m != nil {
			closing(t, m)
		}
	}
}

func TestCloseMayBeCalledAgain(t *testing.T) {
	m, err := Anonymous(1<<16, 0)
	if err != nil {
		t.Fatal(err)
	}
	view, err := m.View()
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, view)
	copy(m.Data, "kept")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if m.Consumer != nil || m.Producer != nil || m.Data != nil {
		t.Error("a closed mapping has memory")
	}
	if got := string(view.Data[:4]); got != "kept" {
		t.Errorf("the view holds %q after the mapping was closed", got)
	}
	if _, err := m.View(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("view of a closed mapping: error %v, want %v", err, os.ErrClosed)
	}
	if err := new(Mapping).Close(); err != nil {
		t.Errorf("close of no mapping: %v", err)
	}
}

type closer interface{ Close() error }

func closing(t *testing.T, c closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
