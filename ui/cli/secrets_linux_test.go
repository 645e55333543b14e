package cli

import (
	"encoding/binary"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// secret is what every payload repeats, and spellings how its beginning can get out.
const secret = "SECRETS!"

var spellings = []string{"SECR", "53454352", "53 45 43 52", "52434553"}

// betrays is the spelling that a text holds.
func betrays(text string) string {
	for _, s := range spellings {
		if strings.Contains(text, s) {
			return s
		}
	}
	return ""
}

// serveSecrets serves a ring of format f that has come round, and whose reader has written a position amid a payload.
func serveSecrets(t *testing.T, f *ringcore.Format) (target string) {
	t.Helper()
	const size, length, unread = 64 << 10, 20 * len(secret), 40
	g := f.Geometry(size, 4096)
	path := filepath.Join(t.TempDir(), "ring")
	served, err := shm.Create(path, shm.Description{
		Size: size, PageSize: g.PageSize, Format: f.Name, PosWidth: g.PosWidth, FirstPageOffset: g.FirstPageOffset, Pending: -1, Overwrite: -1, Name: "secrets",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	ring, err := ringcore.NewRing(f, g, ringcore.Memory{Consumer: served.Consumer, Producer: served.Producer, Data: served.Data})
	if err != nil {
		t.Fatal(err)
	}
	w, err := ringcore.NewWriter(ring)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 * size / length {
		v, err := w.Reserve(uint32(length))
		if err != nil {
			t.Fatal(err)
		}
		copy(v.Payload, strings.Repeat(secret, length/len(secret)))
		w.Submit(v)
		after := v.Pos + f.Span(uint32(length))
		read := after - min(after, unread*f.Span(uint32(length)))
		if after > size {
			read += uint64(f.HeaderSize + len(secret))
		}
		binary.NativeEndian.PutUint64(served.Consumer, read)
	}
	return "file:" + path
}

// TestNoPayloadTellsNoPayload looks for payloads in all that is told of rings in which payload stands where a header should: its bytes are those
// of a wrong header. Without the flag they are told.
func TestNoPayloadTellsNoPayload(t *testing.T) {
	t.Parallel()
	for _, f := range ringcore.Formats {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			target := serveSecrets(t, f)
			for line, always := range map[string]bool{
				"stat -n 2 -i 0.2": false, "stat -n 2 -i 0.2 --csv": false, "stat -n 2 -i 0.2 --json": false,
				"check --for 3s --json": true, "dump": true, "dump --json": true,
			} {
				if f != ringcore.Linux && !strings.HasSuffix(line, "--json") {
					continue // the words are the same, and these take their time
				}
				for _, without := range []bool{true, false} {
					args := append(strings.Fields(line), target)
					if without {
						args = append(args, "--no-payload")
					}
					code, out, stderr := run(t, args...)
					if code == ExitUsage || out+stderr == "" {
						t.Fatalf("%s: exit code %d, %s", line, code, stderr)
					}
					switch told := betrays(out + stderr); {
					case without && told != "":
						t.Errorf("%s: %q is told:\n%s%s", line, told, out, stderr)
					case !without && always && told == "":
						t.Errorf("%s: without the flag nothing is told, so this proves nothing:\n%s%s", line, out, stderr)
					}
				}
			}
		})
	}
}

// TestNoPayloadOfASimulatedHeader has a simulation whose headers are overwritten with the beginning of a request, `GET / HT`.
func TestNoPayloadOfASimulatedHeader(t *testing.T) {
	for _, f := range []string{"linux", "windows", "windows-legacy"} {
		for _, args := range [][]string{{"check", "demo:corrupt", "--for", "20s", "--format", f}, {"check", "demo:corrupt", "--for", "20s", "--format", f, "--json"}} {
			_, out, _ := run(t, args...)
			_, less, stderr := run(t, append(args, "--no-payload")...)
			told := func(s string) bool { return strings.Contains(s, "47 45 54 20") || strings.Contains(s, "47455420") }
			if !told(out) || told(less) || stderr != "" {
				t.Errorf("%q: with its bytes\n%s\nwithout\n%s%s", args, out, less, stderr)
			}
			if why := "its bytes are not shown"; !strings.Contains(less, why) || strings.Contains(out, why) {
				t.Errorf("%q: does not say why:\n%s", args, less)
			}
			if args[len(args)-1] == "--json" && !strings.Contains(less, `"header_hex":null`) {
				t.Errorf("the header's bytes are not null:\n%s", less)
			}
		}
	}
}

// esc is the key as kitty's keyboard protocol spells it: what is typed behind it is never taken for its end.
const esc = "\x1b[27u"

// recordKeys go through everything that shows a record: its page, every format, explanations, all panes and a filter by what its payload holds.
var recordKeys = []string{"g", "\r", "e", esc, "v", esc, esc, "1", "2", "3", "4", "5", "6", "1", "/CRET\r", "/" + esc, "G", "z", "o", "[", "e", esc, "?", esc}

// press types them again and again until enough has come of it, and returns the screens. With a record to open, its page is waited for.
func (x *onTerminal) press(record bool, enough func(screens string) bool) (screens string) {
	x.t.Helper()
	for began := time.Now(); time.Since(began) < patience; {
		for _, k := range recordKeys {
			x.types(k)
			time.Sleep(60 * time.Millisecond) // what comes later is in a later screen
			if k == "\r" && record {
				x.shows("esc back", "every format")
				record = false
			}
			screens += x.text()
		}
		if enough(screens) {
			return screens
		}
	}
	x.t.Fatalf("the keys do not show enough:\n%s", x.text())
	return ""
}

// quit ends the program from wherever it is.
func (x *onTerminal) quit() {
	x.t.Helper()
	x.types(esc + esc + esc + "q")
	if code, left := x.ends(); code != ExitDone {
		x.t.Errorf("exit code %d:\n%s", code, left)
	}
}

// TestWatchWithoutPayload goes through the viewer on rings whose payloads it may not read: none of their pages is touched, and where one stands
// in place of a header it is not shown.
func TestWatchWithoutPayload(t *testing.T) {
	t.Parallel()
	for _, f := range ringcore.Formats {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			for _, without := range []bool{true, false} {
				if !without && f != ringcore.Linux {
					continue // the screens are the same, and these take their time
				}
				var flag []string
				if without {
					flag = []string{"--no-payload"}
				}
				h := makeHollow(t, f, f.Name)
				x := terminalFor(t, nil, append([]string{"watch", h.target()}, flag...)...)
				x.shows("secrets", "20 records", " 4,096 ") // in the table, too
				x.press(true, func(string) bool { return without || h.read(t) > 0 })
				x.quit()
				if n := h.read(t); without != (n == 0) {
					t.Errorf("without payloads %v: %d of %d were read", without, n, len(h.at))
				}
				x = terminalFor(t, nil, append([]string{"watch", serveSecrets(t, f)}, flag...)...)
				x.shows("WRONG HEADER")
				screens := x.press(false, func(screens string) bool { return without || betrays(screens) != "" })
				x.quit()
				if told := betrays(screens); without != (told == "") {
					t.Errorf("without payloads %v: %q is shown:\n%s", without, told, screens)
				}
			}
		})
	}
}

