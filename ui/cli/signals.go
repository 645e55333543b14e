package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// withSignals returns a context that the first INT, TERM or HUP ends, with a signalError as its cause. A second one ends the program at
// once. What was ignored when the program began, as under nohup, stays ignored. stop undoes it all.
func withSignals(parent context.Context) (ctx context.Context, stop func()) {
	// With SIGPIPE ignored a write to a closed pipe is an error that ends the command in order.
	signal.Ignore(syscall.SIGPIPE)
	var wanted []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			wanted = append(wanted, s)
		}
	}
	ctx, cancel := context.WithCancelCause(parent)
	if len(wanted) == 0 {
		return ctx, func() { cancel(nil) }
	}
	came := make(chan os.Signal, 1)
	signal.Notify(came, wanted...)
	done := make(chan struct{})
	go func() {
		defer func() {
			if v := recover(); v != nil {
				cancel(fmt.Errorf("panic while waiting for a signal: %v", v))
			}
		}()
		select {
		case s := <-came:
			signal.Stop(came)
			cancel(&signalError{s})
		case <-done:
			signal.Stop(came)
		}
	}()
	return ctx, func() {
		close(done)
		cancel(nil)
	}
}
