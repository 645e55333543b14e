package cli

import (
	"bytes"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/creack/pty"

	"ringscope/internal/need"
	"ringscope/sampler/target"
	"ringscope/ui/text"
)

// wide runs f with the output of an app on a terminal of so many columns, and returns what f wrote there.
func wide(t *testing.T, columns uint16, f func(*app)) string {
	t.Helper()
	need.PTY(t)
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		b, _ := io.ReadAll(master) // ends with an error when nobody has the other side open
		read <- strings.ReplaceAll(string(b), "\r\n", "\n")
	}()
	f(&app{in: strings.NewReader(""), out: tty, err: io.Discard, env: []string{"LC_ALL=C.UTF-8"}})
	if err := tty.Close(); err != nil {
		t.Fatal(err)
	}
	return <-read
}

// TestCheckFitsTheTerminal compares what check says on a terminal with what it says into a pipe: the same words, none of them broken by the end
// of a line.
func TestCheckFitsTheTerminal(t *testing.T) {
	_, piped, _ := here("check", "demo:slow-consumer", "--for", "5s")
	if strings.Count(piped, "\n") != 3 {
		t.Fatalf("not a line a statement in a pipe:\n%s", piped)
	}
	for _, columns := range []uint16{40, 80, 0} {
		shown := wide(t, columns, func(a *app) { a.run(t.Context(), []string{"check", "demo:slow-consumer", "--for", "5s"}) })
		if !slices.Equal(strings.Fields(shown), strings.Fields(piped)) {
			t.Errorf("%d columns: got\n%s\nwant the words of\n%s", columns, shown, piped)
		}
		for _, line := range strings.Split(shown, "\n") {
			if columns > 0 && text.Width(line) > int(columns) {
				t.Errorf("%d columns: %q", columns, line)
			}
		}
		if columns == 0 && shown != piped {
			t.Errorf("a terminal without a size gets\n%s", shown)
		}
	}
}

func TestDoctorFitsTheTerminal(t *testing.T) {
	check := target.Check{Name: "capabilities", Detail: strings.Repeat("What is missing here. ", 9), Fix: strings.Repeat("what to type ", 9)}
	shown := wide(t, 80, func(a *app) {
		if err := a.writeCheck(a.out, check, false); err != nil {
			t.Error(err)
		}
	})
	var piped bytes.Buffer
	a := &app{out: &piped, env: []string{"LC_ALL=C.UTF-8"}}
	if err := a.writeCheck(&piped, check, false); err != nil || strings.Count(piped.String(), "\n") != 2 {
		t.Fatalf("%v, %s", err, piped.String())
	}
	if !slices.Equal(strings.Fields(shown), strings.Fields(piped.String())) {
		t.Errorf("got\n%s\nwant the words of\n%s", shown, piped.String())
	}
	for i, line := range strings.Split(strings.TrimSuffix(shown, "\n"), "\n") {
		if text.Width(line) > 80 || i > 0 && !strings.HasPrefix(line, strings.Repeat(" ", 29)) {
			t.Errorf("%q", line)
		}
	}
}

// TestFormatsUsesTheTerminal has room for whole names on a wide terminal, and for no more than it has anywhere on a narrow one.
func TestFormatsUsesTheTerminal(t *testing.T) {
	_, piped, _ := here("formats")
	for columns, same := range map[uint16]bool{40: true, 78: true, 120: false} {
		shown := wide(t, columns, func(a *app) { a.run(t.Context(), []string{"formats"}) })
		if (shown == piped) != same || same == strings.Contains(shown, "windows-legacy-packed") {
			t.Errorf("%d columns:\n%s", columns, shown)
		}
	}
}

