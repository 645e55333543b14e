package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ringscope/ui/text"
)

// jargon is what nobody is expected to know who looks at a ring for the first time; plainer words stand in its place.
var jargon = regexp.MustCompile(`(?i)\b(backpressure|watermark|starv\w*|saturat\w*|throughput|latency|mmap\w*|syscall\w*|fd|tid|irq|cpus?et|utili[sz]\w*|leverag\w*|simply)\b`)

// twice is a word that was written twice.
var twice = regexp.MustCompile(`\b(the|a|an|of|to|is|in|it|and|that|this) (the|a|an|of|to|is|in|it|and|that|this)\b`)

// TestTextsArePlain reads every text of this package and of the reports: each can be written in ASCII, and is free of slips and of words
// that would need an explanation themselves.
func TestTextsArePlain(t *testing.T) {
	texts := 0
	for _, pattern := range []string{"*.go", "../report/*.go", "../cli/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				texts++
				for _, r := range text.ASCII.Spell(s) {
					if r > 0x7e || r < ' ' && !strings.ContainsRune("\n\r\t\x00", r) {
						t.Errorf("%s: %U can't be written in ASCII: %q", name, r, s)
					}
				}
				if !strings.Contains(s, " ") {
					return true
				}
				for _, m := range twice.FindAllStringSubmatch(s, -1) {
					if m[1] == m[2] {
						t.Errorf("%s: %q: %q", name, m[0], s)
					}
				}
				if w := jargon.FindString(s); w != "" && pattern == "*.go" {
					t.Errorf("%s: %q needs an explanation: %q", name, w, s)
				}
				return true
			})
		}
	}
	if texts < 500 {
		t.Errorf("only %d texts were found", texts)
	}
}
