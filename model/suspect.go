package model

import "slices"

// writes is the program that reserves records of this payload length, and where: only if there are others that it can be told from, and
// what all of them ask for is known.
func (f *facts) writes(length uint32) (p Program, s Site, ok bool) {
	if f.ring == nil || len(f.ring.Programs) < 2 {
		return p, s, false
	}
	for _, of := range f.ring.Programs {
		if of.Sites == nil {
			return Program{}, Site{}, false
		}
		for _, site := range of.Sites {
			switch {
			case site.Call != "reserve" && site.Call != "output":
			case !site.Bytes.Known(), site.Bytes.V == length && ok && p.ID != of.ID:
				return Program{}, Site{}, false
			case site.Bytes.V == length && !ok:
				p, s, ok = of, site, true
			}
		}
	}
	return p, s, ok
}

// asks is the only program that can have asked for a record of this span by one of these calls, and where if that is one place. A size
// that is no constant fits every span, and a program of which nothing is known can have asked for anything.
func (f *facts) asks(span uint64, calls ...string) (p Program, s Site) {
	if f.ring == nil || f.format == nil {
		return p, s
	}
	places, programs, alone := 0, 0, len(f.ring.Programs) == 1
	for _, of := range f.ring.Programs {
		switch {
		case alone:
			p = of
		case of.Sites == nil:
			return Program{}, Site{}
		}
		before := places
		for _, site := range of.Sites {
			if slices.Contains(calls, site.Call) && (!site.Bytes.Known() || f.format.Span(site.Bytes.V) == span) {
				places++
				s = site
			}
		}
		if places > before {
			programs++
			p = of
		}
	}
	switch {
	case programs > 1:
		return Program{}, Site{}
	case places != 1:
		return p, Site{}
	}
	return p, s
}

// blameHolder names the program that holds a busy record in e, if that can be told.
func (f *facts) blameHolder(e *Evidence, r *busyRecord) {
	e.Program, e.Site = f.asks(r.span, "reserve")
	e.SuspectedCode = e.Program.Name
}

// calls is the first call that fits, and its program.
func (f *facts) calls(fits func(*Site) bool) (p Program, s Site) {
	if f.ring == nil {
		return p, s
	}
	for i := range f.ring.Programs {
		of := &f.ring.Programs[i]
		for k := range of.Sites {
			if fits(&of.Sites[k]) {
				return *of, of.Sites[k]
			}
		}
	}
	return p, s
}

// blameSite names a call and its program in e; one that was not found leaves both unknown.
func (e *Evidence) blameSite(p Program, s Site) {
	if s.Call == "" {
		return
	}
	e.Program, e.Site = p, s
	e.SuspectedCode = p.Name
}

// blameWriter names the payload length that takes most of the bytes lately, and the program that writes it if that can be told.
func (f *facts) blameWriter(e *Evidence) {
	dominant, part := f.excerpts.dominant(f.at, f.format)
	if part < noisyPart {
		return
	}
	e.Dominant, e.DominantPart = dominant, part
	if p, s, ok := f.writes(dominant.Length); ok {
		e.blameSite(p, s)
	}
}
