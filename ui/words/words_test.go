package words

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

var now = time.Date(2026, 1, 2, 2, 14, 7, 0, time.UTC)

// codes reads every constant of type model.Code from the source of model.
func codes(t *testing.T) []model.Code {
	t.Helper()
	var all []model.Code
	files, err := filepath.Glob("../../model/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source of model: %v", err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok {
				if id, ok := v.Type.(*ast.Ident); ok && id.Name == "Code" {
					for _, x := range v.Values {
						if lit, ok := x.(*ast.BasicLit); ok {
							s, _ := strconv.Unquote(lit.Value)
							all = append(all, model.Code(s))
						}
					}
				}
			}
			return true
		})
	}
	return all
}

func TestEveryCodeHasWords(t *testing.T) {
	all := codes(t)
	if len(all) < 9 {
		t.Fatalf("only %d codes found", len(all))
	}
	for _, code := range all {
		if _, ok := tellers[code]; !ok {
			t.Errorf("%s has no title and sentence", code)
		}
		if _, ok := Explain(text.UTF8, FindingTopic(code), nil); !ok {
			t.Errorf("%s has no explanation", code)
		}
		if !slices.Contains(Codes(), code) {
			t.Errorf("%s is missing in Codes", code)
		}
	}
	if len(Codes()) != len(all) {
		t.Errorf("Codes lists %d, model has %d", len(Codes()), len(all))
	}
}

func sample() *model.Sample {
	g := ringcore.LinuxGeometry(8<<20, 4096)
	return &model.Sample{
		At: now, Since: now.Add(-9 * time.Minute), State: model.Live,
		Ring: &model.Ring{Source: model.SourceBPF, ID: 167, Name: "events", Type: model.TypeRingbuf, Format: ringcore.Linux, Geometry: g, Owners: []model.Process{{PID: 2211, Comm: "bootstrap"}}},
	}
}

