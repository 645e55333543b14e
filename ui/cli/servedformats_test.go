package cli

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"strings"
	"testing"

	"ringscope/model"
	"ringscope/sampler/target"
	"ringscope/ui/report"
)

// Where a ring file describes itself; see package shm.
const (
	blockAt    = 4096 - 512
	blockSize  = 512
	sumAt      = 16
	formatAt   = 64
	formatSize = 32
)

// rename makes a ring file call its format something else.
func rename(t *testing.T, path, format string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, blockSize)
	if _, err := f.ReadAt(block, blockAt); err != nil {
		t.Fatal(err)
	}
	clear(block[formatAt : formatAt+formatSize])
	copy(block[formatAt:], format)
	clear(block[sumAt : sumAt+4])
	binary.NativeEndian.PutUint32(block[sumAt:], crc32.ChecksumIEEE(block))
	if _, err := f.WriteAt(block, blockAt); err != nil {
		t.Fatal(err)
	}
}

// TestServedInEveryFormat serves a ring of every format in one process and looks at it in others: as its file says, when the file says
// nothing, and when it says something else.
func TestServedInEveryFormat(t *testing.T) {
	for _, c := range []struct {
		format    string
		overwrite bool
	}{{"linux", false}, {"linux", true}, {"windows", false}, {"windows-legacy", false}, {"windows-legacy-packed", false}} {
		args := []string{"--format", c.format, "--size", "1MiB", "--payload", "13,40,61", "--rate", "2000", "--consumer-every", "10ms"}
		if c.overwrite {
			args = append(args, "--overwrite")
		}
		path, server := served(t, args...)
		watched := start(t, nil, "stat", "file:"+path, "--json", "-i", "100ms")
		for seen := uint64(0); seen < 1000; {
			j := watched.stat()
			seen = j.Totals.Records
			if j.Ring.Format != c.format || j.Ring.FormatHow != "told" || j.Ring.Overwrite != c.overwrite || j.Missed.Bytes != 0 || j.Missed.Resyncs != 0 {
				t.Fatalf("%+v: %+v, missed %+v", c, j.Ring, j.Missed)
			}
			for _, f := range j.Findings {
				if f.Severity == "problem" && f.Code != string(model.HeadBusy) { // which a busy machine makes of a record that the server is at
					t.Errorf("%+v: %s", c, f.Text)
				}
			}
		}
		server.signal(os.Kill) // what stands in the ring stands still now
		server.wait()
		for named, how := range map[string]string{c.format: "told", "": "found", other(c.format): "found"} {
			rename(t, path, named)
			code, out, stderr := run(t, "stat", "file:"+path, "--json", "-n", "1")
			if out == "" {
				t.Fatalf("%+v, called %q: exit code %d, %s", c, named, code, stderr)
			}
			j := decode[report.Stat](t, strings.SplitAfter(out, "\n")[0])
			if code != 0 && code != ExitRingEnded || j.Ring.Format != c.format || j.Ring.FormatHow != how {
				t.Errorf("%+v, called %q: exit code %d, %s %s, %s", c, named, code, j.Ring.Format, j.Ring.FormatHow, stderr)
			}
			code, out, stderr = run(t, "dump", "file:"+path, "--json")
			lines := strings.SplitAfter(out, "\n")
			if code != 0 || stderr != "" || len(lines) < 20 {
				t.Errorf("%+v, called %q: exit code %d, %d records, %s", c, named, code, len(lines), stderr)
			}
			for _, line := range lines[:len(lines)-1] {
				r := decode[report.Record](t, line)
				if r.PageOffsetOK != nil && !*r.PageOffsetOK || r.Length != 13 && r.Length != 40 && r.Length != 61 {
					t.Fatalf("%+v, called %q: %s", c, named, line)
				}
			}
		}
	}
}

// other is another format than name.
func other(name string) string {
	formats := target.Formats()
	if name == formats[0] {
		return formats[1]
	}
	return formats[0]
}
