package need

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestHeard runs itself again with INT and HUP ignored, and there starts shells that send them to themselves.
func TestHeard(t *testing.T) {
	const env = "RINGSCOPE_NEED_IGNORING"
	if os.Getenv(env) == "" {
		exe, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(Tool(t, "sh"), "-c", `trap "" INT HUP; exec "$0" -test.run "^TestHeard$" -test.v`, exe)
		c.Env = append(os.Environ(), env+"=1")
		if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "ignoring") {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	t.Log("ignoring")
	for _, name := range []string{"INT", "HUP"} {
		shell := func() (*exec.Cmd, *strings.Builder) {
			var out strings.Builder
			c := exec.Command("sh", "-c", "kill -"+name+" $$; echo alive")
			c.Stdout = &out
			return c, &out
		}
		for range 2 { // and it is ignored again afterwards
			c, out := shell()
			if err := Heard(c.Start); err != nil {
				t.Fatal(err)
			}
			if err := c.Wait(); err == nil || out.Len() > 0 {
				t.Errorf("%s is not heard: %v, %s", name, err, out)
			}
			c, out = shell()
			if err := c.Run(); err != nil || out.Len() == 0 {
				t.Errorf("%s is heard though this process ignores it: %v", name, err)
			}
		}
	}
}