// TestSentences has the words of the pictures, to the letter.
func TestSentences(t *testing.T) {
	slow := model.Finding{Code: model.ConsumerSlow, Severity: model.Problem, Since: now.Add(-62 * time.Second), Evidence: model.Evidence{
		In: model.Of(3.14 * mib), Out: model.Of(3.05 * mib), Full: model.Of(26 * time.Second), Reader: model.Process{PID: 2211, Comm: "bootstrap"}, ReaderKnown: true,
	}}
	full := slow
	full.Evidence.RingIsFull = true
	before := slow
	before.Before = true
	for _, c := range []struct {
		name   string
		f      model.Finding
		width  int
		second string
		third  string
	}{
		{
			"slow", slow, 118,
			"▲ READER TOO SLOW for 62 s: 3.14 MiB/s come in, 3.05 MiB/s go out. Full in 26 s; from then on events are refused.",
			"  do: give bootstrap[2211] less work per event, or hand the work to another thread. A bigger ring only delays this.",
		},
		{
			"slow at 80", slow, 80,
			"▲ READER TOO SLOW for 62 s: 3.14 MiB/s in, 3.05 out. Full in 26 s, then losses.",
			"  do: less work per event in bootstrap[2211]; a bigger ring only delays this.",
		},
		{
			"slow and full", full, 80,
			"▲ READER TOO SLOW for 62 s: full, 3.05 MiB/s go out; the rest is refused.",
			"  do: less work per event in bootstrap[2211]; a bigger ring only delays this.",
		},
		{
			"slow before we came", before, 80,
			"▲ READER TOO SLOW for ≥62 s: 3.14 MiB/s in, 3.05 out. Full in 26 s, then losses.",
			"  do: less work per event in bootstrap[2211]; a bigger ring only delays this.",
		},
		{"slow at 60", slow, 60, "▲ READER TOO SLOW for 62 s: 3.14 MiB/s in, 3.05 out.", "  do: less work per event in the reader."},
		{
			"head",
			model.Finding{Code: model.HeadBusy, Severity: model.Problem, Since: now.Add(-4 * time.Second), Evidence: model.Evidence{For: 4100 * time.Millisecond, Waiting: 413 << 10, Position: 1158783040}},
			118,
			"▲ STUCK BEHIND ONE RECORD for 4.1 s: reserved, not submitted yet. 413 KiB wait behind it.",
			"  do: the program that reserved it takes too long between reserve and submit: shorten that.",
		},
		{
			"stalled",
			model.Finding{Code: model.ConsumerStalled, Severity: model.Problem, Since: now.Add(-3200 * time.Millisecond), Evidence: model.Evidence{Waiting: 1153434}},
			80,
			"▲ READER STOPPED for 3.2 s: the reader takes nothing while 1.10 MiB wait.",
			"  do: see what the reader does instead: it hangs or is stopped.",
		},
		{
			"nobody",
			model.Finding{Code: model.NoConsumer, Severity: model.Problem, Since: now.Add(-3 * time.Second), Evidence: model.Evidence{Waiting: 1153434}},
			80,
			"▲ NOBODY READS for 3.0 s: 1.10 MiB wait.",
			"  do: start its reader, or take this from it: ringscope watch id:167 --consume",
		},
		{
			"prone",
			model.Finding{Code: model.DropProne, Severity: model.Problem, Since: now, Evidence: model.Evidence{Largest: 4096, ProneFor: 1200 * time.Millisecond, ProneWindow: 10 * time.Second}},
			100,
			"▲ PROBABLY LOSING EVENTS since 02:14:07Z: no room for a 4 KiB record, in all 1.2 s of the last 10 s.",
			"  do: a larger ring, or a reader that reads more often; count failed reserves in the program.",
		},
		{
			"ahead",
			model.Finding{Code: model.PositionInvalid, Severity: model.Problem, Since: now, Evidence: model.Evidence{Wrong: model.ConsumerPosition, Ahead: 4096}},
			80,
			"▲ POSITIONS MAKE NO SENSE for 0 s: consumer is 4,096 ahead.",
			"  do: user space wrote it: look for a broken or a second reader.",
		},
		{
			"producer leapt",
			model.Finding{Code: model.PositionInvalid, Severity: model.Problem, Since: now, Evidence: model.Evidence{Wrong: model.ProducerPosition, Leapt: 5 << 50, Within: 2 * time.Millisecond}},
			120,
			"▲ POSITIONS MAKE NO SENSE for 0 s: the producer position moved 5.00 PiB within 2.0 ms: nothing can be reserved so fast.",
			"  do: no reader writes it: whoever writes the records is broken, or this is no ring. Nothing else here can be trusted.",
		},
		{
			"overwrite position ahead",
			model.Finding{Code: model.PositionInvalid, Severity: model.Problem, Since: now, Evidence: model.Evidence{Wrong: model.OverwritePosition, Ahead: 1 << 40}},
			100,
			"▲ POSITIONS MAKE NO SENSE for 0 s: overwrite is 1,099,511,627,776 ahead.",
			"  do: no reader writes it: the producer is broken, or this is no ring.",
		},
		{
			"corrupt",
			model.Finding{Code: model.Corrupt, Severity: model.Problem, Since: now, Evidence: model.Evidence{Position: 1158783040, Raw: model.Of[uint64](0x11d_c0000040), Why: "length 3221225536 is more than the 72 bytes written"}},
			118,
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: length 3221225536 is more than the 72 bytes written.",
			"  do: resynchronised at the producer position. If it comes again, something writes where it has reserved nothing.",
		},
		{
			"gaps",
			model.Finding{Code: model.ViewGaps, Severity: model.Warning, Since: now, Evidence: model.Evidence{Missed: 1258291, At: now.Add(-8 * time.Second)}},
			118,
			"△ VIEW HAS GAPS 1.20 MiB passed unseen, last at 02:13:59Z. Totals since then are a lower bound (≥).",
			"  do: only this view is incomplete, nothing was taken from the reader. Looking more often costs more: --interval 0.5ms",
		},
		{
			"gone",
			model.Finding{Code: model.OwnerGone, Severity: model.Warning, Since: now},
			80,
			"△ GONE 02:14:07Z  nobody but ringscope held this ring; it let go.",
			"  what was seen last stays on the screen · q quit",
		},
	} {
		v := Judge(text.UTF8, &model.Moment{Sample: sample(), Findings: []model.Finding{c.f}}, now, c.width)
		if v.Second() != c.second {
			t.Errorf("%s: line 2 is\n%s\nwant\n%s", c.name, v.Second(), c.second)
		}
		if v.Third() != c.third {
			t.Errorf("%s: line 3 is\n%s\nwant\n%s", c.name, v.Third(), c.third)
		}
	}
}

