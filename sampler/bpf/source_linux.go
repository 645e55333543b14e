package bpf

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

const (
	keptEvery   = time.Second            // between questions who keeps the ring alive
	endedEvery  = 100 * time.Millisecond // between questions whether an owner's process has ended, or the ring that was let go of
	censusEvery = 10 * time.Second       // between looks for owners, readers, programs and pins
	urgentEvery = time.Second            // the same when somebody reads who is not known, and for urgentFor after an owner's end, when somebody else may hold the ring for a moment
	urgentFor   = 5 * time.Second
	awayFor     = 3 * time.Second // for which a ring is let go of that only others who look seem to keep
	mostTries   = 4               // in a row, one after the other: together they last longer than censusEvery, in which the others learn of it
)

// source is one open kernel ring.
type source struct {
	selector Selector
	options  Options
	fd       int // -1: let go of
	ring     *model.Ring
	told     *model.Ring // what the intake knows
	mem      *mapping
	whole    bool // the data are mapped, not only the positions
	observed *sampler.Observed
	consumer *consumer // nil: passive
	byID     bool      // the ring can be looked up by its id

	watcher  watcher
	audience audience
	waiter   waiter
	idle     func(context.Context, time.Duration) // s.wait
	tap      tap
	focus    model.Focus
	final    *model.Detail // what stood in the ring when it was let go of
	away     time.Time     // until then it is let go of, so that others who merely look can't wait for us; zero: it is not
	lost     bool          // the ring was gone when it should have been taken up again
}

// tap notes the positions that pass.
type tap struct {
	sampler.Intake
	last ringcore.Positions
}

func (t *tap) End(p ringcore.Positions) {
	t.last = p
	t.Intake.End(p)
}

// mapAll maps the data too.
func (s *source) mapAll() error {
	if err := s.mem.attachAll(s.fd); err != nil {
		return err
	}
	s.whole = true
	return nil
}

// Look tells in what happened since the last look, who holds the ring now, and whether it ended.
func (s *source) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	if s.lost {
		return s.gone(in), nil
	}
	if !s.away.IsZero() {
		return s.stayAway(now, in)
	}
	first := s.told == nil
	ring, err := s.watcher.news(s)
	if err != nil {
		return sampler.Pace{}, err
	}
	if ring != nil {
		s.ring = ring
	}
	if s.told != s.ring {
		s.told = s.ring
		in.Ring(s.ring)
	}
	switch {
	case !s.whole && first:
		// The observer takes its first positions only when it can walk from them, so that nothing falls between.
		return sampler.Pace{Moved: true, More: true}, nil
	case !s.whole:
		if err := s.mapAll(); err != nil {
			return sampler.Pace{}, err
		}
	}
	over, err := s.watcher.over(now, s)
	if err != nil {
		return sampler.Pace{}, err
	}
	pace, err := s.look(now, in)
	if err != nil {
		return pace, err
	}
	if over != alive && !pace.More {
		return s.part(now, in, over, pace)
	}
	if !first {
		s.watcher.ask(now, s) // after the first frame: it may load the iterator programs
		if err := s.listen(now, in); err != nil {
			return pace, err
		}
	}
	s.waiter.judge(now, pace.Moved)
	if s.waiter.works(now, s) {
		pace.Idle = s.idle
		pace.AtOnce = s.consumer != nil
	}
	pace.Consumes = s.consumer != nil
	return pace, nil
}

// look observes and, as the ring's consumer, takes what was observed. Nothing is taken that was not accounted for: so a producer can't
// overwrite what the observer has not seen.
func (s *source) look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	s.tap.Intake = in
	was := s.tap.last.Consumer
	pace, err := s.observed.Look(now, &s.tap)
	if s.consumer == nil && s.tap.last.Consumer != was && s.ring.Readers == model.Of(0) {
		s.watcher.hurry(now, urgentEvery) // somebody reads of whom nobody knows yet
	}
	if err != nil || s.consumer == nil || pace.More {
		return pace, err
	}
	took, err := s.consumer.take(s.tap.last.Producer)
	if err != nil {
		in.SecondReader(s.consumer.position())
		err := s.consumer.stop()
		s.consumer = nil
		return pace, err
	}
	if took {
		pace, err = s.observed.Look(now, &s.tap)
		pace.Moved = true
	}
	return pace, err
}

// listen tells in what was seen of those who read, and lets somebody look again.
func (s *source) listen(now time.Time, in sampler.Intake) error {
	report, err := s.audience.report()
	if err != nil {
		return err
	}
	if report != nil {
		in.Readership(*report)
	}
	s.audience.ask(now, s.ring)
	return nil
}

// wait is the source's Pace.Idle.
func (s *source) wait(ctx context.Context, most time.Duration) { s.waiter.wait(ctx, s.fd, most) }

