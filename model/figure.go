package model

// How tells how a figure was obtained. The zero value is Unknown, so that a forgotten field never looks like 0.
type How uint8

// Ways to know a figure, and the mark that ui/text puts on it.
const (
	Unknown       How = iota // nobody can tell: ?
	Exact                    // counted or read: no mark
	Sampled                  // measured now and then, or inferred from something else: ~
	AtLeast                  // a lower bound: ≥
	AtMost                   // an upper bound: ≤
	Unmeasured               // not measured yet: …
	NotApplicable            // has no meaning here: -
)

// Known reports whether there is a value to show.
func (h How) Known() bool { return h >= Exact && h <= AtMost }

// Figure is a number with its origin. V means something only if How.Known().
type Figure[T any] struct {
	V   T
	How How
}

// Known reports whether the figure has a value.
func (f Figure[T]) Known() bool { return f.How.Known() }

// Of is an exact figure.
func Of[T any](v T) Figure[T] { return Figure[T]{V: v, How: Exact} }

// Known makes a figure that was obtained as h says.
func Known[T any](v T, h How) Figure[T] { return Figure[T]{V: v, How: h} }

// Weaken returns the weaker of two origins, for a figure that is computed from both. The order is Exact, Sampled, AtLeast or
// AtMost, Unmeasured, Unknown; two bounds of different direction make an unknown.
func Weaken(a, b How) How {
	if a == b {
		return a
	}
	if (a == AtLeast && b == AtMost) || (a == AtMost && b == AtLeast) {
		return Unknown
	}
	rank := [...]int{Unknown: 6, Exact: 0, Sampled: 1, AtLeast: 2, AtMost: 2, Unmeasured: 5, NotApplicable: 4}
	if rank[a] > rank[b] {
		return a
	}
	return b
}
