package ringcore

import (
	"cmp"
	"slices"
)

// Certainty is how sure it is that a ring is of a format.
type Certainty uint8

// Certainties, the least first.
const (
	// RuledOut: a header does not fit, or the walk does not end where it must.
	RuledOut Certainty = iota
	// Possible: nothing speaks against it, nor against another one; or nothing stands in the ring, or what does may be no records.
	Possible
	// Likely: it is the only one that fits, but few records tell; or none fits, and this one read many records before one that did not.
	Likely
	// Sure: it is the only one that fits, in many records.
	Sure
)

// String returns the certainty in words.
func (c Certainty) String() string {
	return [...]string{"ruled out", "possible", "likely", "sure"}[c]
}

// Guess is how a ring reads in one format.
type Guess struct {
	Format    *Format
	Geometry  Geometry // with which it was read
	Certainty Certainty
	Records   uint64 // whose headers fit
	From, End Pos    // what was walked
	EndsOn    bool   // the walk ended on the producer position
	Cut       bool   // the walk ended because enough was read
	Blank     bool   // a header that fits is 0 throughout, as memory that was never written or has been cleared is
	Why       error  // why it ended before: a header that failed a check; nil: EndsOn or Cut
}

// Fits reports whether nothing speaks against the format.
func (g *Guess) Fits() bool { return g.EndsOn || g.Cut }

const (
	detectRecords = 1 << 16 // are enough to tell
	sureRecords   = 4       // that all fit are no chance
	// A walk that failed tells something if so many records fitted before, and so many times as many as in any other format.
	failedRecords = 16
	failedTimes   = 8
)

// Detect walks the records of a ring in every format from the oldest known boundary to the producer position, and compares where each
// walk ends. It returns the guesses, the most certain first. g is what is known of the ring; where a format puts its page offsets is its own
// matter, but one that g tells is tried too, and for windows that none were written. What else g tells is believed: that it is no user ring,
// whose bytes are those of eBPF for Windows before v1.0, and how large pages are. Where all records lie in the first page nothing tells
// whether a ring of Windows has page offsets; then it is taken to have them.
//
// Nothing is proven: of a ring that is written meanwhile the walk may fail in the right format, and should be made again. It reads at most
// 65,536 headers in each reading, of which no format has more than two.
func Detect(m Memory, g Geometry) []Guess {
	var guesses []Guess
	for _, f := range Formats {
		guesses = append(guesses, guess(m, g, f))
	}
	weigh(guesses)
	slices.SortStableFunc(guesses, func(a, b Guess) int {
		return cmp.Or(cmp.Compare(b.Certainty, a.Certainty), cmp.Compare(b.Records, a.Records))
	})
	return guesses
}

// GeometryAs is the geometry in which a ring reads best in format f, whether it fits or not; g is as for [Detect]. It walks the ring's
// records in no other format.
func GeometryAs(m Memory, g Geometry, f *Format) Geometry { return guess(m, g, f).Geometry }

// guess is how a ring reads best in format f, not weighed yet.
func guess(m Memory, g Geometry, f *Format) Guess {
	best, tried := Guess{Format: f, Geometry: g}, false
	for _, candidate := range candidates(f, g) {
		r, err := NewRing(f, candidate, m)
		if err != nil {
			best.Why = cmp.Or(best.Why, err)
			continue
		}
		if one := r.read(); !tried || one.Fits() && !best.Fits() || one.Fits() == best.Fits() && one.Records > best.Records {
			best, tried = one, true
		}
	}
	return best
}

// candidates are the geometries in which a ring of format f can be read, of two that fit equally well the better one first.
func candidates(f *Format, g Geometry) []Geometry {
	own := f.Geometry(g.Size, g.PageSize)
	usual := g
	usual.FirstPageOffset = own.FirstPageOffset
	if f.Kind != KindLinux {
		usual.OverwriteMode, usual.UserRing = false, false
		usual.Pending, usual.Overwrite = -1, -1
		usual.ZeroPageOffsets = false
		if f.Kind == KindWindows && uint64(g.PageSize) < g.Size {
			zeros := usual
			zeros.ZeroPageOffsets = true
			return []Geometry{usual, zeros}
		}
		return []Geometry{usual}
	}
	// A kernel's page offsets begin behind its struct; those of a user ring are all 0, as if it were one page.
	if userRing := g.FirstPageOffset == 0; usual == g || userRing && uint64(g.PageSize) < g.Size {
		return []Geometry{usual}
	}
	return []Geometry{g, usual}
}

// read walks r from the oldest known boundary.
func (r *Ring) read() Guess {
	p := r.ReadPositions()
	at := p.Head()
	if p.HasOverwrite {
		at = p.Overwrite
	}
	if size := r.Size(); p.Producer <= size-size/8 && r.isNew(p) {
		at = 0 // in every format: nothing has been reused
	}
	guess := Guess{Format: r.format, Geometry: r.geometry, From: at, End: at}
	switch {
	case at%r.format.Align != 0 || p.Producer%r.format.Align != 0:
		guess.Why = ErrUnaligned
		return guess
	case p.Producer-at > r.capacity:
		guess.Why = ErrTooFar
		return guess
	}
	for guess.End != p.Producer {
		if guess.Records == detectRecords {
			guess.Cut = true
			return guess
		}
		raw, _, span, why := r.parse(guess.End, p.Producer)
		if why != nil {
			guess.Why = why
			return guess
		}
		guess.Blank = guess.Blank || raw == 0
		guess.Records++
		guess.End += span
	}
	guess.EndsOn = true
	return guess
}

// weigh says how sure each guess is beside the others.
func weigh(guesses []Guess) {
	fit := 0 // those that read something: a reader that is done leaves other formats nothing of a ring in overwrite mode
	for i := range guesses {
		if guesses[i].Fits() && guesses[i].Records > 0 {
			fit++
		}
	}
	for i := range guesses {
		g := &guesses[i]
		switch {
		case g.Fits() && (fit > 1 || g.Records == 0 || g.Blank):
			g.Certainty = Possible
		case g.Fits() && g.Records >= sureRecords:
			g.Certainty = Sure
		case g.Fits():
			g.Certainty = Likely
		case fit == 0 && g.Records >= failedRecords && outnumbers(g.Records, guesses, i):
			g.Certainty = Likely
		}
	}
}

// outnumbers reports whether records are many compared with those of any guess but the one at i.
func outnumbers(records uint64, guesses []Guess, i int) bool {
	for k := range guesses {
		if k != i && guesses[k].Records*failedTimes > records {
			return false
		}
	}
	return true
}
