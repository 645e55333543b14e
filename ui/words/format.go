package words

import "ringscope/model"

// Format names a ring's record format, and how it is known if the ring did not tell: `linux`, `windows (found)`.
func Format(r *model.Ring) string {
	if r.FormatHow == model.FormatTold {
		return r.Format.Name
	}
	return r.Format.Name + " (" + r.FormatHow.String() + ")"
}
