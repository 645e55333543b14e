package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// named are the keys that are no character, as an xterm sends them.
var named = map[string]string{
	"space": " ", "enter": "\r", "esc": "\x1b", "tab": "\t", "backspace": "\x7f",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"shift+right": "\x1b[1;2C", "shift+left": "\x1b[1;2D",
	"home": "\x1b[H", "end": "\x1b[F", "pgup": "\x1b[5~", "pgdown": "\x1b[6~",
}

// typed is what a terminal sends for a list of keys, separated by blanks.
func typed(list string) ([]string, error) {
	var keys []string
	for _, k := range strings.Fields(list) {
		switch seq, ok := named[k]; {
		case ok:
			keys = append(keys, seq)
		case utf8.RuneCountInString(k) == 1:
			keys = append(keys, k)
		default:
			return nil, fmt.Errorf("no key is called %q", k)
		}
	}
	return keys, nil
}