// TestListOfAnOrdinaryUser is told once what is missing, and what to type.
func TestListOfAnOrdinaryUser(t *testing.T) {
	need.Linux(t)
	need.Root(t) // to become another
	for _, command := range []string{"list", "check"} {
		p := start(t, nobody, command)
		code, out, said := p.rest()
		want := "ringscope: not permitted to look at this host's rings: CAP_SYS_ADMIN is needed. Run it as root, for instance: sudo ringscope\n"
		if code != ExitNotPermitted || out != "" || said != want {
			t.Errorf("%s: exit code %d, %q, %q", command, code, out, said)
		}
	}
	p := start(t, nobody, "doctor")
	_, out, _ := p.rest()
	for _, line := range strings.Split(out, "\n") {
		if strings.Contains(line, "rings of this host") && (strings.Contains(line, "sudo") || !strings.Contains(line, "CAP_SYS_ADMIN is needed")) {
			t.Errorf("doctor says %q, and then what to type", line)
		}
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	p = start(t, nobody, "demo", "--file", dir+"/ring")
	if code, out, said := p.rest(); code != ExitNotPermitted || out != "" || strings.Count(said, "\n") != 1 || !strings.Contains(said, "choose a path") {
		t.Errorf("demo --file: exit code %d, %q, %q", code, out, said)
	}
}

// TestErrorFitsTheTerminal has a sentence that is longer than a line.
func TestErrorFitsTheTerminal(t *testing.T) {
	_, _, piped := here("demo", "nonsense")
	shown := wide(t, 60, func(a *app) {
		a.err = a.out
		a.run(t.Context(), []string{"demo", "nonsense"})
	})
	if strings.Count(piped, "\n") != 2 || !slices.Equal(strings.Fields(shown), strings.Fields(piped)) {
		t.Errorf("got\n%s\nwant the words of\n%s", shown, piped)
	}
	for i, line := range strings.Split(shown, "\n") {
		if text.Width(line) > 60 || i == 1 && !strings.HasPrefix(line, "    ") {
			t.Errorf("%q", line)
		}
	}
}

// TestPassingLineLeavesRoom: it does not reach the end of the line, also with what the terminal adds at ctrl-c, and all of both is wiped.
func TestPassingLineLeavesRoom(t *testing.T) {
	shown := wide(t, 40, func(a *app) {
		a.err = a.out
		p := a.passing()
		p.show(strings.Repeat("wide ", 20))
		p.clear()
	})
	parts := strings.Split(shown, "\r")
	if len(parts) != 4 || strings.TrimSpace(parts[1]) == "" || strings.TrimSpace(parts[2]) != "" {
		t.Fatalf("%q", shown)
	}
	if typed := text.Width(parts[1] + "^C"); typed >= 40 || text.Width(parts[2]) < typed || text.Width(parts[2]) >= 40 {
		t.Errorf("%d columns with ^C, %d wiped, of 40: %q", typed, text.Width(parts[2]), shown)
	}
}

func TestStatFitsTheTerminal(t *testing.T) {
	shown := wide(t, 60, func(a *app) { a.run(t.Context(), []string{"stat", "demo", "-n", "1"}) })
	lines := strings.Split(shown, "\n")
	if len(lines) < 7 {
		t.Errorf("not folded:\n%s", shown)
	}
	for _, line := range lines {
		if text.Width(line) > 60 {
			t.Errorf("%q", line)
		}
	}
}

// TestHelpOnANarrowTerminal: no line is wider than the terminal, but for commands that are copied and words that are longer, and nothing is left out.
func TestHelpOnANarrowTerminal(t *testing.T) {
	for _, columns := range []uint16{20, 33, 47, 59} {
		for _, name := range []string{"", "demo", "watch", "list", "stat", "check", "dump", "formats", "doctor", "completion"} {
			args := append(strings.Fields(name), "--help")
			_, piped, _ := here(args...)
			shown := wide(t, columns, func(a *app) { a.run(t.Context(), args) })
			if !slices.Equal(strings.Fields(shown), strings.Fields(piped)) {
				t.Errorf("%s with %d columns says something else:\n%s", name, columns, shown)
			}
			if _, examples, has := strings.Cut(piped, "\nExamples:\n"); has {
				examples, _, _ = strings.Cut(examples, "\n\n")
				for line := range strings.SplitSeq(examples, "\n") {
					if command, _, _ := strings.Cut(strings.TrimSpace(line), "   "); !strings.Contains(shown, "\n  "+command) {
						t.Errorf("%s with %d columns: the example %q is not whole", name, columns, command)
					}
				}
			}
			for line := range strings.SplitSeq(shown, "\n") {
				said := strings.TrimSpace(line)
				if text.Width(line) > int(columns) && strings.Contains(said, " ") && !strings.Contains(piped, "\n  "+said) {
					t.Errorf("%s with %d columns: %q", name, columns, line)
				}
			}
		}
	}
}
