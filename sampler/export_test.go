package sampler

import "ringscope/model"

// Excerpt is what Detail tells of the newest records.
func (o *Observed) Excerpt() model.Excerpt { return o.excerpt() }
