package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ringscope/internal/nastytest"
	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
	"ringscope/ui/report"
	"ringscope/ui/text"
)

// TestNastyNamesOnTheKernel holds two rings of one name by a process of the nastiest names, pinned at the nastiest paths, and has every
// command tell of them.
func TestNastyNamesOnTheKernel(t *testing.T) {
	need.BPFFS(t)
	const comm = "/proc/self/comm"
	before, err := os.ReadFile(comm)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.WriteFile(comm, bytes.TrimSpace(before), 0); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join("/sys/fs/bpf", fmt.Sprintf("ringscope-nasty-%d", os.Getpid()))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	name := fmt.Sprintf("twin%d", os.Getpid()%100_000)
	one := bpftest.Make(t, name, 4096)
	bpftest.Make(t, name, 4096)
	if refused := one.Write(t, bpftest.Record{Length: 64}); refused != 0 {
		t.Fatal("the record was refused")
	}
	for i, bad := range nastytest.Texts() {
		file := strings.NewReplacer("\x00", "", "/", "", ".", "").Replace(bad.Text) // what a BPF file system takes
		file = file[:min(len(file), 200)]
		called := bad.Text[:min(len(bad.Text), 15)]
		if file == "" || strings.TrimRight(called, "\x00") == "" {
			continue
		}
		if err := os.WriteFile(comm, []byte(called), 0); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, file)
		one.Pin(t, path)
		set := []text.Charset{text.UTF8, text.ASCII}[i%2]
		told := func(want int, args ...string) (stdout, stderr string) {
			var out, err bytes.Buffer
			a := &app{in: strings.NewReader(""), out: &out, err: &err, env: locale(i)}
			code := a.run(t.Context(), args)
			if e := errors.Join(nastytest.Harmless(set, err.String(), false), nastytest.Harmless(text.UTF8, out.String(), false)); e != nil || code != want {
				t.Errorf("%s: %.80q: exit code %d, %v, %s", bad.Name, args, code, e, err.String())
			}
			return out.String(), err.String()
		}
		pinned := false
		out, _ := told(0, "list", "--json")
		for _, line := range strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n") {
			j := decode[report.Listed](t, line)
			pinned = pinned || slices.ContainsFunc(j.Ring.Pins, func(p string) bool { return lenient(p) == lenient(path) })
		}
		if !pinned {
			t.Errorf("%s: the pin is not listed", bad.Name)
		}
		out, _ = told(0, "list", "--csv")
		if table, err := csv.NewReader(strings.NewReader(out)).ReadAll(); err != nil || strings.Count(out, "\n") != len(table) {
			t.Errorf("%s: list --csv: %v, %d lines of text for %d", bad.Name, err, strings.Count(out, "\n"), len(table))
		}
		out, _ = told(0, "list")
		if lines := strings.Count(out, name); lines != 2 || !strings.Contains(out, set.Safe(path)) {
			t.Errorf("%s: list names the rings in %d lines: %s", bad.Name, lines, out)
		}
		told(0, "stat", "pin:"+path, "-n", "1")
		told(0, "dump", "pin:"+path)
		var offered bytes.Buffer
		shell := &app{in: strings.NewReader(""), out: &offered, err: io.Discard, env: locale(i)}
		code := shell.run(t.Context(), []string{"__complete", "stat", ""})
		if e := nastytest.Harmless(text.UTF8, strings.ReplaceAll(offered.String(), "\t", " "), false); e != nil || code != 0 || !strings.Contains(offered.String(), "name:"+name+"\t") {
			t.Errorf("%s: a shell is offered, exit code %d, %v: %q", bad.Name, code, e, offered.String())
		}
		_, ambiguous := told(ExitUsage, "stat", "name:"+name)
		if lines := strings.Split(ambiguous, "\n"); len(lines) != 4 || !strings.HasPrefix(lines[1], "  id:") || !strings.HasPrefix(lines[2], "  id:") {
			t.Errorf("%s: an ambiguous name is told as %s", bad.Name, ambiguous)
		}
		if err := one.Map.Unpin(); err != nil {
			t.Fatal(err)
		}
		_, gone := told(ExitNoSuchRing, "stat", "pin:"+path)
		if strings.Count(gone, "\n") != 1 {
			t.Errorf("%s: a pin that is gone is told as %s", bad.Name, gone)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}
