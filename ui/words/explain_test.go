package words

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

// topics reads every constant of type Topic from the source.
func topics(t *testing.T) []Topic {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "topic.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []Topic
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			if id, ok := v.Type.(*ast.Ident); ok && id.Name == "Topic" {
				for _, x := range v.Values {
					if lit, ok := x.(*ast.BasicLit); ok {
						s, _ := strconv.Unquote(lit.Value)
						all = append(all, Topic(s))
					}
				}
			}
		}
		return true
	})
	return all
}

func TestEveryTopicIsExplained(t *testing.T) {
	all := topics(t)
	if len(all) < 80 {
		t.Fatalf("only %d topics found", len(all))
	}
	seen := map[Topic]bool{}
	for _, topic := range all {
		if _, ok := Explain(text.UTF8, topic, nil); !ok {
			t.Errorf("nothing is said about %q", topic)
		}
		if seen[topic] {
			t.Errorf("two topics are named %q", topic)
		}
		seen[topic] = true
	}
	for _, code := range codes(t) {
		seen[FindingTopic(code)] = true
	}
	for _, topic := range Topics() {
		if !seen[topic] {
			t.Errorf("%q is explained, and nothing has it", topic)
		}
	}
	for kind := model.MarkBegan; kind <= model.MarkOwners; kind++ {
		topic := MarkTopic(model.Mark{Kind: kind, Code: model.ConsumerSlow})
		if _, ok := Explain(text.UTF8, topic, nil); !ok || topic == TopicHistory {
			t.Errorf("nothing is said about marks of kind %d", kind)
		}
	}
}

// allRings are rings of every kind of which something else can be true, each twice.
func allRings() (all []*model.Ring) {
	add := func(r model.Ring) { all = append(all, &r, &r) }
	all = []*model.Ring{nil, nil}
	for _, f := range ringcore.Formats {
		for how := model.FormatTold; how <= model.FormatLikely; how++ {
			for _, named := range []string{"", f.Name, "windows-legacy-packed", "\x1b[2J and much more than anybody can want to read"} {
				add(model.Ring{Source: model.SourceFile, Type: model.TypeRingbuf, Format: f, FormatHow: how, FormatNamed: named})
			}
		}
	}
	add(model.Ring{Source: model.SourceBPF, Type: model.TypeUserRingbuf, Format: ringcore.Linux})
	add(model.Ring{Source: model.SourceBPF, Type: model.TypeRingbuf, Format: ringcore.Linux, Geometry: ringcore.Geometry{OverwriteMode: true}})
	add(model.Ring{Source: model.SourceFile, Type: model.TypeRingbuf, Format: ringcore.Windows, Geometry: ringcore.Geometry{ZeroPageOffsets: true}})
	return all
}

// TestExplanationsFit wants four parts in three to six lines of a screen of 80 columns, in whole sentences.
func TestExplanationsFit(t *testing.T) {
	for _, topic := range Topics() {
		for i, r := range allRings() {
			c := []text.Charset{text.UTF8, text.ASCII}[i%2]
			if h := Heading(topic, r); h == "" || text.Width(h) > 40 {
				t.Errorf("%s is headed %q", topic, h)
			}
			e, _ := Explain(c, topic, r)
			lines := 0
			for _, p := range e.Parts() {
				n := len(c.Wrap(p.Text, ExplanationWidth))
				if n == 0 {
					t.Errorf("%s: nothing is said of %s", topic, p.Word)
				}
				if !strings.HasSuffix(p.Text, ".") && !strings.HasSuffix(p.Text, "?") {
					t.Errorf("%s: %s ends in the middle: %q", topic, p.Word, p.Text)
				}
				lines += n
				for _, r := range p.Text {
					if c == text.ASCII && (r > 0x7e || r < ' ') {
						t.Errorf("%s: %q holds %U", topic, p.Text, r)
					}
				}
			}
			if lines > ExplanationLines {
				t.Errorf("%s takes %d lines of %d columns: %v", topic, lines, ExplanationWidth, e)
			}
		}
	}
}

// ofLinux is what only Linux has for who writes and who reads a ring.
var ofLinux = regexp.MustCompile(`kernel|/proc|bpftool|epoll|poll\b|kill -|BPF_RB_|bpf_ringbuf_reserve|needs root|mpstat|instruction`)

