package tree

import (
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
	"testing"
)

const module = "ringscope"

// layers says what each package may import, from the most particular row to the most general: the first row that fits counts.
// Packages of this module that a row does not allow are denied; others are allowed unless the row denies them. A name that ends
// in "/..." means the package and all below it.
//
// A package whose name ends in "test" supports tests: it may reach across, and only tests, its like, bench and screenshots import
// it.
//
//	memory -> ringcore -> model -> sampler -> ui -> main.go
var layers = []struct {
	pkg   string
	allow []string // of this module
	deny  []string // of the standard library and of other modules
}{
	{"ringcore/shm", nil, drawing},
	{"ringcore", nil, append(drawing, "time", "os/...", "net/...", "syscall", "golang.org/x/sys/...", "github.com/cilium/...")},
	{"model/...", []string{"model/...", "ringcore"}, append(drawing, "os/...", "net/...", "io/fs", "syscall", "math/rand/...", "golang.org/x/sys/...", "github.com/cilium/...")},
	{"sampler", []string{"ringcore", "model"}, drawing},
	{"sampler/target", []string{"ringcore", "ringcore/shm", "model", "sampler/..."}, drawing},
	{"sampler/bpf/...", []string{"ringcore", "ringcore/shm", "model", "sampler", "sampler/bpf/..."}, drawing},
	{"sampler/...", []string{"ringcore", "ringcore/shm", "model", "sampler"}, drawing},
	{"ui/cli", []string{"ringcore", "model", "sampler", "sampler/target", "ui/..."}, []string{"github.com/cilium/..."}},
	{"ui/tui/...", []string{"ringcore", "model", "sampler", "ui/tui/...", "ui/text", "ui/words", "ui/report"}, []string{"github.com/cilium/...", "github.com/spf13/..."}},
	{"ui/...", []string{"ringcore", "model", "sampler", "ui/text", "ui/words"}, []string{"github.com/cilium/...", "github.com/spf13/..."}},
	{".", []string{"ui/cli"}, nil},
	{"internal/...", []string{"internal/..."}, nil},
}

// drawing is what only ui does.
var drawing = []string{"charm.land/...", "github.com/charmbracelet/...", "github.com/spf13/..."}

func within(pattern, pkg string) bool {
	below, ok := strings.CutSuffix(pattern, "/...")
	return pkg == below || ok && strings.HasPrefix(pkg, below+"/")
}

func anyWithin(patterns []string, pkg string) bool {
	for _, p := range patterns {
		if within(p, pkg) {
			return true
		}
	}
	return false
}

func forTests(pkg string) bool { return strings.HasSuffix(pkg, "test") }

// breach says what is wrong with pkg importing what; "" is nothing. Both are import paths, pkg without the module's name.
func breach(pkg, what string) string {
	switch ours := strings.HasPrefix(what, module+"/"); {
	case forTests(pkg) || within("bench/...", pkg) || within("screenshots/...", pkg):
		return ""
	case ours && (forTests(what) || what == module+"/internal/need"):
		return "is not a test and must not import " + what
	}
	for _, l := range layers {
		if !within(l.pkg, pkg) {
			continue
		}
		ours, ok := strings.CutPrefix(what, module+"/")
		switch {
		case ok && !anyWithin(l.allow, ours):
			return "stands in a layer that must not import " + what
		case !ok && anyWithin(l.deny, what):
			return "must not import " + what
		}
		return ""
	}
	return "stands in no layer: give it a row in internal/tree/layers_test.go"
}

// TestLayers reads the imports of every file for every system, whatever its build constraints. Test files may reach across.
func TestLayers(t *testing.T) {
	imports := 0
	for _, f := range files(t) {
		if !strings.HasSuffix(f.path, ".go") || strings.HasSuffix(f.path, "_test.go") || strings.Contains(f.path, "/testdata/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			what, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports++
			if why := breach(path.Dir(f.path), what); why != "" {
				t.Errorf("%s %s", f.path, why)
			}
		}
		switch name := parsed.Name.Name; name {
		case "util", "utils", "common", "helper", "helpers", "manager", "misc", "base", "simple":
			t.Errorf("%s: package %s says nothing about what it holds", f.path, name)
		}
	}
	if imports < 50 {
		t.Errorf("only %d imports were found", imports)
	}
}

func TestBreach(t *testing.T) {
	for _, c := range []struct {
		pkg, what string
		ok        bool
	}{
		{"ringcore", "sync/atomic", true},
		{"ringcore", "time", false},
		{"ringcore", "ringscope/ringcore/shm", false},
		{"ringcore", "golang.org/x/sys/unix", false},
		{"ringcore/shm", "golang.org/x/sys/unix", true},
		{"ringcore/shm", "ringscope/ringcore", false},
		{"model", "time", true},
		{"model", "os", false},
		{"model", "net/http", false},
		{"model", "ringscope/ringcore", true},
		{"model", "ringscope/ringcore/shm", false},
		{"model", "ringscope/sampler", false},
		{"sampler", "ringscope/model", true},
		{"sampler", "ringscope/sampler/bpf", false},
		{"sampler", "ringscope/ui/text", false},
		{"sampler/demo", "ringscope/ringcore/shm", true},
		{"sampler/demo", "ringscope/sampler/bpf", false},
		{"sampler/target", "ringscope/sampler/bpf", true},
		{"sampler/target", "ringscope/ui/words", false},
		{"ui/tui", "ringscope/sampler", true},
		{"ui/tui/paint", "ringscope/sampler/bpf", false},
		{"ui/tui", "ringscope/sampler/target", false},
		{"ui/cli", "ringscope/sampler/target", true},
		{"ui/cli", "ringscope/sampler/bpf", false},
		{"ui/words", "ringscope/ui/cli", false},
		{"ui/words", "charm.land/lipgloss/v2", true},
		{"model", "charm.land/lipgloss/v2", false},
		{".", "ringscope/ui/cli", true},
		{".", "ringscope/ui/tui", false},
		{"ringcore/shm/shmtest", "ringscope/ringcore", true},
		{"sampler/bpf", "ringscope/sampler/bpf/bpftest", false},
		{"model", "ringscope/internal/need", false},
		{"bench", "ringscope/sampler/bpf/bpftest", true},
		{"somewhere", "fmt", false},
	} {
		if why := breach(c.pkg, c.what); (why == "") != c.ok {
			t.Errorf("%s importing %s: %q, want ok %t", c.pkg, c.what, why, c.ok)
		}
	}
}
