package report

// Check is a line of `doctor --json`.
type Check struct {
	Schema int     `json:"schema"`
	Check  string  `json:"check"`
	OK     bool    `json:"ok"`
	Detail string  `json:"detail"`
	Fix    *string `json:"fix"`
}

// NewCheck is one thing that ringscope needs or can make use of; fix is empty where nothing needs to be done.
func NewCheck(name string, ok bool, detail, fix string) Check {
	c := Check{Schema: Schema, Check: name, OK: ok, Detail: detail}
	if fix != "" {
		c.Fix = &fix
	}
	return c
}
