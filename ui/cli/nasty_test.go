package cli

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ringscope/internal/nastytest"
	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/text"
)

// listed is an error that has lines of its own.
type listed []string

func (e listed) Error() string   { return strings.Join(e, "\n") }
func (e listed) Lines() []string { return e }

// TestErrorsAreSafe wants nothing from outside to act on the terminal, and lines to begin where the error means them to: a line feed in a path
// must not write a sentence of its own.
func TestErrorsAreSafe(t *testing.T) {
	foreign := errors.New("no ring \x1b[2J\u202e\x9b\nringscope: all is well ö")
	const safe = `no ring \x1b[2J\u202e\x9b\x0aringscope: all is well \u00f6`
	for want, err := range map[string]error{
		safe:                              foreign,
		"open: " + safe:                   fmt.Errorf("open: %w", foreign),
		safe + ", too":                    fmt.Errorf("%w, too", foreign),
		"a\n" + safe + "\nb":              errors.Join(errors.New("a"), foreign, errors.New("b")),
		"all: a\n" + safe:                 fmt.Errorf("all: %w", errors.Join(errors.New("a"), foreign)),
		`\x0a: a\x0ab: ` + safe:           fmt.Errorf("\n: %w: %w", errors.New("a\nb"), foreign),
		`which?\x0a  one` + "\n" + safe:   fmt.Errorf("which?\n%w", errors.Join(errors.New("  one"), foreign)),
		"which?: these\n  id:1 " + `\x0a`: fmt.Errorf("which?: %w", listed{"these", "  id:1 \n"}),
	} {
		var out bytes.Buffer
		a := &app{err: &out, env: []string{"LC_ALL=C"}}
		a.tell(err)
		if got := out.String(); got != "ringscope: "+want+"\n" {
			t.Errorf("told as\n%q, want\n%q", got, "ringscope: "+want+"\n")
		}
	}
}

// locale shows UTF-8, or ASCII only.
func locale(i int) []string { return []string{[]string{"LC_ALL=C.UTF-8", "LC_ALL=C"}[i%2]} }

// TestNastyArguments feeds the nastiest texts as every argument that there is: what comes of it is told in one line, and wrong usage in one more.
func TestNastyArguments(t *testing.T) {
	for i, bad := range nastytest.Texts() {
		arg := strings.ReplaceAll(bad.Text, "\x00", "\x01") // no argument holds a zero byte
		for _, line := range [][]string{
			{arg},
			{arg, "--help"},
			{"help", arg},
			{"list", arg},
			{"doctor", arg},
			{"formats", arg},
			{"completion", arg},
			{"completion", "bash", arg},
			{"stat", "file:" + arg},
			{"stat", "demo:x" + arg},
			{"stat", "id:" + arg},
			{"stat", "pid:x" + arg},
			{"stat", "x" + arg + ":y"},
			{"stat", "demo", "--" + arg + "x"},
			{"stat", "demo", "-x" + arg},
			{"stat", "demo", "-n", arg},
			{"stat", "demo", "-i", "x" + arg},
			{"stat", "demo", "--format", "x" + arg},
			{"stat", "demo", "--fail-on", "x" + arg},
			{"dump", "file:" + arg},
			{"dump", "demo", "--payload", arg},
			{"check", "file:" + arg},
			{"check", "demo", "--for", "x" + arg},
			{"demo", "x" + arg},
			{"demo", "--format", "x" + arg},
			{"demo", "--size", "x" + arg},
			{"demo", "--payload", "x" + arg},
			{"demo", "--reader", "x" + arg},
			{"demo", "--wake-up", "x" + arg},
			{"demo", "--file", filepath.Join(t.TempDir(), "none", "x") + arg},
			{"formats", "--size", "x" + arg},
			{"formats", "--pos", "x" + arg},
		} {
			if slices.Contains([]string{"", "-"}, line[len(line)-1]) {
				continue // no argument at all
			}
			var out, err bytes.Buffer
			a := &app{in: strings.NewReader(""), out: &out, err: &err, env: locale(i)}
			code := a.run(t.Context(), line)
			said := err.String()
			if len(line[0]) == 0 { // "" is no command, and the page of rings needs a terminal
				continue
			}
			if e := nastytest.Harmless(a.set(), said, false); e != nil {
				t.Errorf("%s: %.80q: %v", bad.Name, line, e)
			}
			lines := strings.Split(strings.TrimSuffix(said, "\n"), "\n")
			if code == 0 || out.Len() > 0 || !strings.HasPrefix(said, "ringscope: ") || len(lines) > 2 || len(lines) == 2 && !strings.HasSuffix(lines[1], " --help tells more.") {
				t.Errorf("%s: %.80q: exit code %d, %.80q, %q", bad.Name, line, code, out.String(), said)
			}
		}
	}
}

// TestTargetsThatAreTooLong are refused at once, and not repeated.
func TestTargetsThatAreTooLong(t *testing.T) {
	for _, kind := range []string{"", "name:", "pin:/", "file:/", "id:1", "pid:1", "demo:", "x:", "/"} {
		for _, command := range []string{"stat", "watch", "dump", "check"} {
			code, out, err := here(command, kind+strings.Repeat("1a", 50_000))
			if code != ExitUsage || out != "" || !strings.Contains(err, "bytes long") || len(err) > 300 {
				t.Errorf("%s %s: exit code %d, %q, %.300q", command, kind, code, out, err)
			}
		}
	}
}

