package file

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"ringscope/model"
	"ringscope/ringcore/shm"
	"ringscope/sampler"
)

// Source is a ring in a file. It ends when its server does, after a last look at what the server left.
type Source struct {
	file     *shm.File
	observed *sampler.Observed
	identity model.Ring
	told     bool      // the identity was given
	checked  time.Time // when file and server were looked at; zero: not yet
	gone     bool      // the server is dead: nothing in the ring moves any more
	fault    error     // memory that was mapped is not there any more
}

// Look tells in what happened since the last look. An error says that the file was cut, or that its path names another ring now.
func (s *Source) Look(now time.Time, in sampler.Intake) (pace sampler.Pace, err error) {
	if s.fault != nil {
		return sampler.Pace{}, s.fault
	}
	// The server is asked for before the look: what it wrote before it died is seen in the look that finds it dead.
	if err := s.check(now); err != nil {
		return sampler.Pace{}, err
	}
	if !s.told {
		s.told = true
		ring := s.identity
		ring.Looked, ring.Unserved = now, s.gone
		in.Ring(&ring)
	}
	if pace, err = s.look(now, in); err != nil {
		return pace, err
	}
	if s.gone && !pace.More {
		in.Ended(model.EndOwnerGone)
		pace.Done = true
	}
	return pace, nil
}

// look is what s.observed tells in. Where it faulted it may have been amid anything: then it is not asked again.
func (s *Source) look(now time.Time, in sampler.Intake) (pace sampler.Pace, err error) {
	defer func() { err = cmp.Or(s.fault, err) }()
	defer s.file.Guard(&s.fault)()
	if pace, err = s.observed.Look(now, in); err != nil {
		return pace, fmt.Errorf("look at %s: %w", s.file.Path(), err)
	}
	return pace, nil
}

// Detail reads the records of f as they stand now.
func (s *Source) Detail(now time.Time, f model.Focus) (d model.Detail) {
	if s.fault != nil {
		return d
	}
	defer s.file.Guard(&s.fault)()
	return s.observed.Detail(now, f)
}

// Dump reads every record that can be read now; see [sampler.Observed.Dump].
func (s *Source) Dump(payload int, visit func(model.Row) bool) (err error) {
	if s.fault != nil {
		return s.fault
	}
	defer s.file.Guard(&err)()
	return s.observed.Dump(payload, visit)
}

// Close unmaps the ring.
func (s *Source) Close() error { return s.file.Close() }

// check looks at the lock and at the file, now and then.
func (s *Source) check(now time.Time) error {
	if s.gone || !s.checked.IsZero() && now.Sub(s.checked) < checkEvery {
		return nil
	}
	s.checked = now
	alive, err := s.file.Alive()
	if err != nil {
		return err
	}
	s.gone = !alive
	err = s.file.Check()
	if errors.Is(err, shm.ErrRemoved) || s.gone && errors.Is(err, shm.ErrReplaced) {
		return nil // what is mapped is still the ring that was opened: a served one without a name, or a dead one
	}
	return err
}