func TestStates(t *testing.T) {
	at := func(change func(s *model.Sample)) *model.Moment {
		s := sample()
		s.Positions.Producer = model.Of[ringcore.Pos](4096)
		s.Rates = model.Rates{Window: time.Second, ProducedRecently: true, LastProduced: now}
		s.Lag.Records = model.Of[uint64](0)
		s.Occupancy.Peak = model.Of[uint64](1 << 20)
		change(s)
		return &model.Moment{Sample: s}
	}
	ended := at(func(s *model.Sample) { s.State = model.Ended })
	ended.Why = model.EndOwnerGone
	inFile := func(s *model.Sample) {
		r := *s.Ring
		r.Source, r.FormatHow, s.Ring, s.State = model.SourceFile, model.FormatAsked, &r, model.Ended
	}
	endedFile, goneFile, deadFile, foundDead, misread, miswritten := at(inFile), at(inFile), at(inFile), at(inFile), at(inFile), at(inFile)
	endedFile.Why = model.EndOwnerGone
	goneFile.Findings = []model.Finding{{Code: model.OwnerGone, Severity: model.Warning, Since: now}}
	deadFile.Why, deadFile.Sample.Ring.Unserved = model.EndOwnerGone, true
	foundDead.Findings, foundDead.Sample.Ring.Unserved = []model.Finding{{Code: model.OwnerGone, Severity: model.Warning, Since: now, Before: true}}, true
	undrained := at(func(s *model.Sample) {
		r := *s.Ring
		r.Type, s.Ring = model.TypeUserRingbuf, &r
	})
	undrained.Findings = []model.Finding{{
		Code: model.ConsumerStalled, Severity: model.Problem, Since: now.Add(-4 * time.Second),
		Evidence: model.Evidence{For: 4 * time.Second, Waiting: 40 << 10, Reader: model.Process{PID: 2211, Comm: "writer"}, ReaderKnown: true},
	}}
	misread.Findings = []model.Finding{{
		Code: model.PositionInvalid, Severity: model.Problem, Since: now,
		Evidence: model.Evidence{Wrong: model.ConsumerPosition, Misaligned: true, Position: 1001},
	}}
	miswritten.Findings = []model.Finding{{
		Code: model.PositionInvalid, Severity: model.Problem, Since: now,
		Evidence: model.Evidence{Wrong: model.ProducerPosition, Misaligned: true, Position: 1001},
	}}
	gone := at(func(s *model.Sample) { s.State = model.Waiting })
	gone.Wait = "a ring named rb"
	longGone := at(func(s *model.Sample) { s.State = model.Waiting })
	longGone.Wait = gone.Wait
	longGone.History = &model.History{Marks: []model.Mark{
		{Kind: model.MarkGone, At: now.Add(-time.Hour)}, {Kind: model.MarkGone, At: now.Add(-7 * time.Second)}, {Kind: model.MarkBegan, At: now},
	}}
	was := at(func(s *model.Sample) { s.Since = now.Add(-time.Minute) })
	was.History = &model.History{Marks: []model.Mark{
		{Kind: model.MarkEnded, Code: model.HeadBusy, Severity: model.Problem, At: now.Add(-7 * time.Second)},
		{Kind: model.MarkEnded, Code: model.ViewGaps, Severity: model.Hint, At: now},
	}}
	since5s := func(s *model.Sample) { s.Since = now.Add(-5 * time.Second) }
	before := at(since5s)
	before.History = was.History // of the ring before this one
	followed := at(since5s)      // what its predecessor had is noticed to be over when this one is there
	followed.History = &model.History{Marks: []model.Mark{
		{Kind: model.MarkEnded, Code: model.HeadBusy, Severity: model.Problem, At: now.Add(-4 * time.Second)},
		{Kind: model.MarkAttached, At: now.Add(-4 * time.Second)},
	}}
	for _, c := range []struct {
		m             *model.Moment
		second, third string
	}{
		{nil, "◌ LOOKING the ring is being opened.", ""},
		{at(func(s *model.Sample) { s.Since = now.Add(-100 * time.Millisecond) }), "◌ LOOKING positions read, rates follow in 1 s.", ""},
		{at(func(s *model.Sample) { s.Since = now.Add(-1500 * time.Millisecond) }), "◌ LOOKING 1 of 2 s.", ""},
		{at(func(*model.Sample) {}), "● NOTHING WRONG SEEN in 9 min. Earlier losses could not be seen.", "  worst fill 12 %"},
		{was, "● NOTHING WRONG NOW but until 02:14:00Z: stuck behind one record.", "  worst fill 12 %"},
		{before, "● NOTHING WRONG SEEN in 5.0 s. Earlier losses could not be seen.", "  worst fill 12 %"},
		{followed, "● NOTHING WRONG SEEN in 5.0 s. Earlier losses could not be seen.", "  worst fill 12 %"},
		{at(func(s *model.Sample) { s.Positions.Producer = model.Of[ringcore.Pos](0) }), "● NOTHING WRITTEN YET since it was made.", ""},
		{at(func(s *model.Sample) { s.Positions.Producer, s.Missed.Jumps = model.Of[ringcore.Pos](0), 1 }), "● NOTHING WRONG SEEN in 9 min. Earlier losses could not be seen.", "  worst fill 12 %"},
		{at(func(s *model.Sample) {
			s.Rates.ProducedRecently, s.Rates.LastProduced = false, now.Add(-252*time.Second)
		}), "● QUIET no record for 4 min 12 s; 0 unread.", "  worst fill 12 %"},
		{at(func(s *model.Sample) { s.Unowned = now.Add(-UnownedAfter / 2) }), "● NOTHING WRONG SEEN in 9 min. Earlier losses could not be seen.", "  worst fill 12 %"},
		{at(func(s *model.Sample) { s.Unowned = now.Add(-UnownedAfter) }), "△ NO OWNER VISIBLE but it lives: something out of sight holds it.", "  worst fill 12 %"},
		{ended, "△ GONE 02:14:07Z  nobody but ringscope held this ring; it let go.", "  what was seen last stays on the screen · q quit"},
		{&model.Moment{Wait: "a ring named rb"}, "◌ WAITING for a ring named rb …", "  this goes on by itself when it appears · q quit"},
		{gone, "◌ WAITING for a ring named rb …", "  the last one, id 167, ended 02:14:07Z. This goes on by itself when it comes back."},
		{longGone, "◌ WAITING for a ring named rb …", "  the last one, id 167, ended 02:14:00Z. This goes on by itself when it comes back."},
		{endedFile, "△ GONE 02:14:07Z  nobody serves this file: it stays as it is.", "  what was seen last stays on the screen · q quit"},
		{deadFile, "△ GONE before 02:14:07Z  nobody serves this file: it stays as it is.", "  what was seen last stays on the screen · q quit"},
		{foundDead, "△ GONE before 02:14:07Z  nobody serves this file: it stays as it is.", "  what was seen last stays on the screen · q quit"},
		{goneFile, "△ GONE 02:14:07Z  nobody serves this file: it stays as it is.", "  what was seen last stays on the screen · q quit"},
		{undrained, "▲ READER STOPPED for 4.0 s: the kernel takes nothing while 40.0 KiB wait.", "  do: is the BPF program called that calls bpf_user_ringbuf_drain?"},
		{misread, "▲ POSITIONS MAKE NO SENSE for 0 s: the consumer position 1,001 is no multiple of 8.", "  do: is it of another format? --format says which. Else: a broken reader."},
		{miswritten, "▲ POSITIONS MAKE NO SENSE for 0 s: the producer position 1,001 is no multiple of 8.", "  do: is it of another format? --format says which. Else: no ring."},
	} {
		v := Judge(text.UTF8, c.m, now, 84)
		if v.Second() != c.second || v.Third() != c.third {
			t.Errorf("got\n%s\n%s\nwant\n%s\n%s", v.Second(), v.Third(), c.second, c.third)
		}
	}
}

