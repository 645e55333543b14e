package shm

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// described is a ring of size bytes as this system would make it.
func described(size uint64) Description {
	return Description{
		Size: size, PageSize: os.Getpagesize(), Format: "linux", PosWidth: 8, FirstPageOffset: 3, Pending: 8, Overwrite: -1,
		Name: "events", Made: "healthy, seed 1",
	}
}

func TestDescriptionSurvivesItsBlock(t *testing.T) {
	const largest = min(MaxSize, math.MaxInt/4+1) // that this system can map twice
	for _, d := range []Description{
		described(1 << 16),
		{Size: largest, PageSize: 1 << 16, Format: "windows", PosWidth: 4, Pending: -1, Overwrite: 8, OverwriteMode: true, PID: 4194304, Comm: "\x1b[31m\xff", Simulated: true, ReaderPID: 4194303, ReaderComm: strings.Repeat("r", 16)},
		{
			Size: 1 << 16, PageSize: 1 << 16, Format: strings.Repeat("f", 32), PosWidth: 8, Pending: 1<<16 - 8, Overwrite: -1,
			Name: strings.Repeat("n", 128), Made: strings.Repeat("m", 224), Comm: strings.Repeat("c", 32), FirstPageOffset: 1<<32 - 1,
		},
	} {
		raw, err := d.encode()
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		if len(raw) != blockSize {
			t.Fatalf("a block of %d bytes, want %d", len(raw), blockSize)
		}
		got, err := decode("ring", raw)
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		if diff := cmp.Diff(d, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestDescriptionRefusesWhatNoRingHas(t *testing.T) {
	for what, change := range map[string]func(*Description){
		"no size":                  func(d *Description) { d.Size = 0 },
		"odd size":                 func(d *Description) { d.Size = 5000 },
		"no page size":             func(d *Description) { d.PageSize = 0 },
		"no width":                 func(d *Description) { d.PosWidth = 0 },
		"width of 16":              func(d *Description) { d.PosWidth = 16 },
		"long format":              func(d *Description) { d.Format = strings.Repeat("f", 33) },
		"long name":                func(d *Description) { d.Name = strings.Repeat("n", 129) },
		"long origin":              func(d *Description) { d.Made = strings.Repeat("m", 225) },
		"long reader":              func(d *Description) { d.ReaderComm = strings.Repeat("r", 17) },
		"zero byte":                func(d *Description) { d.Name = "a\x00b" },
		"pending on the producer":  func(d *Description) { d.Pending = 0 },
		"pending at -2":            func(d *Description) { d.Pending = -2 },
		"pending misaligned":       func(d *Description) { d.Pending = 12 },
		"pending beyond the page":  func(d *Description) { d.Pending = d.PageSize },
		"overwrite misaligned":     func(d *Description) { d.Overwrite = 17 },
		"overwrite beyond the end": func(d *Description) { d.Overwrite = d.PageSize - 4 },
	} {
		d := described(1 << 16)
		change(&d)
		if _, err := d.encode(); !errors.Is(err, ErrLayout) {
			t.Errorf("%s: error %v, want %v", what, err, ErrLayout)
		}
	}
}

// TestDecodeNoticesEveryBit flips each bit of a block.
func TestDecodeNoticesEveryBit(t *testing.T) {
	raw, err := described(1 << 16).encode()
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(raw) * 8 {
		raw[bit/8] ^= 1 << (bit % 8)
		if _, err := decode("ring", raw); err == nil {
			t.Errorf("bit %d of byte %d may be wrong", bit%8, bit/8)
		}
		raw[bit/8] ^= 1 << (bit % 8)
	}
	if _, err := decode("ring", raw); err != nil {
		t.Errorf("the right block: %v", err)
	}
}

// TestDecodeChecksWhatIsSummedRightly gives blocks whose checksum is right and whose figures are not.
func TestDecodeChecksWhatIsSummedRightly(t *testing.T) {
	for what, c := range map[string]struct {
		offset int
		value  uint32
		want   error
	}{
		"version 2":            {12, 2, ErrVersion},
		"size":                 {24, 4097, ErrLayout},
		"page size":            {32, 1 << 31, ErrLayout},
		"positions of 264":     {36, 264, ErrLayout},
		"pending at -2":        {44, 1<<32 - 2, ErrLayout},
		"overwrite far beyond": {48, 1 << 30, ErrLayout},
		"other byte order":     {8, otherOrder, ErrNotRing},
		"no byte order":        {8, 0, ErrDamaged},
	} {
		raw, err := described(1 << 16).encode()
		if err != nil {
			t.Fatal(err)
		}
		binary.NativeEndian.PutUint32(raw[c.offset:], c.value)
		binary.NativeEndian.PutUint32(raw[sumAt:], checksum(raw))
		if _, err := decode("ring", raw); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", what, err, c.want)
		}
	}
}
