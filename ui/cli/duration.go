package cli

import (
	"errors"
	"strconv"
	"time"
)

// duration is a flag for a time. Bare numbers are seconds, as vmstat has them.
type duration time.Duration

func (d *duration) Set(s string) error {
	if seconds, err := strconv.ParseFloat(s, 64); err == nil {
		if seconds < -1e9 || seconds > 1e9 || seconds != seconds {
			return errors.New("which is too long: expected a time such as 500ms, 2s or 1m")
		}
		*d = duration(seconds * float64(time.Second))
		return nil
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		return errors.New("expected a time such as 500ms, 2s, 1m, or a number of seconds")
	}
	*d = duration(v)
	return nil
}

// String is what help calls the default; 0 is none.
func (d *duration) String() string {
	if *d == 0 {
		return "0"
	}
	return time.Duration(*d).String()
}

// Type is what help calls it.
func (d *duration) Type() string { return "duration" }

// setDuration makes a flag that writes to d, which begins as def.
func setDuration(d *time.Duration, def time.Duration) *duration {
	*d = def
	return (*duration)(d)
}