// TestEveryVerdictFits draws evidence at random and asks for both lines at every width.
func TestEveryVerdictFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := model.Evidence{
			In: model.Of(rapid.Float64Range(0, 1e12).Draw(t, "in")), Out: model.Of(rapid.Float64Range(0, 1e12).Draw(t, "out")),
			Full:    model.Known(time.Duration(rapid.Int64().Draw(t, "full")), model.How(rapid.IntRange(0, 6).Draw(t, "how"))),
			Waiting: rapid.Uint64().Draw(t, "waiting"), WaitingR: model.Of(rapid.Uint64().Draw(t, "records")),
			Position: rapid.Uint64().Draw(t, "pos"), Raw: model.Known(rapid.Uint64().Draw(t, "raw"), rapid.SampledFrom([]model.How{model.Unknown, model.Exact}).Draw(t, "raw is")), Why: rapid.String().Draw(t, "why"),
			Ahead: rapid.Uint64().Draw(t, "ahead"), Missed: rapid.Uint64().Draw(t, "missed"), Largest: rapid.Uint64().Draw(t, "largest"),
			Count: rapid.Uint64().Draw(t, "count"), PerSecond: rapid.Float64().Draw(t, "rate"), How: rapid.String().Draw(t, "from"),
			RingIsFull: rapid.Bool().Draw(t, "isfull"), ReaderKnown: rapid.Bool().Draw(t, "known"),
			Reader: model.Process{PID: rapid.IntRange(0, 1<<22).Draw(t, "pid"), Comm: rapid.StringN(0, 15, 15).Draw(t, "comm")},
			Thread: model.ThreadNow{
				Thread: model.Thread{TID: rapid.IntRange(0, 1<<22).Draw(t, "tid"), Name: rapid.StringN(0, 15, 15).Draw(t, "thread"), State: rapid.Byte().Draw(t, "state")},
				Share:  model.Known(rapid.Float64().Draw(t, "share"), model.Sampled), Switches: model.Of(rapid.Float64().Draw(t, "switches")),
				RecordsPerSwitch: model.Known(rapid.Float64().Draw(t, "each"), model.Sampled),
			},
			Site: model.Site{
				Call: rapid.String().Draw(t, "call"), File: rapid.String().Draw(t, "file"), Line: rapid.Int().Draw(t, "line"),
				WakeUp: model.WakeUp(rapid.IntRange(0, 3).Draw(t, "wake")),
			},
			Program:      model.Program{ID: rapid.Uint32().Draw(t, "program"), Name: rapid.StringN(0, 15, 15).Draw(t, "name")},
			Dominant:     model.LengthCount{Length: rapid.Uint32().Draw(t, "length"), Records: rapid.IntRange(0, 64).Draw(t, "common")},
			DominantPart: rapid.Float64Range(0, 1).Draw(t, "part"), Came: rapid.Uint64().Draw(t, "came"),
			Within: time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "within")), Needed: rapid.Uint64().Draw(t, "needed"), Peak: rapid.Uint64().Draw(t, "peak"),
			Used: rapid.Uint64().Draw(t, "used"), Size: rapid.Uint64().Draw(t, "size"), Ratio: rapid.Float64Range(0, 1).Draw(t, "ratio"),
			RatioR: rapid.Float64Range(0, 1).Draw(t, "ratio of records"), Lost: rapid.Uint64().Draw(t, "lost"),
		}
		c := rapid.SampledFrom([]text.Charset{text.UTF8, text.ASCII}).Draw(t, "charset")
		width := rapid.IntRange(0, 200).Draw(t, "width")
		for _, code := range append(Codes(), "not_known_yet") {
			f := model.Finding{Code: code, Severity: model.Problem, Since: now.Add(-time.Minute), Before: rapid.Bool().Draw(t, "before"), Evidence: e}
			v := Judge(c, &model.Moment{Sample: sample(), Findings: []model.Finding{f}}, now, width)
			for _, line := range []string{v.Second(), v.Third()} {
				if room := max(width, text.Width(v.Shape+" "+v.Title+" ")); text.Width(line) > room {
					t.Fatalf("%s at %d: %q has %d cells", code, width, line, text.Width(line))
				}
				for _, r := range line {
					if r < ' ' || (r >= 0x7f && r < 0xa0) || c == text.ASCII && r > 0x7e {
						t.Fatalf("%s: %q holds %U", code, line, r)
					}
				}
			}
			if width >= 80 && (v.Text == "" || v.Do == "") {
				t.Fatalf("%s at %d says nothing: %q, %q", code, width, v.Text, v.Do)
			}
		}
	})
}

func TestStillPagesFit(t *testing.T) {
	for _, p := range []Still{NotPermitted(), NoRings(text.UTF8, "edge-7", 312), NoRings(text.UTF8, "", 0), Unsupported(text.UTF8, "this kernel (5.4) has no ring buffers; they came with 5.8"), Failed(text.UTF8, errors.New("no such device"))} {
		for _, line := range []string{p.Why, p.Help} {
			if text.Width(line) > 80 || line == "" {
				t.Errorf("%d cells: %q", text.Width(line), line)
			}
		}
	}
}

func TestEveryCodeHasATag(t *testing.T) {
	seen := map[string]model.Code{}
	for _, code := range Codes() {
		tag := Tag(code)
		if tag == "" || len(tag) > 12 || seen[tag] != "" {
			t.Errorf("%s: tag %q, like %q", code, tag, seen[tag])
		}
		seen[tag] = code
	}
}
