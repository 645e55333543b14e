package ringcore

// lookAtBusy looks at every remembered busy record once. One proof is enough for all, because a busy record can't be overwritten:
// it is made after all headers were read, for each from its own position.
//
// Where producers write headers further ahead of the producer position than there is slack, one of these, which is busy, can stand in place
// of a record that was finished and released since: what is not finished is asked after.
func (o *Observer) lookAtBusy(s Sink) {
	if o.nBusy == 0 {
		return
	}
	st := &o.stretch
	for i := range o.busy[:o.nBusy] {
		st.busy[i].raw = o.ring.loadHeader(o.busy[i].pos)
	}
	o.fence.loads()
	producer := o.ring.widenProducer(o.ring.loadProducer(), o.last.Producer)
	kept, fixed := 0, o.fixed
	for i := range o.busy[:o.nBusy] {
		b, now := o.busy[i], st.busy[i].raw
		switch {
		case producer-b.pos > o.ring.capacity: // in overwrite mode too: the overwrite position can't be ahead of that
			s.Unresolved(b.pos, b.raw, b.before)
		case (now^b.raw)&fixed != 0:
			if exact, _ := o.prove(b.pos); exact {
				s.Corrupt(b.pos, now, ErrChanged, b.pos, b.before)
			}
			s.Unresolved(b.pos, b.raw, b.before)
		case o.ring.isBusy(now) && !o.standsBusy(b.pos, producer):
			s.Unresolved(b.pos, b.raw, b.before)
		case o.ring.isBusy(now):
			o.busy[kept] = b
			kept++
		default:
			s.Resolved(b.pos, now&^o.ring.format.Busy, b.before)
		}
	}
	o.nBusy = kept
}

// standsBusy reports whether a busy header at pos is that of the record that was met there, by a producer position that was read after it.
func (o *Observer) standsBusy(pos, producer Pos) bool {
	r := o.ring
	if r.overwrite || r.format.ProvenHistory && producer-pos <= r.history {
		return true
	}
	exact, _ := o.prove(pos)
	return exact
}

// Remembered returns how many busy records are remembered, 0 to [MaxRemembered].
func (o *Observer) Remembered() int { return o.nBusy }
