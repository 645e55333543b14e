package words

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"ringscope/internal/nastytest"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

// foreign is evidence in which everything that others named is called bad.
func foreign(bad string) (model.Evidence, *model.Sample) {
	owner := model.Process{PID: 2211, Comm: "bootstrap", User: "root"}
	program := model.Program{ID: 314, Name: "handle_exec", Sites: []model.Site{{Call: "reserve", File: "exec.bpf.c", Line: 41}}}
	e := model.Evidence{
		Used: 4096, Size: 8192, Waiting: 40, For: time.Second, Position: 64, Why: "wrong", Wrong: model.OverwritePosition, Missed: 9, Largest: 128,
		Count: 3, PerSecond: 4, Reader: owner, ReaderKnown: true, SuspectedCode: "handle_exec", Site: program.Sites[0], Program: program,
		Thread:   model.ThreadNow{Thread: model.Thread{Process: owner, TID: 2215, Name: "rb-poll", State: 'S', Waits: model.Of(true)}},
		Dominant: model.LengthCount{Length: 64, Records: 60}, DominantPart: 0.9, Came: 100, Within: time.Second, Needed: 16384, Peak: 8000,
	}
	s := &model.Sample{At: now, Ring: &model.Ring{
		Source: model.SourceFile, Name: "rb", Type: model.TypeRingbuf, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(8192, 4096),
		Made: model.Of("/dev/shm/ring"), FormatNamed: "other", Programs: []model.Program{program, program}, Owners: []model.Process{owner},
		ReaderAt: []model.Process{owner}, Readers: model.Of(1), Pins: []string{"/sys/fs/bpf/rb"},
	}}
	nastytest.Strings(&e, bad)
	nastytest.Strings(s, bad)
	e.How, e.Why, e.Wrong = bad, bad, model.PositionName(bad)
	return e, s
}

// TestNastyTextsInWords puts the nastiest texts into everything that is said about what others named: every line of it must be harmless on a
// terminal by itself, whoever shows it.
func TestNastyTextsInWords(t *testing.T) {
	const wide = 1 << 20 // so that the longest sentences are said
	for _, nasty := range nastytest.Texts() {
		bad := nasty.Text
		for _, set := range []text.Charset{text.UTF8, text.ASCII} {
			said := map[string]any{
				"a failed list": Failed(set, errors.New(bad)), "no rings": NoRings(set, bad, 312), "unsupported": Unsupported(set, bad),
				"not readable": NotReadable(set, true, errors.New(bad)), "a process": Process(set, model.Process{PID: 7, Comm: bad}),
			}
			e, s := foreign(bad)
			if set == text.UTF8 {
				said["a target"] = Target(s.Ring)
			}
			for _, code := range Codes() {
				f := model.Finding{Code: code, Severity: model.Problem, Since: now.Add(-time.Minute), Evidence: e}
				said["finding "+string(code)] = Finding(set, f, s, now)
				f.Evidence.Program.ID = 0
				said["finding, its program has no id, "+string(code)] = Finding(set, f, s, now)
				f.Evidence.Program = model.Program{}
				said["finding without a program "+string(code)] = Finding(set, f, s, now)
				m := &model.Moment{Sample: s, Findings: []model.Finding{f}}
				said["verdict "+string(code)] = Judge(set, m, now, wide)
			}
			said["a finding nobody knows"] = Finding(set, model.Finding{Code: model.Code(bad), Since: now, Evidence: e}, s, now)
			said["waiting"] = Judge(set, &model.Moment{Sample: &model.Sample{At: now, State: model.Waiting}, Wait: bad}, now, wide)
			s.State, s.Since, s.Positions.Producer = model.Live, now.Add(-time.Hour), model.Of[uint64](0)
			said["nothing written"] = Judge(set, &model.Moment{Sample: s}, now, wide)
			for _, how := range []model.FormatHow{model.FormatAsked, model.FormatTold, model.FormatFound, model.FormatLikely} {
				s.Ring.FormatHow = how
				for _, topic := range Topics() {
					if x, ok := Explain(set, topic, s.Ring); ok {
						said[fmt.Sprintf("%s, format %v", topic, how)] = x
					}
				}
			}
			for what, v := range said {
				for _, line := range textsOf(reflect.ValueOf(v)) {
					err := nastytest.Harmless(set, set.Spell(line), false)
					if strings.Contains(line, "\n") {
						err = errors.New("it has several lines")
					}
					if err != nil {
						t.Fatalf("%s, %s, in %v: %v", nasty.Name, what, set, err)
					}
				}
			}
		}
	}
}

// textsOf is every string in v.
func textsOf(v reflect.Value) (all []string) {
	switch v.Kind() {
	case reflect.String:
		all = append(all, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, textsOf(v.Field(i))...)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			all = append(all, textsOf(v.Index(i))...)
		}
	default:
	}
	return all
}
