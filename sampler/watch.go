package sampler

import (
	"context"
	"time"

	"ringscope/model"
)

// Watch is a running sampler. Its methods never wait for the ring, but for Stop.
type Watch interface {
	// Latest is the newest moment; nil before the first.
	Latest() *model.Moment
	// Focus says what the screen looks at from now on.
	Focus(f model.Focus)
	// Done is closed after the goroutine has ended.
	Done() <-chan struct{}
	// Err is why it ended; nil while it runs and after Stop.
	Err() error
	// Stop makes a last look, unless the ring was let go of, publishes it, lets go of the ring, and returns when the goroutine has
	// ended.
	Stop() error
	// Suspend lets go of the ring before the program is stopped by job control; Resume takes it up again.
	Suspend() error
	Resume() error
}

// Options of a sampler.
type Options struct {
	Interval time.Duration // between looks; 0: from the ring's size
	Publish  time.Duration // between published moments; 0: 100 ms
	// Each, if not nil, is called with every published moment, in the goroutine that samples: it must not wait.
	Each func(*model.Moment)
	// Sleep waits for d or until ctx is done, and in a hurry comes back as exactly as the system can; nil: the system's own way. Tests on fake time take [SleepOnTimer].
	Sleep func(ctx context.Context, d time.Duration, hurry bool)
}
