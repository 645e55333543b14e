package words

import (
	"ringscope/model"
	"ringscope/ringcore"
)

// Format names a ring's record format, whether old records make room, and how it is known if the ring did not tell: `linux`,
// `linux overwrite`, `windows (found)`.
func Format(r *model.Ring) string {
	name := r.Format.Name
	if Overwrites(r) {
		name += " overwrite"
	}
	if r.FormatHow == model.FormatTold {
		return name
	}
	return name + " (" + r.FormatHow.String() + ")"
}

// RecordFormat is a ring's record format; that of Linux while it is not known.
func RecordFormat(r *model.Ring) *ringcore.Format {
	if r == nil || r.Format == nil {
		return ringcore.Linux
	}
	return r.Format
}
