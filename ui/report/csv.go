package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"ringscope/ui/text"
)

// CSV writes lines of the same kind as [WriteJSON] does, with a line of names first. A column is named after its path in the
// JSON: `occupancy_used_bytes`. What is null there is empty here; of lists the column holds the names, separated by a space.
type CSV struct {
	w      *csv.Writer
	headed bool
}

// NewCSV writes to w.
func NewCSV(w io.Writer) *CSV { return &CSV{w: csv.NewWriter(w)} }

// Write writes v, a [Stat] or a [Listed].
func (c *CSV) Write(v any) error {
	names, cells := flatten("", reflect.ValueOf(v), nil, nil)
	if !c.headed {
		c.headed = true
		if err := c.w.Write(names); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	if err := c.w.Write(cells); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	c.w.Flush()
	if err := c.w.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// flatten appends v's columns. v is made of structs, pointers to scalars, scalars and lists, as the types of this package are.
func flatten(name string, v reflect.Value, names, cells []string) (n, c []string) {
	if v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("csv") == "-" {
				continue // came later: columns stay where they are
			}
			field := v.Type().Field(i).Tag.Get("json")
			if name != "" {
				field = name + "_" + field
			}
			names, cells = flatten(field, v.Field(i), names, cells)
		}
		return names, cells
	}
	return append(names, name), append(cells, cell(v))
}

func cell(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return cell(v.Elem())
	case reflect.String:
		return inert(text.UTF8.Safe(v.String()))
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = item(v.Index(i).Interface())
		}
		return inert(strings.Join(items, " "))
	default:
		return text.UTF8.Safe(fmt.Sprint(v.Interface()))
	}
}

// inert writes the first character of a text that a spreadsheet would run as a formula as [text.Charset.Safe] writes what does not fit.
func inert(s string) string {
	if s != "" && strings.IndexByte("=+-@", s[0]) >= 0 {
		return fmt.Sprintf(`\x%02x`, s[0]) + s[1:]
	}
	return s
}

// item is one member of a list.
func item(v any) string {
	switch v := v.(type) {
	case Process:
		return fmt.Sprintf("%s[%d]", text.UTF8.Safe(v.Comm), v.PID)
	case Program:
		return fmt.Sprintf("%s[%d]", text.UTF8.Safe(v.Name), v.ID)
	case Finding:
		return v.Code
	default:
		return text.UTF8.Safe(fmt.Sprint(v))
	}
}
