package tui

import "time"

// ChildEnv is the environment variable that makes the test binary be the program: see Child.
const ChildEnv = "RINGSCOPE_TUI_CHILD"

// Child runs in place of the tests with ChildEnv's value, and returns the exit code.
var Child func(what string) int

// WaitForReplies makes a program that fails wait so long for the terminal.
func WaitForReplies(d time.Duration) { replyTime = d }
