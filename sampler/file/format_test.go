package file

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ringcore/shm"
	"ringscope/sampler"
)

// ringFile makes a file with n records of format f, which it calls named, and returns its path.
func ringFile(t *testing.T, f *ringcore.Format, named string, n int) string {
	t.Helper()
	return ringFileOf(t, f, f.Geometry(size, os.Getpagesize()), named, n)
}

// ringFileOf is ringFile of a ring of geometry g.
func ringFileOf(t *testing.T, f *ringcore.Format, g ringcore.Geometry, named string, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ring")
	d := description(named, g.Size)
	d.FirstPageOffset, d.Pending = g.FirstPageOffset, -1
	file, err := shm.Create(path, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, file) })
	ring, err := ringcore.NewRing(f, g, ringcore.Memory{Consumer: file.Consumer, Producer: file.Producer, Data: file.Data})
	if err != nil {
		t.Fatal(err)
	}
	w, err := ringcore.NewWriter(ring)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		v, err := w.Reserve(uint32(1 + i%90))
		if err != nil {
			t.Fatal(err)
		}
		for k := range v.Payload {
			v.Payload[k] = byte(random.Uint32())
		}
		if i%3 == 2 {
			w.Discard(v)
		} else {
			w.Submit(v)
		}
	}
	return path
}

// TestFormatOfAFile opens rings of every format that call themselves by their format's name, by another one's, by none that there is, or by
// none.
func TestFormatOfAFile(t *testing.T) {
	const records = 100
	for _, f := range ringcore.Formats {
		other := ringcore.Linux.Name
		if f == ringcore.Linux {
			other = ringcore.Windows.Name
		}
		for named, how := range map[string]model.FormatHow{f.Name: model.FormatTold, other: model.FormatFound, "tomorrow": model.FormatFound, "": model.FormatFound} {
			s := open(t, ringFile(t, f, named, records))
			n := &notes{}
			newClock().look(t, s, n)
			ring := n.rings[0]
			if ring.Format != f || ring.FormatHow != how || ring.FormatNamed != named {
				t.Errorf("%s, called %q: opened as %s, %v, named %q", f.Name, named, ring.Format.Name, ring.FormatHow, ring.FormatNamed)
			}
			if n.before != records || len(n.strange) > 0 {
				t.Errorf("%s, called %q: %d records, %q", f.Name, named, n.before, n.strange)
			}
		}
	}
}

// TestFileWithoutPageOffsets opens a ring of eBPF for Windows before v1.0, in which no page offsets were written: by its name, without one,
// and as asked for.
func TestFileWithoutPageOffsets(t *testing.T) {
	const records = 300 // far beyond the first page
	g := ringcore.Windows.Geometry(size, os.Getpagesize())
	g.ZeroPageOffsets = true
	for _, c := range []struct {
		named, asked string
		payload      bool
	}{{"windows", "", true}, {"windows", "", false}, {"", "", true}, {"linux", "windows", true}, {"linux", "windows", false}} {
		s, err := Open(ringFileOf(t, ringcore.Windows, g, c.named, records), Options{Format: c.asked, Payload: c.payload})
		if err != nil {
			t.Fatal(err)
		}
		n := &notes{}
		newClock().look(t, s, n)
		if ring := n.rings[0]; ring.Format != ringcore.Windows || !ring.Geometry.ZeroPageOffsets || n.before != records || len(n.strange) > 0 {
			t.Errorf("called %q, asked for %q, payloads %t: %s, %+v, %d records, %q", c.named, c.asked, c.payload, ring.Format.Name, ring.Geometry, n.before, n.strange)
		}
		closing(t, s)
	}
}

