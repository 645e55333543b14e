package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/exp/golden"

	"ringscope/internal/nastytest"
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/text"
	"ringscope/ui/tui"
)

// here runs a command line in this process.
func here(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &err, env: []string{"LC_ALL=C.UTF-8"}}
	code = a.run(context.Background(), args)
	return code, out.String(), err.String()
}

func TestHelp(t *testing.T) {
	for _, command := range []string{"", "demo", "watch", "list", "stat", "check", "dump", "formats", "doctor"} {
		t.Run("ringscope "+command, func(t *testing.T) {
			code, out, err := here(append(strings.Fields(command), "--help")...)
			if code != 0 || err != "" {
				t.Errorf("exit code %d, %s", code, err)
			}
			if !strings.Contains(out, "Examples:") {
				t.Error("there are no examples")
			}
			for _, line := range strings.Split(out, "\n") {
				if w := text.Width(line); w > 100 {
					t.Errorf("%d cells: %q", w, line)
				}
			}
			golden.RequireEqual(t, strings.Replace(out, scenarioList(), "  (what package demo says of each)", 1))
		})
	}
}

// TestHelpFitsATerminal: on narrow terminals its lines are folded, but for examples and the list of commands, and it says the same.
func TestHelpFitsATerminal(t *testing.T) {
	for _, width := range []int{80, 60} {
		for _, name := range []string{"", "demo", "watch", "list", "stat", "check", "dump", "formats", "doctor"} {
			if name == "" && width < 80 {
				continue
			}
			_, wide, _ := here(append(strings.Fields(name), "--help")...)
			var out strings.Builder
			root := (&app{out: &out, err: &out, env: []string{"LC_ALL=C.UTF-8"}}).root()
			c, _, err := root.Find(strings.Fields(name))
			if err != nil {
				t.Fatal(err)
			}
			c.InitDefaultHelpFlag()
			root.SetOut(&out)
			fitHelp(c, width)
			if err := c.Help(); err != nil {
				t.Fatal(err)
			}
			for line := range strings.SplitSeq(out.String(), "\n") {
				if w := text.Width(line); w > width && !strings.Contains(c.Example, line) {
					t.Errorf("%s: %d cells of %d: %q", name, w, width, line)
				}
			}
			if !slices.Equal(strings.Fields(out.String()), strings.Fields(wide)) {
				t.Errorf("%s --help says something else with %d columns:\n%s", name, width, out.String())
			}
		}
	}
}

func TestVersion(t *testing.T) {
	if code, out, _ := here("--version"); code != 0 || !strings.HasPrefix(out, "ringscope "+Version) {
		t.Errorf("exit code %d, %q", code, out)
	}
}

