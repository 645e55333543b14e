package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/ui/report"
)

// built is the real program.
var built string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ringscope-cli")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // other users run it too
		panic(err)
	}
	built = filepath.Join(dir, "ringscope")
	if out, err := exec.Command("go", "build", "-o", built, "ringscope").CombinedOutput(); err != nil {
		panic("build the program: " + err.Error() + "\n" + string(out))
	}
	return m.Run()
}

// patience is how long the program may take for what takes it seconds: on a busy machine it gets little of its time. It decides no test that
// passes.
const patience = 5 * time.Minute

// program is the real program, running.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	out    *bufio.Reader
	pipe   io.Closer // the reading end of its output
	stderr bytes.Buffer
	timer  *time.Timer
}

// start runs the program with its output in a pipe.
func start(t *testing.T, change func(*exec.Cmd), args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(built, args...)}
	p.cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	p.cmd.Stderr = &p.stderr
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stdout = w
	if change != nil {
		change(p.cmd)
	}
	if err := need.Heard(p.cmd.Start); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	p.pipe, p.out = r, bufio.NewReader(r)
	p.timer = time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = r.Close()
	})
	return p
}

// run runs the program to its end.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return start(t, nil, args...).rest()
}

// line is its next line.
func (p *program) line() string {
	p.t.Helper()
	s, err := p.out.ReadString('\n')
	if err != nil {
		p.t.Fatalf("no line came: %v, %q, %s", err, s, p.stderr.String())
	}
	return s
}

// stat is its next line, as JSON.
func (p *program) stat() report.Stat {
	p.t.Helper()
	return decode[report.Stat](p.t, p.line())
}

func (p *program) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// rest reads until it ends.
func (p *program) rest() (code int, stdout, stderr string) {
	p.t.Helper()
	b, err := io.ReadAll(p.out)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.wait(), string(b), p.stderr.String()
}

// looksAt waits until the program has mapped the file at path: from then on it hears signals, and knows the ring.
func (p *program) looksAt(path string) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", p.cmd.Process.Pid))
		if err != nil {
			p.t.Fatal(err)
		}
		if bytes.Contains(maps, []byte(path)) {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("it does not look at %s", path)
		}
	}
}

func (p *program) wait() int {
	p.t.Helper()
	err := p.cmd.Wait()
	if !p.timer.Stop() {
		p.t.Fatalf("it did not end within %v", patience)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode()
}

// decode reads one line of JSON, and wants to know every field.
func decode[T any](t *testing.T, line string) T {
	t.Helper()
	var v T
	d := json.NewDecoder(bytes.NewReader([]byte(line)))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return v
}

// end reads the rest of a stream of stat --json: its lines, the last of which is the end.
func (p *program) end() (lines []report.Stat, reason string, code int) {
	p.t.Helper()
	code, out, stderr := p.rest()
	if stderr != "" {
		p.t.Errorf("on stderr: %s", stderr)
	}
	all := bytes.SplitAfter([]byte(out), []byte("\n"))
	all = all[:len(all)-1]
	if len(all) == 0 {
		p.t.Fatalf("nothing was written")
	}
	for _, l := range all[:len(all)-1] {
		lines = append(lines, decode[report.Stat](p.t, string(l)))
	}
	e := decode[report.End](p.t, string(all[len(all)-1]))
	if e.Event != "end" {
		p.t.Errorf("the last line is %+v", e)
	}
	return lines, e.Reason, code
}