// TestWritersAndReadersOfWindowsAreNotOfLinux: what stands in the panes of writers and of the reader, and what is found there, is explained
// with what its system has.
func TestWritersAndReadersOfWindowsAreNotOfLinux(t *testing.T) {
	all := slices.Concat(slices.Collect(maps.Keys(ofWriters)), slices.Collect(maps.Keys(ofReader)))
	for code := range causes {
		if code != model.ReserveBlocked { // no ring of Windows has a pending position
			all = append(all, FindingTopic(code))
		}
	}
	for _, f := range ringcore.Formats {
		if f == ringcore.Linux {
			continue
		}
		for _, topic := range all {
			e, _ := Explain(text.UTF8, topic, &model.Ring{Source: model.SourceDemo, Format: f})
			for _, p := range e.Parts() {
				if said := ofLinux.FindString(p.Text); said != "" {
					t.Errorf("%s: %s, %s: %q in %q", f.Name, topic, p.Word, said, p.Text)
				}
			}
		}
	}
}

// TestFormatsAreExplainedAsTheyAre compares what is said with the bits and sizes of each format.
func TestFormatsAreExplainedAsTheyAre(t *testing.T) {
	for _, f := range ringcore.Formats {
		ring := &model.Ring{Format: f}
		busy, _ := f.Field(ringcore.MeansBusy)
		discard, _ := f.Field(ringcore.MeansDiscard)
		for topic, want := range map[Topic]string{
			TopicBusyBit: fmt.Sprintf("bit %d: %s", busy.Low, busy.Name), TopicDiscardBit: fmt.Sprintf("bit %d: %s", discard.Low, discard.Name),
		} {
			if got := Heading(topic, ring); got != want {
				t.Errorf("%s: %q, want %q", f.Name, got, want)
			}
		}
		says := func(topic Topic, want string) {
			t.Helper()
			e, _ := Explain(text.UTF8, topic, ring)
			if all := e.What + " " + e.Known + " " + e.Normal; !strings.Contains(all, want) {
				t.Errorf("%s: of %s nothing says %q: %s", f.Name, topic, want, all)
			}
		}
		says(TopicSize, map[uint64]string{0: "All of them can be in use", 1: "All but one can be in use", 8: "At most size - 8"}[f.Slack])
		says(TopicSize, fmt.Sprintf("%d bytes of header", f.HeaderSize))
		says(TopicFormat, f.Name)
		for _, wakes := range []string{"adaptive:", "none", "forced"} { // whatever the pane of writers shows
			says(TopicWakeUp, wakes)
		}
		says(TopicShapeBusy, fmt.Sprintf("Bit %d ", busy.Low))
		says(TopicShapeDiscard, fmt.Sprintf("Bit %d ", discard.Low))
		says(TopicBusy, fmt.Sprintf("Bit %d ", busy.Low))
		says(TopicHeader, fmt.Sprintf("The %d bytes of the header", f.HeaderSize))
		if f.Align == 1 {
			says(TopicSpan, fmt.Sprintf("%d bytes more than the payload", f.HeaderSize))
			says(TopicLength, fmt.Sprintf("together: %d more", f.HeaderSize))
		} else {
			says(TopicPosition, fmt.Sprintf("Multiples of %d", f.Align))
		}
		if _, has := f.Field(ringcore.MeansPageOffset); has {
			g := f.Geometry(1<<20, 4096)
			says(TopicPageOffset, fmt.Sprintf("the first data page is number %d", g.FirstPageOffset))
		}
		if f == ringcore.Windows {
			ring.Geometry.ZeroPageOffsets = true
			says(TopicPageOffset, "Before v1.0 nobody wrote it")
			says(TopicSize, "All of them can be in use")
		}
	}
}

func TestMarksHaveAMeaning(t *testing.T) {
	for h := model.Unknown; h <= model.NotApplicable; h++ {
		if Certainty(text.UTF8, h) == "" {
			t.Errorf("mark %d has no meaning", h)
		}
	}
	for _, e := range Legend(text.ASCII) {
		for _, r := range e.Sign + e.Meaning {
			if r > 0x7e {
				t.Errorf("%q in the ASCII legend", e)
			}
		}
	}
}
