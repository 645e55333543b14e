package tui

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ringscope/model"
	"ringscope/ringcore"
)

// filter picks records of the table. The zero value takes every record.
type filter struct {
	text    string // as typed; the chip shows it
	keep    func(*model.Row) bool
	payload bool   // keep looks at the payload
	meant   string // the state that a text of it begins like, if any
}

// active reports whether the filter leaves anything out.
func (f *filter) active() bool { return f.keep != nil }

// takes reports whether the filter keeps the record.
func (f *filter) takes(r *model.Row) bool { return f.keep == nil || f.keep(r) }

// errFilter is shown beside the prompt.
var errFilter = errors.New("filter")

// parseFilter reads what was typed after `/`: terms with spaces between them that must all hold. A term is `busy`, `discarded`,
// `committed`, `unread`, `read`, `len` with one of `> < >= <= =` and a number, or a text that the payload's first bytes hold; `!`
// before it negates. A text in double quotes may contain spaces.
func parseFilter(s string) (filter, error) {
	var terms, texts []func(*model.Row) bool
	meant := ""
	for _, word := range splitTerms(s) {
		t, err := parseTerm(word)
		if err != nil {
			return filter{}, err
		}
		if t.payload {
			texts = append(texts, t.keep)
			meant = cmp.Or(meant, stateLike(word))
		} else {
			terms = append(terms, t.keep)
		}
	}
	payload := len(texts) > 0
	if terms = append(terms, texts...); len(terms) == 0 { // what the header tells is asked first
		return filter{}, nil
	}
	return filter{text: strings.TrimSpace(s), payload: payload, meant: meant, keep: func(r *model.Row) bool {
		for _, keep := range terms {
			if !keep(r) {
				return false
			}
		}
		return true
	}}, nil
}

// stateTerms are the terms that ask for a state.
var stateTerms = []string{"busy", "discarded", "committed", "unread", "read"}

// stateLike is the state that a term begins like but for which it does not ask: it is looked for in payloads.
func stateLike(word string) string {
	word = strings.TrimPrefix(word, "!")
	for _, s := range stateTerms {
		if len(word) > 1 && word != s && strings.HasPrefix(s, strings.ToLower(word)) {
			return s
		}
	}
	return ""
}

// splitTerms splits at spaces outside double quotes and keeps the quotes.
func splitTerms(s string) []string {
	var out []string
	quoted, start := false, -1
	for i, r := range s {
		if r == '"' {
			quoted = !quoted
		}
		space := r == ' ' && !quoted
		if !space && start < 0 {
			start = i
		}
		if space && start >= 0 {
			out = append(out, s[start:i])
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}

// condition is one term of a filter.
type condition struct {
	keep    func(*model.Row) bool
	payload bool // keep looks at the payload
}

func parseTerm(word string) (condition, error) {
	if rest, ok := strings.CutPrefix(word, "!"); ok {
		if rest == "" {
			return condition{}, fmt.Errorf("%w: `!` negates what follows it", errFilter)
		}
		t, err := parseTerm(rest)
		if err != nil {
			return condition{}, err
		}
		return condition{func(r *model.Row) bool { return !t.keep(r) }, t.payload}, nil
	}
	switch word {
	case "busy":
		return ofState(ringcore.Busy), nil
	case "discarded":
		return ofState(ringcore.Discarded), nil
	case "committed":
		return ofState(ringcore.Committed), nil
	case "unread":
		return condition{keep: func(r *model.Row) bool { return r.Unread }}, nil
	case "read":
		return condition{keep: func(r *model.Row) bool { return !r.Unread }}, nil
	}
	if rest, ok := strings.CutPrefix(word, "len"); ok && strings.ContainsAny(rest[:min(1, len(rest))], "<>=") {
		return parseLength(rest)
	}
	text := []byte(strings.ReplaceAll(word, `"`, ""))
	return condition{func(r *model.Row) bool { return len(text) > 0 && bytes.Contains(r.Payload, text) }, true}, nil
}

func ofState(s ringcore.State) condition {
	return condition{keep: func(r *model.Row) bool { return r.Header.State() == s }}
}

func parseLength(rest string) (condition, error) {
	op := rest[:1]
	if len(rest) > 1 && rest[1] == '=' {
		op = rest[:2]
	}
	n, err := strconv.ParseUint(rest[len(op):], 10, 32)
	if err != nil {
		return condition{}, fmt.Errorf("%w: a length is a number of bytes, as in len>64", errFilter)
	}
	want := uint32(n)
	compare := map[string]func(uint32) bool{
		">":  func(v uint32) bool { return v > want },
		">=": func(v uint32) bool { return v >= want },
		"<":  func(v uint32) bool { return v < want },
		"<=": func(v uint32) bool { return v <= want },
		"=":  func(v uint32) bool { return v == want },
		"==": func(v uint32) bool { return v == want },
	}[op]
	return condition{keep: func(r *model.Row) bool { return compare(r.Header.Length) }}, nil
}
