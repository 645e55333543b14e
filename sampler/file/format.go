package file

import (
	"fmt"
	"slices"
	"strings"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ringcore/shm"
	"ringscope/sampler"
)

// reading is how a file's ring is read.
type reading struct {
	format   *ringcore.Format
	geometry ringcore.Geometry
	how      model.FormatHow
}

// detectTries is how often the records are walked before the format that the file names is not believed: of a ring that is written
// meanwhile a walk can fail.
const detectTries = 3

// read decides in which format f is read: the one that is asked for, else the one that the file names if the records are of it, else the
// only one that they are of. memory is f's.
//
// Walking the records in a format that they are not of takes words of payload for headers. Where payloads are left unread, what the file
// names is therefore believed, and a file that names none is refused.
func read(f *shm.File, memory ringcore.Memory, o Options) (reading, error) {
	about := f.Description()
	given := ringcore.Geometry{
		Size: about.Size, PageSize: about.PageSize, PosWidth: about.PosWidth, FirstPageOffset: about.FirstPageOffset,
		Pending: about.Pending, Overwrite: about.Overwrite, OverwriteMode: about.OverwriteMode,
	}
	if o.Format != "" {
		format := ringcore.FormatByName(o.Format)
		if format == nil {
			return reading{}, fmt.Errorf("%w: there is no format \"%s\", expected one of %s", sampler.ErrUnsupported, o.Format, known())
		}
		return reading{format, ringcore.GeometryAs(memory, given, format), model.FormatAsked}, nil
	}
	named := ringcore.FormatByName(about.Format)
	switch {
	case !o.Payload && named == nil:
		return reading{}, fmt.Errorf("%w: %s %s, and to look for it would be to read payloads; say which with --format, or leave out --no-payload",
			sampler.ErrAmbiguous, f.Path(), nameless(f))
	case !o.Payload:
		return reading{named, ringcore.GeometryAs(memory, given, named), model.FormatTold}, nil
	}
	var guesses []ringcore.Guess
	for range detectTries {
		guesses = ringcore.Detect(memory, given)
		if named == nil || guessOf(guesses, named).Fits() {
			break
		}
	}
	best := guesses[0]
	switch {
	case named != nil && guessOf(guesses, named).Fits():
		return reading{named, guessOf(guesses, named).Geometry, model.FormatTold}, nil
	case named != nil && best.Certainty <= ringcore.Possible:
		return reading{named, given, model.FormatTold}, nil // nothing reads better
	case best.Certainty == ringcore.Sure:
		return reading{best.Format, best.Geometry, model.FormatFound}, nil
	case best.Certainty >= ringcore.Likely && best.Format == named:
		return reading{named, best.Geometry, model.FormatTold}, nil
	case best.Certainty >= ringcore.Likely:
		return reading{best.Format, best.Geometry, model.FormatLikely}, nil
	}
	return reading{}, undecided(f, guesses)
}

// undecided says why no format was found.
func undecided(f *shm.File, guesses []ringcore.Guess) error {
	says := nameless(f)
	var fit []string
	for _, g := range guesses {
		if g.Fits() {
			fit = append(fit, g.Format.Name)
		}
	}
	switch {
	case len(fit) == 0:
		return fmt.Errorf("%w: %s %s, and its records can be read in none; say which with --format", sampler.ErrUnsupported, f.Path(), says)
	case guesses[0].Records == 0:
		return fmt.Errorf("%w: %s %s, and no record stands in it that could tell; say which with --format", sampler.ErrAmbiguous, f.Path(), says)
	default:
		slices.Sort(fit)
		return fmt.Errorf("%w: %s %s, and its %d records can be read as %s; say which with --format",
			sampler.ErrAmbiguous, f.Path(), says, guesses[0].Records, strings.Join(fit, " or "))
	}
}

// nameless says what f calls its format, where that is none.
func nameless(f *shm.File) string {
	if name := f.Description().Format; name != "" {
		return fmt.Sprintf("calls its format \"%s\", which is none of %s", name, known())
	}
	return "does not name its format"
}

func guessOf(guesses []ringcore.Guess, f *ringcore.Format) *ringcore.Guess {
	return &guesses[slices.IndexFunc(guesses, func(g ringcore.Guess) bool { return g.Format == f })]
}

func known() string { return strings.Join(ringcore.FormatNames(), ", ") }
