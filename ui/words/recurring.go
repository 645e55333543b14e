package words

import (
	"fmt"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
)

// begins counts how often a finding of a code began since watching the ring of m began, as far as the marks of the time line tell, and how
// long ago it first did.
func begins(m *model.Moment, code model.Code, now time.Time) (times int, within time.Duration) {
	if m.History == nil || m.Sample == nil {
		return 0, 0
	}
	for _, mark := range m.History.Marks {
		if mark.Kind == model.MarkBegan && mark.Code == code && !mark.At.Before(m.Sample.Since) {
			if times++; times == 1 {
				within = max(0, now.Sub(mark.At))
			}
		}
	}
	return times, within
}

// again says that a finding that stands has come before: `3rd time in 9 min`, or shorter `3rd in 9 min`; empty: it has not.
func again(m *model.Moment, code model.Code, now time.Time) (long, short string) {
	n, within := begins(m, code, now)
	if n < 2 {
		return "", ""
	}
	in := " in " + text.Lasting(within.Truncate(time.Second))
	return ordinal(n) + " time" + in, ordinal(n) + in
}

// often says that a finding that has ended had come several times: `3 times in 9 min`; empty: once.
func often(m *model.Moment, code model.Code, now time.Time) string {
	n, within := begins(m, code, now)
	if n < 2 {
		return ""
	}
	return fmt.Sprintf("%d times in %s", n, text.Lasting(within.Truncate(time.Second)))
}

// followed adds what is said in the end to each sentence; where there is no room for it, the sentence stands alone.
func followed(sentences []string, longer, shorter string) []string {
	if longer == "" {
		return sentences
	}
	return combine(sentences, []string{" " + capital(longer) + ".", " " + capital(shorter) + ".", ""})
}

// ordinal is 2nd, 3rd, 11th.
func ordinal(n int) string {
	end := "th"
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprint(n) + end
}
