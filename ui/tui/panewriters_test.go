package tui

import (
	"slices"
	"strings"
	"testing"

	"ringscope/model"
)

func TestRecordsOfASiteAreToldByLengthOnly(t *testing.T) {
	site := func(call string, bytes uint32) model.Site {
		s := model.Site{Call: call}
		if bytes > 0 {
			s.Bytes = model.Of(bytes)
		}
		return s
	}
	programs := []model.Program{
		{ID: 1, Sites: []model.Site{site("reserve", 64), site("submit", 0), site("reserve", 24)}},
		{ID: 2, Sites: []model.Site{site("output", 64), site("output", 120), site("reserve", 0)}},
	}
	by := bySize(programs)
	m := threaded() // of 64 records, 40 have 64 bytes, 17 have 120, 7 have 24; 41.2 k/s come
	b := builder{m: m}
	for _, at := range []struct {
		site model.Site
		want string
	}{
		{site("reserve", 24), "~4.50 k/s"},
		{site("output", 120), "~10.9 k/s"},
		{site("reserve", 64), "?"},
		{site("reserve", 0), "?"},
		{site("submit", 0), "-"},
		{site("discard", 0), "-"},
	} {
		if got := b.perSite(&at.site, by); got != at.want {
			t.Errorf("%+v: %s, expected %s", at.site, got, at.want)
		}
	}
	want := []string{
		"~ 2 sites write 64 bytes: by length alone they can't be told apart",
		"~ one site computes its length: some records of a length may be its own",
	}
	if got := by.doubts(); !slices.Equal(got, want) {
		t.Errorf("said is %q", got)
	}
	m.Sample.Detail.Excerpt = model.Excerpt{}
	if s := site("reserve", 24); b.perSite(&s, by) != "?" {
		t.Error("a rate is told without a sample")
	}
}

func TestRateOfASiteAloneInItsLengthsIsExact(t *testing.T) {
	of := func(call string, bytes uint32) model.Site { return model.Site{Call: call, Bytes: model.Of(bytes)} }
	m := threaded()
	b := builder{m: m}
	small, large := of("reserve", 24), of("output", 120)
	by := bySize([]model.Program{{ID: 1, Sites: []model.Site{small, large, of("reserve", 65)}}})
	m.Sample.Rates.Records.How = model.Exact
	if got := b.perSite(&small, by); got != "1.90 k/s" {
		t.Errorf("24 bytes: %s", got)
	}
	if got := b.perSite(&large, by); !strings.HasPrefix(got, "~") { // 65 bytes are counted with them
		t.Errorf("120 bytes: %s", got)
	}
}
