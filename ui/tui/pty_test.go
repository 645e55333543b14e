package tui

const childEnv = "RINGSCOPE_TUI_CHILD"

func child(string) int { return 0 }