func TestWrongUsage(t *testing.T) {
	for _, c := range []struct{ line, says string }{
		{"wacth", "did you mean watch?"},
		{"id:167", "ringscope watch id:167"},
		{"stat", "TARGET is missing"},
		{"stat a b", "not 2 arguments"},
		{"list rb", `unexpected "rb"`},
		{"stat --nonsense demo", "there is no flag --nonsense"},
		{"stat -z demo", "there is no flag -z"},
		{"check demo --for", "--for needs a value"},
		{"stat demo --json --csv", "exclude each other"},
		{"stat demo -i 1ms", "100ms is the shortest"},
		{"stat demo -n -1", "--count can't be -1"},
		{"stat demo -n x", `--count can't be "x", expected a whole number`},
		{"stat demo -n 99999999999999999999", `expected at most 9,223,372,036,854,775,807`},
		{"check --at-once -99999999999999999999", `can't be "-99999999999999999999", expected a larger number`},
		{"formats --length 4294967296", `--length can't be "4294967296", expected at most 4,294,967,295`},
		{"formats --pos -1", `--pos can't be "-1", expected a whole number, 0 or more`},
		{"demo --discard much", `--discard can't be "much", expected a number`},
		{"list --json=perhaps", "expected true or false"},
		{"stat demo --format linuz", `--format can't be "linuz", expected one of linux, windows, windows-legacy, windows-legacy-packed`},
		{"check --format linuz", "--format can't be"},
		{"stat demo --fail-on bad", "hint, warning, problem or none"},
		{"stat demo --steal", "--consume only"},
		{"stat demo --consume", "only kernel rings"},
		{"stat demo --tick -1s", "-1s"},
		{"stat rb.rsc", "recording"},
		{"stat ./ring", "file:./ring"},
		{"stat id:x", "is no id"},
		{"stat demo:nonsense", "slow-consumer"},
		{"dump demo --payload -1", "--payload can't be -1"},
		{"demo nonsense", "slow-consumer"},
		{"demo healthy full", "not 2 arguments"},
		{"demo --at 3s", "--frozen only"},
		{"demo --frozen --file x", "frozen"},
		{"demo --frozen --at -1s", "--at can't be -1s"},
		{"demo --file=", "--file is empty, expected a path"},
		{"demo --size 5000", "power of two"},
		{"demo --size big", `--size can't be "big", expected bytes`},
		{"formats --size big", `--size can't be "big", expected bytes`},
		{"demo --payload x", "payload size"},
		{"demo --discard 2", "0 to 1"},
		{"demo --format windows-95", "linux"},
		{"demo --reader dances", "expected one of steady, waits, stops"},
		{"demo --reader stops --consumer-rate 0", "nobody reads"},
		{"demo --wake-up loud", "adaptive, none or forced"},
		{"demo --back-after 1s", "ends after 0s"},
		{"demo restart --file x", "as long as it is served"},
		{"list --json --csv", "exclude each other"},
		{"list -i 1ms", "100ms is the shortest"},
		{"list -n 3", "needs --interval"},
		{"stat demo -i soon", "500ms, 2s, 1m, or a number of seconds"},
		{"stat demo -i 1e300", "too long"},
		{"watch demo --interval -1s", "--interval can't be -1s"},
		{"stat demo -i 0.01", "100ms is the shortest"},
		{"list -n -1", "--count can't be -1"},
		{"check a b", "not 2 arguments"},
		{"check demo --for 1s", "3s is the shortest"},
		{"check demo --fail-on bad", "hint, warning, problem or none"},
		{"check demo --at-once 0", "1 to 256"},
		{"check demo --tick -1s", "-1s"},
		{"check demo:nonsense", "slow-consumer"},
		{"stat demo -n 0", "--count can't be 0"},
		{"help nonsense", "no command"},
		{"wacth --help", "did you mean watch?"},
		{"--help nonsense", "no command"},
		{"completion", "a shell is missing"},
		{"completion tcsh", `no completion for "tcsh"`},
		{"completion bash x", `unexpected "x"`},
	} {
		code, out, err := here(strings.Fields(c.line)...)
		if code != ExitUsage || out != "" || !strings.Contains(err, c.says) || !strings.HasPrefix(err, "ringscope: ") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q; expected it to say %q", c.line, code, out, err, c.says)
		}
	}
}