// TestDumpWritesPositionsAsScreensDo: in groups of three digits.
func TestDumpWritesPositionsAsScreensDo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	served, err := shm.Create(path, shm.Description{Size: 64 << 10, PageSize: 4096, Format: "linux", PosWidth: 8, FirstPageOffset: 3, Pending: -1, Overwrite: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	binary.NativeEndian.PutUint64(served.Producer, 1<<20)
	binary.NativeEndian.PutUint64(served.Consumer, 1<<21)
	_, _, stderr := run(t, "dump", "file:"+path)
	want := "ringscope: no record can be read: the consumer position 2,097,152, with producer position 1,048,576, is ahead of it\n"
	if stderr != want {
		t.Errorf("%q, want %q", stderr, want)
	}
}

// TestDumpWritesAWrongHeaderAsScreensDo: byte by byte, as many as the format's headers have, at a position in groups of three digits.
func TestDumpWritesAWrongHeaderAsScreensDo(t *testing.T) {
	for _, f := range ringcore.Formats {
		target := serveSecrets(t, f)
		for flag, header := range map[string]string{"": strings.Repeat("[0-9a-f]{2} ", f.HeaderSize), "--no-payload": ""} {
			_, _, stderr := run(t, append([]string{"dump", target}, strings.Fields(flag)...)...)
			want := regexp.MustCompile("^ringscope: the records end here: wrong header " + header + `at [0-9]{1,3}(,[0-9]{3})*: the [a-z ]+\n$`)
			if !want.MatchString(stderr) {
				t.Errorf("%s %s: %q", f.Name, flag, stderr)
			}
		}
	}
}
