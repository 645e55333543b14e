package main

import (
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// build compiles ringscope into a directory of its own, which done removes.
func build() (program string, done func() error, err error) {
	dir, err := os.MkdirTemp("", "ringscope-screenshots-*")
	if err != nil {
		return "", nil, fmt.Errorf("make a directory for the program: %w", err)
	}
	done = func() error { return os.RemoveAll(dir) }
	program = filepath.Join(dir, "ringscope")
	cmd := exec.Command("go", "build", "-o", program, "ringscope")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", nil, errors.Join(fmt.Errorf("build ringscope: %w", err), done())
	}
	return program, done, nil
}

// shootAll makes pictures, several at a time: most of the time of each is waiting. The images stand in the order of the pictures.
func shootAll(program string, all []picture) ([]*image.RGBA, error) {
	images, errs := make([]*image.RGBA, len(all)), make([]error, len(all))
	next := make(chan int)
	var wg sync.WaitGroup
	for range 2 * runtime.NumCPU() {
		wg.Go(func() {
			for i := range next {
				images[i], errs[i] = all[i].image(program, io.Discard)
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	wg.Wait()
	return images, errors.Join(errs...)
}

// kept is a file of the set and what it must hold.
type kept struct {
	name string // below the directory of the set, with slashes
	data []byte
}

// makeSet makes every file of the set. There are none where one could not be made; all are there with an error that says what
// should not be on them.
func makeSet(program string) (files []kept, found error) {
	pictures, film := wholeSet(), unfolding()
	images, found := shootAll(program, append(pictures[:len(pictures):len(pictures)], film.frames...))
	if slices.Contains(images, nil) {
		return nil, found
	}
	files = []kept{{"README.md", []byte(index())}}
	for i, p := range pictures {
		data, err := encode(images[i])
		if err != nil {
			return nil, err
		}
		files = append(files, kept{p.file(pictureDir), data})
	}
	animation, err := animate(images[len(pictures):], film.shown)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", film.name, err)
	}
	return append(files, kept{filmFile(film), animation}), found
}

// pictureDir is where pictures are, below the directory of the set.
const pictureDir = "pictures"

func filmFile(f film) string { return filepath.Join(pictureDir, f.name+".gif") }

// write makes dir hold the set, and no other picture.
func write(dir string, files []kept) error {
	if err := os.MkdirAll(filepath.Join(dir, pictureDir), 0o755); err != nil {
		return fmt.Errorf("make the directory: %w", err)
	}
	strange, err := superfluous(dir, files)
	if err != nil {
		return err
	}
	for _, name := range strange {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("remove what is no picture of the set: %w", err)
		}
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.name), f.data, 0o644); err != nil {
			return fmt.Errorf("write the set: %w", err)
		}
	}
	return nil
}

// superfluous are the files among the pictures in dir that the set does not have.
func superfluous(dir string, files []kept) (names []string, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, pictureDir))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("list the pictures: %w", err)
	}
	has := map[string]bool{}
	for _, f := range files {
		has[f.name] = true
	}
	for _, e := range entries {
		if name := filepath.Join(pictureDir, e.Name()); !has[name] {
			names = append(names, name)
		}
	}
	return names, nil
}
