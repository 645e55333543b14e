package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const passing = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: quiet\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- PASS: TestA (0.50s)\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.5}
`

const packageOK = `{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.6s\n"}
{"Action":"pass","Package":"p","Elapsed":0.6}
`

const skipping = `{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestB","Output":"=== RUN   TestB\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:7: needs two moons\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB","Elapsed":0}
`

const failing = `{"Action":"run","Package":"p","Test":"TestC"}
{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:9: got 1, want 2\n"}
{"Action":"output","Package":"p","Test":"TestC","Output":"--- FAIL: TestC (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestC","Elapsed":0}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.6s\n"}
{"Action":"fail","Package":"p","Elapsed":0.6}
`

func TestRun(t *testing.T) {
	list := filepath.Join(t.TempDir(), "skips")
	if err := os.WriteFile(list, []byte("# comment\n\np TestB there is one moon\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, in, list string
		ok             bool
		says           []string
	}{
		{"all pass", passing + packageOK, "", true, []string{"--- PASS: TestA (0.50s)\n", "ok  \tp\t0.6s\n", "1 tests passed, 0 failed, 0 skipped"}},
		{"a skip", passing + skipping + packageOK, "", false, []string{"not on the list: p TestB: b_test.go:7: needs two moons"}},
		{"an allowed skip", passing + skipping + packageOK, list, true, []string{"skipped, allowed: p TestB: there is one moon"}},
		{"a failure", passing + failing, list, false, []string{"c_test.go:9: got 1, want 2", "FAILED: p TestC", "FAIL\tp\t0.6s"}},
		{"nothing", packageOK, "", false, []string{"0 tests passed"}},
		{
			"a package that fails outside of its tests", passing + `{"Action":"output","Package":"p","Output":"panic: boom\n"}` + "\n" + `{"Action":"fail","Package":"p"}`, "", false,
			[]string{"panic: boom"},
		},
		{
			"a package that ends amid a test", passing + strings.SplitAfter(failing, "\n")[0] + strings.SplitAfter(failing, "\n")[1] + `{"Action":"fail","Package":"p"}`, "", false,
			[]string{"--- DID NOT END: TestC", "c_test.go:9: got 1, want 2", "FAILED: p TestC", "1 tests passed, 1 failed"},
		},
		{
			"a build failure", passing + packageOK + `{"ImportPath":"q","Action":"build-output","Output":"q.go:1: no\n"}` + "\n" + `{"ImportPath":"q","Action":"build-fail"}` + "\n", "", false,
			[]string{"q.go:1: no"},
		},
		{"no event", "go: no such package\n" + passing + packageOK, "", true, []string{"go: no such package"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			ok, err := run(strings.NewReader(c.in), &out, c.list)
			if err != nil {
				t.Fatal(err)
			}
			if ok != c.ok {
				t.Errorf("ok is %t, want %t", ok, c.ok)
			}
			for _, want := range c.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("does not say %q:\n%s", want, out.String())
				}
			}
			if strings.Contains(out.String(), "quiet") {
				t.Errorf("repeats what a passing test said:\n%s", out.String())
			}
		})
	}
}

func TestAllowedNeedsAReason(t *testing.T) {
	list := filepath.Join(t.TempDir(), "skips")
	if err := os.WriteFile(list, []byte("p TestB\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := run(strings.NewReader(passing), &strings.Builder{}, list); err == nil {
		t.Error("a skip without a reason was allowed")
	}
}
