package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ringscope/sampler/target"
	"ringscope/ui/text"
)

// flagError says what is wrong with a flag of c. What pflag says quotes the user's text, which is made safe where it is written, and speaks of
// the functions that read numbers.
func flagError(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &value):
		err = fmt.Errorf("--%s can't be \"%s\", %s", value.GetFlag().Name, value.GetValue(), expected(value))
	case errors.As(err, &missing):
		err = fmt.Errorf("--%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		err = fmt.Errorf("there is no flag -%s", unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		err = fmt.Errorf("there is no flag --%s", unknown.GetSpecifiedName())
	}
	return usage(c, err)
}

// expected says what a flag takes.
func expected(e *pflag.InvalidValueError) string {
	most := map[string]uint64{"int": math.MaxInt, "uint": math.MaxUint, "uint32": math.MaxUint32, "uint64": math.MaxUint64}
	switch kind := e.GetFlag().Value.Type(); {
	case errors.Is(e, strconv.ErrRange) && most[kind] > 0 && !strings.HasPrefix(e.GetValue(), "-"):
		return "expected at most " + text.Count(most[kind])
	case kind == "int" && errors.Is(e, strconv.ErrRange):
		return "expected a larger number"
	case kind == "int":
		return "expected a whole number"
	case most[kind] > 0:
		return "expected a whole number, 0 or more"
	case kind == "float64":
		return "expected a number"
	case kind == "bool":
		return "expected true or false, or nothing"
	}
	return e.Unwrap().Error()
}

// format is a flag for the name of a record format.
type format struct{ name *string }

// Set takes only what there is.
func (f format) Set(s string) error {
	for _, name := range target.Formats() {
		if name == s {
			*f.name = s
			return nil
		}
	}
	return fmt.Errorf("expected one of %s", strings.Join(target.Formats(), ", "))
}

// String is the default: none.
func (f format) String() string { return "" }

// Type is what help calls it.
func (f format) Type() string { return "format" }