// misname makes the text of whatever the description of the ring at path calls something, as far as there is room, and returns what the
// ring is called then.
func misname(t *testing.T, path, text string) (name string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	if _, err := f.ReadAt(page, 0); err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(page, []byte("RINGFILE"))
	if at < 0 {
		t.Fatal("there is no description")
	}
	block := page[at : at+512]
	text, _, _ = strings.Cut(text, "\x00")
	put := func(from, room int) string {
		clear(block[from : from+room])
		return text[:copy(block[from:from+room], text)]
	}
	put(64, 32)          // the format
	put(96, 32)          // who serves it
	name = put(128, 128) // the ring
	put(256, 224)        // where it comes from
	put(488, 16)         // who reads it
	clear(block[16:20])
	binary.NativeEndian.PutUint32(block[16:], crc32.ChecksumIEEE(block))
	if _, err := f.WriteAt(block, int64(at)); err != nil {
		t.Fatal(err)
	}
	return name
}

// lenient has one replacement for all wrong bytes that follow each other: how many stand for them is not said.
func lenient(s string) string {
	return regexp.MustCompile("\ufffd+").ReplaceAllString(strings.ToValidUTF8(s, "\ufffd"), "\ufffd")
}

// TestNastyFileNames serves rings of the nastiest names in files of such names, and reads them with every command.
func TestNastyFileNames(t *testing.T) {
	dir := t.TempDir()
	for i, bad := range nastytest.Texts() {
		name := strings.NewReplacer("\x00", "", "/", "").Replace(bad.Text)
		name = name[:min(len(name), 200)]
		if name == "" {
			continue
		}
		path := filepath.Join(dir, name)
		set := []text.Charset{text.UTF8, text.ASCII}[i%2]
		ended, end := context.WithCancel(t.Context())
		end()
		var served bytes.Buffer
		server := &app{in: strings.NewReader(""), out: &served, err: &served, env: locale(i)}
		server.run(ended, []string{"demo", "--file", path})
		if e := nastytest.Harmless(set, served.String(), false); e != nil || strings.HasPrefix(served.String(), "serving ") && !strings.Contains(served.String(), set.Safe(path)) {
			t.Errorf("%s: served: %v, %s", bad.Name, e, served.String())
		}
		c, err := target.NewSimulation("healthy")
		if err != nil {
			t.Fatal(err)
		}
		c.File = path
		s, err := target.Simulate(c)
		if err != nil {
			if _, missing := os.Stat(dir); missing == nil {
				t.Logf("%s: this system has no such file name: %v", bad.Name, err)
				continue
			}
			t.Fatal(err)
		}
		ring := misname(t, path, bad.Text)
		said := func(args ...string) (int, string, string) {
			var out, err bytes.Buffer
			a := &app{in: strings.NewReader(""), out: &out, err: &err, env: locale(i)}
			code := a.run(t.Context(), args)
			return code, out.String(), err.String()
		}
		at := "file:" + path
		for _, args := range [][]string{{"stat", at, "-n", "1"}, {"dump", at}} {
			code, out, told := said(append(args, "--format", "linux")...)
			if e := errors.Join(nastytest.Harmless(set, out, false), nastytest.Harmless(set, told, false)); e != nil || code != 0 {
				t.Errorf("%s: %s: exit code %d, %v, %s", bad.Name, args[0], code, e, told)
			}
		}
		code, out, told := said("stat", at, "-n", "1", "--json", "--format", "linux")
		if lines := strings.SplitAfter(out, "\n"); code != 0 || len(lines) != 3 {
			t.Errorf("%s: stat --json: exit code %d, %q, %s", bad.Name, code, out, told)
		} else if j := decode[report.Stat](t, lines[0]); lenient(j.Ring.Name) != lenient(ring) || !json.Valid([]byte(lines[1])) {
			t.Errorf("%s: the name is %q, not %q", bad.Name, j.Ring.Name, ring)
		}
		code, out, told = said("stat", at, "-n", "1", "--csv", "--format", "linux")
		if table, e := csv.NewReader(strings.NewReader(out)).ReadAll(); code != 0 || e != nil || len(table) != 2 || strings.Count(out, "\n") != 2 {
			t.Errorf("%s: stat --csv: exit code %d, %v, %q, %s", bad.Name, code, e, out, told)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, out, told := said("stat", at); out != "" || strings.Count(told, "\n") != 1 || nastytest.Harmless(set, told, false) != nil {
			t.Errorf("%s: gone: %q, %q", bad.Name, out, told)
		}
	}
}

// TestNastyChecks puts the nastiest texts into what doctor and notes say.
func TestNastyChecks(t *testing.T) {
	for i, bad := range nastytest.Texts() {
		var out bytes.Buffer
		a := &app{out: &out, err: &out, env: locale(i)}
		if err := errors.Join(a.writeCheck(&out, target.Check{Name: bad.Text, Detail: bad.Text, Fix: bad.Text}, false), a.notes([]string{bad.Text})); err != nil {
			t.Fatal(err)
		}
		if e := nastytest.Harmless(a.set(), out.String(), false); e != nil || strings.Count(out.String(), "\n") != 3 && bad.Text != "" {
			t.Errorf("%s: %v in %q", bad.Name, e, out.String())
		}
	}
}
