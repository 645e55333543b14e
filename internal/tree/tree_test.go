// Package tree tests what must hold for the source tree as a whole: which package may import which, and what no file says.
package tree

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// file is one text file of the tree.
type file struct {
	path string // from the top of the tree, with slashes
	text []byte
}

// files reads every text file below the top of the module, but for what hidden directories other than .ci hold.
func files(t *testing.T) []file {
	t.Helper()
	top, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	var all []file
	err = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		switch {
		case d.IsDir() && path != top && strings.HasPrefix(name, ".") && name != ".ci":
			return filepath.SkipDir
		case !d.Type().IsRegular() || name == ".git": // a file where the tree is one of several of a repository
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return nil // a picture, a program
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		all = append(all, file{path: filepath.ToSlash(rel), text: text})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, must := range []string{"go.mod", "internal/tree/tree_test.go", ".ci/run"} {
		if !slices.ContainsFunc(all, func(f file) bool { return f.path == must }) {
			t.Fatalf("%s is not among the %d files found", must, len(all))
		}
	}
	return all
}
