package tui

import "ringscope/model"

// sites are the programs of a ring of which call sites are known.
func sites(r *model.Ring) []model.Program {
	if r == nil {
		return nil
	}
	var out []model.Program
	for _, p := range r.Programs {
		if len(p.Sites) > 0 {
			out = append(out, p)
		}
	}
	return out
}
