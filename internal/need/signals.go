package need

import (
	"os"
	"os/signal"
	"syscall"
)

// ignored is what this process was told to ignore when it began: HUP under nohup, INT in the background of a shell.
var ignored = func() (list []os.Signal) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if signal.Ignored(s) {
			list = append(list, s)
		}
	}
	return list
}()

// Heard calls start, which starts a program that is to hear INT and HUP, and returns its error. Who starts a program hands on which signals are
// ignored, but not which are handled: so they are handled meanwhile, where they were ignored when this process began.
func Heard(start func() error) error {
	if len(ignored) > 0 {
		c := make(chan os.Signal, 1)
		signal.Notify(c, ignored...)
		defer signal.Stop(c)
	}
	return start()
}