// part lets go of a ring that nobody but us seems to keep. If it is still there afterwards it is taken up again.
func (s *source) part(now time.Time, in sampler.Intake, over verdict, pace sampler.Pace) (sampler.Pace, error) {
	d, was := s.observed.Detail(now, s.focus), s.consumer
	if err := s.letGo(); err != nil {
		return pace, err
	}
	if over == suspected {
		still, err := s.takeUp()
		if err == nil && still && was != nil {
			err = s.consumeAgain(was.position(), in)
		}
		if err != nil || still {
			pace.Consumes = s.consumer != nil
			return pace, err
		}
	}
	s.final = &d
	switch over {
	case contested:
		s.away = now.Add(awayFor)
		return sampler.Pace{Tick: endedEvery}, nil
	case replaced:
		return sampler.Pace{Moved: true, Done: true}, nil
	}
	return s.gone(in), nil
}

// gone says that the ring ended.
func (s *source) gone(in sampler.Intake) sampler.Pace {
	in.Ended(model.EndOwnerGone)
	return sampler.Pace{Moved: true, Done: true}
}

// stayAway holds nothing of the ring for some time, and asks whether it is still there. Without the iterators nobody can tell a ring that
// only we and other watches keep from one that somebody keeps whom we can't see; so each of them lets go, for long enough that all do at once.
func (s *source) stayAway(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	if now.Before(s.away) {
		fd, _, err := mapByID(s.ring.ID)
		switch {
		case isGone(err):
			return s.gone(in), nil
		case err != nil:
			return sampler.Pace{}, err
		}
		return sampler.Pace{Tick: endedEvery}, unix.Close(fd)
	}
	still, err := s.takeUp()
	if err != nil || still {
		s.watcher.hurry(now, 2*urgentEvery)
		return sampler.Pace{}, err
	}
	return s.gone(in), nil
}

// consumeAgain goes on as the consumer of a ring that was let go of for a moment, if nobody took its place: the consumer position still
// stands at left.
func (s *source) consumeAgain(left ringcore.Pos, in sampler.Intake) error {
	c, err := mapConsumer(s)
	if err != nil {
		return err
	}
	s.consumer = c
	if err := c.start(s); err != nil {
		return err
	}
	if c.position() != left {
		in.SecondReader(left)
		s.consumer = nil
		return c.stop()
	}
	return nil
}

// letGo gives up everything that keeps the ring alive.
func (s *source) letGo() (err error) {
	if s.consumer != nil {
		err = s.consumer.stop()
		s.consumer = nil
	}
	if s.mem != nil {
		err = errors.Join(err, s.mem.detach())
	}
	s.whole = false
	if s.fd >= 0 {
		if e := unix.Close(s.fd); e != nil {
			err = errors.Join(err, fmt.Errorf("close the ring: %w", e))
		}
		s.fd = -1
	}
	return err
}

// takeUp opens the ring again that was let go of; false: it is gone.
func (s *source) takeUp() (bool, error) {
	var fd int
	var i mapInfo
	var err error
	if s.byID || s.selector.Pin == "" {
		fd, i, err = mapByID(s.ring.ID)
	} else {
		fd, i, err = findPin(s.selector.Pin)
	}
	switch {
	case isGone(err) || errors.Is(err, sampler.ErrNoSuchRing):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("take the ring up again: %w", err)
	case i.ID != s.ring.ID || uint64(i.MaxEntries) != s.ring.Size():
		return false, unix.Close(fd)
	}
	s.fd, s.final, s.away = fd, nil, time.Time{}
	return true, s.mapAll()
}

// canLookUp reports whether this process may open maps by their id.
func canLookUp(id uint32) bool {
	fd, _, err := mapByID(id)
	if err != nil {
		return false
	}
	return unix.Close(fd) == nil
}

// Detail reads the records of f as they stand now; after the ring's end, as they stood then.
func (s *source) Detail(now time.Time, f model.Focus) model.Detail {
	s.focus = f
	switch {
	case s.final != nil:
		return *s.final
	case !s.whole:
		return model.Detail{}
	}
	return s.observed.Detail(now, f)
}

// Dump reads every record that can be read now; see [sampler.Observed.Dump].
func (s *source) Dump(payload int, visit func(model.Row) bool) error {
	if !s.whole {
		return fmt.Errorf("read ring %d: it was let go of: %w", s.ring.ID, sampler.ErrNoSuchRing)
	}
	return s.observed.Dump(payload, visit)
}

// errConsuming says why ctrl-z must not stop the program.
var errConsuming = errors.New("ringscope is this ring's only consumer: stopping it would stop the ring")

// Suspend lets go of the ring, so that a stopped program keeps nothing alive. It is refused while consuming.
func (s *source) Suspend() error {
	if s.consumer != nil {
		return errConsuming
	}
	err := s.watcher.close() // a census opens every map for a moment, which must not be the one in which the program is stopped
	s.watcher.asked = time.Time{}
	s.audience.close()
	return errors.Join(err, s.letGo())
}

// Resume takes the ring up again. If it ended meanwhile, the next look says so.
func (s *source) Resume() error {
	if s.fd >= 0 {
		return nil
	}
	there, err := s.takeUp()
	s.lost = !there
	return err
}

// Close lets go of the ring.
func (s *source) Close() error {
	s.audience.close()
	err := errors.Join(s.watcher.close(), s.letGo(), s.waiter.close())
	if s.mem != nil {
		err = errors.Join(err, s.mem.release())
	}
	return err
}