// TestArgumentsAreEscapedOnce gives what a terminal would act on to everything that says what it was given.
func TestArgumentsAreEscapedOnce(t *testing.T) {
	const bad = "1\x1b[31m\n\u202e\\"
	for _, line := range []string{
		"X", "list X", "stat demo -n X", "stat demo -i X", "stat demo --fail-on X", "stat demo --format X", "stat demo --json=X", "stat demo -X", "stat demo --X",
		"stat id:X", "stat pid:X", "stat X:x", "stat ./X", "stat demo:X", "check demo --for X", "dump demo --payload X", "demo X", "demo --size X", "demo --payload X",
		"demo --payload 64xX", "demo --reader X", "demo --wake-up X", "demo --discard X", "demo --format X", "formats --size X", "formats --length X", "completion X", "help X",
	} {
		args := strings.Fields(line)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "X", bad)
		}
		code, out, said := here(args...)
		if code != ExitUsage || out != "" || nastytest.Harmless(text.UTF8, said, false) != nil {
			t.Errorf("%s: exit code %d, %q, %q", line, code, out, said)
		}
		first, _, _ := strings.Cut(said, "\n")
		switch short := strings.Contains(line, " -X"); { // a short flag is one character long
		case short:
		case !strings.Contains(first, `1\x1b[31m\x0a\u202e\\`):
			t.Errorf("%s: what was given is not in %q", line, first)
		}
		if strings.Contains(said, `\\x`) || strings.Contains(said, `\\u`) || strings.Contains(said, `\\\`) {
			t.Errorf("%s: escaped twice: %q", line, said)
		}
	}
}

func TestHelpInASCII(t *testing.T) {
	for _, command := range []string{"", "demo", "watch", "list", "stat", "check", "dump", "formats", "doctor", "completion"} {
		code, out, _ := here(append(strings.Fields(command), "--help", "--ascii")...)
		for _, r := range out {
			if r >= utf8.RuneSelf || code != 0 {
				t.Errorf("%s: exit code %d, %q in help", command, code, r)
			}
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("disk on fire"), 1},
		{&usageError{err: errors.New("no")}, 2},
		{fmt.Errorf("x: %w", target.ErrTarget), 2},
		{fmt.Errorf("x: %w", sampler.ErrAmbiguous), 2},
		{fmt.Errorf("x: %w", sampler.ErrNotPermitted), 3},
		{fmt.Errorf("x: %w", sampler.ErrNoSuchRing), 4},
		{fmt.Errorf("x: %w", sampler.ErrUnsupported), 1},
		{fmt.Errorf("x: %w", sampler.ErrBusyReader), 1},
		{tui.ErrNoScreen, 1},
		{errRingEnded, 5},
		{errFound, 6},
		{&signalError{syscall.SIGHUP}, 129},
		{&signalError{syscall.SIGINT}, 130},
		{tui.ErrInterrupted, 130},
		{&signalError{syscall.SIGTERM}, 143},
		{fmt.Errorf("write: %w", syscall.EPIPE), 0},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}

// screenless are commands that need a screen, without one.
func TestScreensNeedATerminal(t *testing.T) {
	for line, instead := range map[string]string{
		"demo":               "ringscope stat demo:healthy",
		"demo burst":         "ringscope stat demo:burst",
		"demo full --frozen": "ringscope stat demo:full",
		"watch demo:full":    "ringscope stat demo:full",
		"watch id:1":         "ringscope stat id:1",
		"":                   "ringscope list",
	} {
		code, out, err := run(t, strings.Fields(line)...)
		if code != ExitFailed || out != "" || !strings.Contains(err, instead) {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q; expected it to name %s", line, code, out, err, instead)
		}
	}
}

func TestDumpOfASimulatedRing(t *testing.T) {
	code, out, err := run(t, "dump", "demo:stuck-record", "--json")
	if code != 0 || err != "" {
		t.Fatalf("exit code %d, %s", code, err)
	}
	_, again, _ := run(t, "dump", "demo:stuck-record", "--json")
	if out != again {
		t.Error("two dumps of one simulated moment differ")
	}
	lines := strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n")
	states := map[string]int{}
	var next uint64
	for i, l := range lines {
		r := decode[report.Record](t, l)
		if i > 0 && r.Pos != next {
			t.Fatalf("a record at %d, expected one at %d", r.Pos, next)
		}
		next = r.Pos + r.Span
		states[r.State]++
		if r.PageOffsetOK == nil || !*r.PageOffsetOK || !r.Exact {
			t.Fatalf("not confirmed: %s", l)
		}
		if (r.PayloadHex == nil) != (r.State == "busy") {
			t.Fatalf("payload of a %s record: %s", r.State, l)
		}
	}
	if states["busy"] != 1 || states["committed"] < 100 || states["discarded"] < 1 {
		t.Errorf("states are %v", states)
	}
	_, none, _ := run(t, "dump", "demo:stuck-record", "--json", "--no-payload")
	if strings.Contains(none, `"payload_hex":"`) {
		t.Error("--no-payload shows payloads")
	}
	_, four, _ := run(t, "dump", "demo:stuck-record", "--json", "--payload", "4")
	r := decode[report.Record](t, strings.SplitAfter(four, "\n")[0])
	if r.PayloadHex == nil || len(*r.PayloadHex) != 8 {
		t.Errorf("--payload 4 shows %+v", r)
	}
}

func TestNoSuchFile(t *testing.T) {
	code, out, err := run(t, "stat", "file:"+filepath.Join(t.TempDir(), "ring"))
	if code != ExitNoSuchRing || out != "" || !strings.Contains(err, "demo --file") {
		t.Errorf("exit code %d, %q, %q", code, out, err)
	}
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]uint64{"4096": 4096, "64KiB": 65536, "64k": 65536, "8 MiB": 8 << 20, "1G": 1 << 30, "0": 0} {
		if got, err := parseSize(s); err != nil || got != want {
			t.Errorf("%q is %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "K", "-1", "1.5M", "8XiB", "99999999999999999999", "18014398509481984K", "4096 4096"} {
		if got, err := parseSize(s); err == nil {
			t.Errorf("%q is %d", s, got)
		}
	}
}

func TestHostIsUnknownNotEmpty(t *testing.T) {
	h := (&app{}).host()
	if name, err := os.Hostname(); err == nil && h.Name != name {
		t.Errorf("host is %q, not %q", h.Name, name)
	}
	if got := h.At(&model.Ring{Simulated: true}); got != "SIMULATED" {
		t.Errorf("a simulated ring is on %q", got)
	}
}

// brokenDisk takes nothing.
type brokenDisk struct{}

func (brokenDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestHelpThatCannotBeWrittenFails(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"--version"}, {"help", "watch"}} {
		var told strings.Builder
		a := &app{in: strings.NewReader(""), out: brokenDisk{}, err: &told}
		if code := a.run(t.Context(), args); code != ExitFailed || strings.Count(told.String(), "no space left") != 1 {
			t.Errorf("%v: exit code %d, %q", args, code, told.String())
		}
	}
}
