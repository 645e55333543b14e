package target

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]Ref{
		"id:167":               {Kind: ID, Number: 167},
		"167":                  {Kind: ID, Number: 167},
		"4294967295":           {Kind: ID, Number: 4294967295},
		"events":               {Kind: Name, Text: "events"},
		"name:events":          {Kind: Name, Text: "events"},
		"name:demo":            {Kind: Name, Text: "demo"},
		"name:167":             {Kind: Name, Text: "167"},
		"name:a:b/c.rsc":       {Kind: Name, Text: "a:b/c.rsc"},
		"pin:/sys/fs/bpf/rb":   {Kind: Pin, Text: "/sys/fs/bpf/rb"},
		"pid:2211":             {Kind: PID, Number: 2211},
		"file:/dev/shm/ring":   {Kind: File, Text: "/dev/shm/ring"},
		"demo":                 {Kind: Demo},
		"demo:burst":           {Kind: Demo, Text: "burst"},
		"12monkeys":            {Kind: Name, Text: "12monkeys"},
		"id":                   {Kind: Name, Text: "id"},
		"name:\x1b[2J\u202exx": {Kind: Name, Text: "\x1b[2J\u202exx"},
	} {
		got, err := Parse(in)
		if err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", in, got, err, want)
		}
	}
	for in, says := range map[string]string{
		"":               "id:N",
		"id:":            "nothing stands behind",
		"id:x":           `"x" is no id`,
		"id:0":           `"0" is no id`,
		"id:-1":          `"-1" is no id`,
		"id:+1":          `"+1" is no id`,
		"0":              `"0" is no id, expected a number from 1 to 4294967295; `,
		"4294967296":     "is no id, expected a number from 1 to 4294967295; ",
		"pid:4294967295": "is no pid, expected a number from 1 to 2147483647; ",
		"name:":          "nothing stands behind",
		"rb.rsc":         "recording",
		"./rb":           "file:./rb",
		"/sys/fs/bpf/rb": "pin:/sys/fs/bpf/rb",
		"ring:3":         "name:ring:3",
		"a\x00b":         "zero byte",
	} {
		_, err := Parse(in)
		if !errors.Is(err, ErrTarget) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, expected it to say %q", in, err, says)
		}
	}
}

func TestParseLongTargets(t *testing.T) {
	most := strings.Repeat("a", longest)
	for _, s := range []string{most, "name:" + most, "file:" + most, "pin:/" + most[1:]} {
		if _, err := Parse(s); err != nil {
			t.Errorf("%d bytes: %v", len(s), err)
		}
	}
	for _, s := range []string{most + "a", "name:" + most + "a", "file:" + most + "a", "demo:" + most + "a", "id:" + most + "1", "x:" + most, strings.Repeat("1", 100_000), strings.Repeat("/", 100_000)} {
		_, err := Parse(s)
		if !errors.Is(err, ErrTarget) || !strings.Contains(err.Error(), "bytes long") || len(err.Error()) > 200 {
			t.Errorf("%d bytes: %.300v", len(s), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"id:1", "1", "events", "name:x", "pin:/a", "pid:1", "file:a", "demo", "demo:burst", "a/b", "x.rsc", "id:00000000001", "\xff:", "::", strings.Repeat("a", longest), "name:" + strings.Repeat("a", longest+1)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := Parse(s)
		if err != nil {
			if !errors.Is(err, ErrTarget) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		back, err := Parse(r.String())
		if err != nil || back != r {
			t.Fatalf("%q is %+v, spelled %q, which is %+v, %v", s, r, r, back, err)
		}
		numbered := r.Kind == ID || r.Kind == PID
		if numbered != (r.Number != 0) || (numbered && r.Text != "") || (!numbered && r.Kind != Demo && r.Text == "") {
			t.Fatalf("%q is %+v", s, r)
		}
	})
}
