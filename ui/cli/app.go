package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/charmbracelet/x/term"

	"ringscope/ui/report"
	"ringscope/ui/text"
)

// Version of ringscope.
const Version = "0.1.0"

// app is what commands share.
type app struct {
	in    io.Reader
	out   io.Writer
	err   io.Writer
	env   []string
	ascii bool // --ascii
	// wrong is what is wrong with a command line that asks for help: cobra takes no error for an answer there.
	wrong error
}

// Main runs the command line of this process and returns its exit code.
func Main() int {
	ctx, stop := withSignals(context.Background())
	defer stop()
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Environ()}
	return a.run(ctx, os.Args[1:])
}

// run executes one command line.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	out := &sink{w: a.out} // cobra does not tell what became of help and version
	root.SetOut(out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = a.wrong
	}
	if cause := context.Cause(ctx); cause != nil && err == nil {
		err = cause // a command that a signal ended did what it could
	}
	if err == nil && out.err != nil {
		err = fmt.Errorf("write: %w", out.err)
	}
	a.tell(err)
	return exitCode(err)
}

// sink remembers the first error of writing, and reports none.
type sink struct {
	w   io.Writer
	err error
}

// Write writes to the sink's writer.
func (s *sink) Write(p []byte) (int, error) {
	_, err := s.w.Write(p)
	if err != nil && s.err == nil {
		s.err = err
	}
	return len(p), nil // cobra would write the error to stderr beside ours
}

// set is the charset of text that is written as lines.
func (a *app) set() text.Charset {
	if a.ascii || !a.utf8() {
		return text.ASCII
	}
	return text.UTF8
}

// utf8 reports whether the locale can show more than ASCII; where no variable says anything, it can.
func (a *app) utf8() bool {
	if runtime.GOOS == "windows" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(a.getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}

func (a *app) getenv(name string) string {
	value := ""
	for _, kv := range a.env {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			value = v
		}
	}
	return value
}

// host describes where this runs. What can't be known is empty.
func (a *app) host() report.Host {
	h := report.Host{Version: Version}
	if name, err := os.Hostname(); err == nil {
		h.Name = name
	}
	if id, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		h.BootID = strings.TrimSpace(string(id))
	}
	return h
}

// terminal reports whether f is one.
func terminal(f any) bool {
	file, ok := f.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(file.Fd())
}

// columns is how many cells a line of the terminal f has; 0: it is none, or does not tell.
func columns(f any) int {
	file, ok := f.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(file.Fd()) {
		return 0
	}
	width, _, err := term.GetSize(file.Fd())
	if err != nil {
		return 0 // then lines are as long as in a pipe
	}
	return max(0, width)
}

// version is what --version prints.
func version() string {
	v := "ringscope " + Version
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+"
			}
		}
	}
	if revision != "" {
		v += " (" + revision + dirty + ")"
	}
	return fmt.Sprintf("%s %s %s/%s", v, info.GoVersion, runtime.GOOS, runtime.GOARCH)
}
