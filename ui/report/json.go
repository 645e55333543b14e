package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"
	"unicode/utf8"

	"ringscope/model"
	"ringscope/ui/text"
)

// Schema is the version of the JSON contract.
const Schema = 1

// WriteJSON writes v as one line. What could act on a terminal is written as \uXXXX, which means the same.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if _, err := w.Write(harmless(b.Bytes())); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// harmless escapes the runes of a JSON text that a terminal would not merely show. They stand inside of strings only.
func harmless(b []byte) []byte {
	plain := true
	for _, v := range b {
		if v >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return b
	}
	out := make([]byte, 0, len(b)+16)
	for _, r := range string(b) {
		switch {
		case r == '\n' || text.UTF8.Fits(r):
			out = utf8.AppendRune(out, r)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

// Host says where a report was made.
type Host struct {
	Version string // of ringscope
	Name    string
	BootID  string // empty: unknown
}

// Simulated stands in place of the host's name wherever a simulated ring is shown.
const Simulated = "SIMULATED"

// At is the host's name as it stands beside r.
func (h Host) At(r *model.Ring) string {
	if r != nil && r.Simulated {
		return Simulated
	}
	return h.Name
}

// value is a figure in JSON: null where it is not known.
func value[T any](f model.Figure[T]) *T {
	if !f.Known() {
		return nil
	}
	return &f.V
}

// float is value for floats: null also for what JSON can't express.
func float(f model.Figure[float64]) *float64 {
	if !f.Known() || math.IsNaN(f.V) || math.IsInf(f.V, 0) {
		return nil
	}
	return &f.V
}

// seconds is a duration in JSON.
func seconds(f model.Figure[time.Duration]) *float64 {
	if !f.Known() {
		return nil
	}
	return ptr(f.V.Seconds())
}

func ptr[T any](v T) *T { return &v }

// stamp is a moment in JSON.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// since is stamp for a moment that may be unknown.
func since(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return ptr(stamp(t))
}
