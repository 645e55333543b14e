package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// MarshalJSON writes null for the counts of a ring of which nothing was read: nobody knows them, and they are not 0.
func (c Checked) MarshalJSON() ([]byte, error) {
	type whole Checked // without this method
	var v any = whole(c)
	if c.unread {
		// These stand further out than those of the same names in Stat, which are left out then.
		u := struct {
			whole
			Ring     any               `json:"ring"`
			Totals   nothing[Totals]   `json:"totals"`
			Busy     nothing[Busy]     `json:"busy"`
			Missed   nothing[Missed]   `json:"missed"`
			Observer nothing[Observer] `json:"observer"`
		}{whole: whole(c), Ring: c.Ring}
		if c.Ring.Source == "" {
			u.Ring = nothing[Ring]{}
		}
		v = u
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("a checked ring: %w", err)
	}
	return b.Bytes(), nil
}

// nothing is a T in JSON whose fields are all null, but for those that are true or false: they are false.
type nothing[T any] struct{}

// MarshalJSON writes the fields in T's order.
func (nothing[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	t := reflect.TypeFor[T]()
	for i := range t.NumField() {
		value, before := "null", ","
		if t.Field(i).Type.Kind() == reflect.Bool {
			value = "false"
		}
		if i == 0 {
			before = "{"
		}
		fmt.Fprintf(&b, `%s"%s":%s`, before, t.Field(i).Tag.Get("json"), value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
