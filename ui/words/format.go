package words

import "ringscope/model"

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
