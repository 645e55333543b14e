package demo

import (
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// shownIn is what stands at a scenario's moment where the ring is of another format than linux. Producers of Windows do not look at records
// that are still busy: they never are blocked behind one, and write over one that the reader has passed.
func shownIn(s Scenario) []model.Code {
	if s.Name == "blocked" {
		return nil
	}
	return s.Findings
}

// TestScenariosInEveryFormat asks for what stands at the moment in which a scenario is seen best, and that the books are right.
func TestScenariosInEveryFormat(t *testing.T) {
	for _, f := range ringcore.Formats[1:] {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			for _, scenario := range Scenarios() {
				if scenario.Moment > time.Minute && (raced || testing.Short()) {
					continue
				}
				c := usualConfig(t, scenario.Name)
				if c.SetFormat(f.Name); c.Overwrite {
					continue
				}
				s, err := New(c)
				if err != nil {
					t.Fatal(err)
				}
				m, err := sampler.Play(s, begin, scenario.Moment, sampler.Options{}, model.Focus{Rows: 20, Payload: 64}, nil)
				if err != nil {
					t.Errorf("%s: %v", scenario.Name, err)
					continue
				}
				var codes []model.Code
				for _, found := range m.Findings {
					codes = append(codes, found.Code)
				}
				if want := shownIn(scenario); !slices.Equal(codes, want) {
					t.Errorf("%s shows %v after %v, expected %v", scenario.Name, codes, scenario.Moment, want)
				}
				if m.Sample.Ring.Format != f {
					t.Errorf("%s is a ring of format %s", scenario.Name, m.Sample.Ring.Format.Name)
				}
				if missed := m.Sample.Missed.Bytes > 0; missed != slices.Contains(passUnseen, scenario.Name) {
					t.Errorf("%s: missed %+v", scenario.Name, m.Sample.Missed)
				}
				anywhere := false
				for _, r := range m.Sample.Detail.Rows {
					anywhere = anywhere || r.Pos%8 != 0
				}
				if f.Align == 1 && len(m.Sample.Detail.Rows) > 2 && scenario.defaults.Payloads == nil && !anywhere {
					t.Errorf("%s: all records stand at multiples of 8, as if they were aligned", scenario.Name)
				}
				for _, r := range m.Sample.Detail.Rows {
					if _, has := f.Field(ringcore.MeansPageOffset); has != r.PageOffsetOK.Known() || has && !r.PageOffsetOK.V {
						t.Errorf("%s: page offset of the record at %d: %+v, %+v", scenario.Name, r.Pos, r.Header, r.PageOffsetOK)
					}
				}
			}
		})
	}
}

// TestEveryScenarioCanOverwrite plays what is made for a ring that refuses on one that does not.
func TestEveryScenarioCanOverwrite(t *testing.T) {
	for _, scenario := range Scenarios() {
		c := usualConfig(t, scenario.Name)
		c.Overwrite = true
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		m, err := sampler.Play(s, begin, min(scenario.Moment, 30*time.Second), sampler.Options{}, model.Focus{Rows: 20}, nil)
		if err != nil {
			t.Errorf("%s: %v", scenario.Name, err)
			continue
		}
		for _, found := range m.Findings {
			switch found.Code {
			case model.ConsumerSlow, model.ConsumerStalled, model.NoConsumer, model.ReaderAsleep, model.DropProne, model.Undersized, model.Burst, model.Oversized:
				t.Errorf("%s shows %s", scenario.Name, found.Code)
			case model.DropsCounted:
				if !slices.Contains([]string{"blocked", "stuck-record"}, scenario.Name) {
					t.Errorf("%s refuses records", scenario.Name)
				}
			}
		}
	}
}

// TestOverwriteLosesWhatItSays compares what was overwritten unread with what the simulated reader lost.
func TestOverwriteLosesWhatItSays(t *testing.T) {
	s := newSourceFor(t, usualConfig(t, "overwrite"))
	a := model.NewAccount()
	now := begin
	for ; now.Sub(begin) < 12*time.Second; now = now.Add(2 * time.Millisecond) {
		if _, err := s.Look(now, a); err != nil {
			t.Fatal(err)
		}
	}
	m := a.Publish(now, s.Detail(now, model.Focus{}), model.Observation{})
	lost, told := s.reader.ring.Tally().Lost, m.Sample.Totals.Overwritten
	// What was overwritten since its last visit it does not know yet.
	waits := m.Sample.Positions.Overwrite.V - min(s.reader.ring.Position(), m.Sample.Positions.Overwrite.V)
	if lost == 0 || told > lost+waits || told < (lost+waits)*99/100 {
		t.Errorf("overwritten unread: %d; the reader lost %d and will find %d more", told, lost, waits)
	}
	if len(m.Findings) != 1 || m.Findings[0].Evidence.Lost != told {
		t.Errorf("findings %+v", m.Findings)
	}
	if m.Sample.Missed.Bytes != 0 || m.Sample.Totals.Records < 55_000 {
		t.Errorf("missed %+v of %d records: we saw what the reader did not", m.Sample.Missed, m.Sample.Totals.Records)
	}
}

// TestLiveProducersOfWindows writes at full speed from many goroutines side by side: what is seen is what was produced.
func TestLiveProducersOfWindows(t *testing.T) {
	c := usualConfig(t, "healthy")
	c.Simulated, c.Format, c.Producers = false, "windows", 8
	s := atFullSpeed(t, c)
	for _, w := range s.writers {
		if w.tally.reserved.Load() == 0 {
			t.Errorf("%v wrote nothing", w)
		}
	}
}

// TestSetFormatLeavesOthersAlone has one of two configurations that share their payloads played in a format that does not align records.
func TestSetFormatLeavesOthersAlone(t *testing.T) {
	c := usualConfig(t, "healthy")
	before, other := slices.Clone(c.Payloads), c
	other.SetFormat("windows-legacy-packed")
	if !slices.Equal(c.Payloads, before) || slices.Equal(other.Payloads, before) {
		t.Errorf("payloads %v became %v, and of the other one %v", before, c.Payloads, other.Payloads)
	}
}