// TestFormatAskedFor takes the user's word, right or wrong.
func TestFormatAskedFor(t *testing.T) {
	path := ringFile(t, ringcore.Windows, "linux", 50)
	for asked, corrupt := range map[string]bool{"windows": false, "linux": true, "windows-legacy": true} {
		s, err := Open(path, Options{Format: asked})
		if err != nil {
			t.Fatal(err)
		}
		n := &notes{}
		newClock().look(t, s, n)
		if ring := n.rings[0]; ring.Format.Name != asked || ring.FormatHow != model.FormatAsked || (len(n.strange) > 0) != corrupt {
			t.Errorf("asked for %s: %s, %v, %q", asked, ring.Format.Name, ring.FormatHow, n.strange)
		}
		closing(t, s)
	}
	if _, err := Open(path, Options{Format: "tomorrow"}); !errors.Is(err, sampler.ErrUnsupported) || !strings.Contains(err.Error(), "windows-legacy-packed") {
		t.Errorf("a format that there is not: %v", err)
	}
}

// TestFormatThatCanNotBeTold says so instead of guessing.
func TestFormatThatCanNotBeTold(t *testing.T) {
	if _, err := Open(ringFile(t, ringcore.Windows, "", 0), Options{Payload: true}); !errors.Is(err, sampler.ErrAmbiguous) || !strings.Contains(err.Error(), "no record stands in it") {
		t.Errorf("an empty ring without a name for its format: %v", err)
	}
	noise := func(named string) string {
		path := ringFile(t, ringcore.Linux, named, 0)
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer closing(t, file)
		bytes := make([]byte, size)
		random := rand.New(rand.NewPCG(3, 4))
		for i := range bytes {
			bytes[i] = byte(random.Uint32())
		}
		page := int64(os.Getpagesize())
		if _, err := file.WriteAt(bytes, 2*page); err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteAt(binary.NativeEndian.AppendUint64(nil, size/2), page); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if _, err := Open(noise("tomorrow"), Options{Payload: true}); !errors.Is(err, sampler.ErrUnsupported) || !strings.Contains(err.Error(), "--format") {
		t.Errorf("noise: %v", err)
	}
	// What is no ring of any format is shown as what it says it is: its wrong header is.
	s := open(t, noise("linux"))
	n := &notes{}
	newClock().look(t, s, n)
	if n.rings[0].FormatHow != model.FormatTold || len(n.strange) != 1 {
		t.Errorf("noise that calls itself linux: %v, %q", n.rings[0].FormatHow, n.strange)
	}
}

// TestFewRecordsAreLikely reads two records.
func TestFewRecordsAreLikely(t *testing.T) {
	s := open(t, ringFile(t, ringcore.WindowsLegacy, "linux", 2))
	n := &notes{}
	newClock().look(t, s, n)
	if ring := n.rings[0]; ring.Format != ringcore.WindowsLegacy || ring.FormatHow != model.FormatLikely {
		t.Errorf("%s, %v", ring.Format.Name, ring.FormatHow)
	}
}

// TestClearedRecordIsNoOtherFormat: the zeros of a record that was cleared would be records of a user ring. What the file calls itself holds.
func TestClearedRecordIsNoOtherFormat(t *testing.T) {
	page := os.Getpagesize() // the ring has no more: page offsets tell nothing
	path := ringFileOf(t, ringcore.Windows, ringcore.Windows.Geometry(uint64(page), page), "windows", 5)
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, file)
	if _, err := file.WriteAt(make([]byte, 16), 2*int64(page)); err != nil { // the first has one byte
		t.Fatal(err)
	}
	s := open(t, path)
	n := &notes{}
	newClock().look(t, s, n)
	if ring := n.rings[0]; ring.Format != ringcore.Windows || ring.FormatHow != model.FormatTold || len(n.strange) != 1 {
		t.Errorf("%s, %v, %q", ring.Format.Name, ring.FormatHow, n.strange)
	}
}

// TestManyRecordsAreFound opens a ring of more records than are walked to find its format: so many are no few.
func TestManyRecordsAreFound(t *testing.T) {
	path := ringFileOf(t, ringcore.Linux, ringcore.Linux.Geometry(8<<20, os.Getpagesize()), "", 80_000)
	n := &notes{}
	newClock().look(t, open(t, path), n)
	if ring := n.rings[0]; ring.Format != ringcore.Linux || ring.FormatHow != model.FormatFound {
		t.Errorf("%s, %v", ring.Format.Name, ring.FormatHow)
	}
}
