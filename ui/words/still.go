package words

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"ringscope/ui/text"
)

// Still is a page that only says why there is nothing to see, and what helps. Lines are at most 80 cells wide where the names in
// them are short.
type Still struct {
	Why  string
	Help string
}

// NotPermitted says that listing this host's rings needs a privilege.
func NotPermitted() Still {
	return Still{
		Why:  "Not permitted to list this host's rings: CAP_SYS_ADMIN is needed.",
		Help: "sudo ringscope · enter: open a pinned ring · d: a simulated ring · q quit",
	}
}

// NoRings says that no program uses a ring; maps is how many maps were looked at, 0: not counted.
func NoRings(c text.Charset, host string, maps int) Still {
	why := "No program on " + c.Name(host) + " uses a ring buffer now"
	if maps > 0 {
		why += fmt.Sprintf(" (looked at %s)", text.Plural(uint64(maps), "map"))
	}
	return Still{Why: why + ".", Help: "This page fills by itself when one appears. d: a simulated ring · q quit"}
}

// Unsupported says that this system has no rings that could be watched; why is the reason, as a sentence without its full stop.
func Unsupported(c text.Charset, why string) Still {
	return Still{Why: sentence(c, why), Help: "Perf buffers are not shown. d: a simulated ring · q quit"}
}

// sentence makes a sentence of an error's text.
func sentence(c text.Charset, s string) string {
	s = c.Safe(strings.TrimSpace(s))
	if s == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + strings.TrimSuffix(s[n:], ".") + "."
}

// Failed says that listing failed for another reason.
func Failed(c text.Charset, err error) Still {
	return Still{
		Why:  "Listing this host's rings failed: " + c.Safe(strings.TrimSpace(err.Error())),
		Help: "ringscope doctor says what works here · d: a simulated ring · q quit",
	}
}

// TooSmall is said in place of everything below the smallest size; target is the ring's.
func TooSmall(minWidth, minHeight, width, height int, target string) string {
	return fmt.Sprintf("%dx%d needed, this terminal has %dx%d. ringscope check %s prints the verdict as text.", minWidth, minHeight, width, height, target)
}
