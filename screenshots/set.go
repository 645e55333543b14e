package main

import (
	"fmt"
	"time"

	"ringscope/sampler/target"
)

// Sizes of a cell in pixels. A picture of 120x36 is 976 pixels wide with the small ones.
const (
	smallCell = 8
	largeCell = 12
)

// frontPage is the picture that the README begins with.
const frontPage = "slow-consumer-dark-120x36"

// view is something that the viewer shows other than a scenario's moment in a usual terminal.
type view struct {
	name, sentence string
	picture
}

// frozen is the command that shows a scenario where it is seen best.
func frozen(scenario string, more ...string) []string {
	return append([]string{"demo", scenario, "--frozen"}, more...)
}

// views are the keys and the terminals. Each is shown on the scenario that it tells most about.
var views = []view{
	{"explain", "`e` explains what is selected: here the verdict", picture{args: frozen("slow-consumer"), keys: "e"}},
	{"explain-small", "the same in 80x24", picture{args: frozen("slow-consumer"), keys: "e", w: 80, h: 24}},
	{"record", "`enter` opens a record with all its bits and bytes", picture{args: frozen("slow-consumer"), keys: "down down enter"}},
	{"writers", "`2`: which call of which program writes how much", picture{args: frozen("noisy"), keys: "2"}},
	{"reader", "`3`: who reads, and how", picture{args: frozen("slow-consumer"), keys: "3"}},
	{"lengths", "`4`: how long the records are, and how much of them is empty", picture{args: frozen("discard-storm"), keys: "4"}},
	{"findings", "`6`: what was found since watching began", picture{args: frozen("stuck-record"), keys: "6"}},
	{"past", "`←` looks back", picture{args: frozen("stuck-record"), keys: "shift+left shift+left left left"}},
	{"mark", "`[` goes to what happened before", picture{args: frozen("stuck-record"), keys: "[ ["}},
	{"tape", "`z` zooms the tape", picture{args: frozen("discard-storm"), keys: "z z z", w: 200, h: 50}},
	{"turned", "`o` turns the circle: byte 0 at the top", picture{args: frozen("slow-consumer"), keys: "o"}},
	{"filter", "`/` filters", picture{args: frozen("discard-storm"), keys: "/ d i s c a r d e d enter"}},
	{"keys", "`?` shows all keys", picture{args: frozen("healthy"), keys: "?"}},
	{"windows", "`--format windows`: eBPF for Windows today; what the reader has passed is never proven", picture{args: frozen("slow-consumer", "--format", "windows")}},
	{"legacy", "`--format windows-legacy`: to v0.20, where records stood at any byte", picture{args: frozen("stuck-record", "--format", "windows-legacy")}},
	{"packed", "`--format windows-legacy-packed` in 80x24: the same header in 4 bytes", picture{args: frozen("stuck-record", "--format", "windows-legacy-packed"), w: 80, h: 24}},
	{"oldest", "overwrite mode, and `e` on `full`", picture{args: frozen("overwrite"), keys: "e down down down"}},
	{"wide", "200x50", picture{args: frozen("slow-consumer"), w: 200, h: 50}},
	{"narrow", "60x16: without the circle", picture{args: frozen("slow-consumer"), w: 60, h: 16}},
	{"tiny", "less than that: the verdict alone", picture{args: frozen("slow-consumer"), w: 52, h: 14}},
	{"256", "256 colours", picture{args: frozen("slow-consumer"), depth: colors256}},
	{"256-small", "256 colours, light", picture{args: frozen("discard-storm"), w: 80, h: 24, depth: colors256, light: true}},
	{"ssh", "256 colours in a terminal that does not answer what its background is", picture{args: frozen("discard-storm"), w: 80, h: 24, depth: colors256, silent: true}},
	{"ssh-light", "the same on a light background", picture{args: frozen("discard-storm"), w: 80, h: 24, depth: colors256, silent: true, light: true}},
	{"16", "sixteen colours, those of the console of Linux", picture{args: frozen("slow-consumer"), w: 80, h: 24, depth: colors16}},
	{"16-light", "sixteen colours on white", picture{args: frozen("discard-storm"), w: 80, h: 24, depth: colors16, light: true}},
	{"no-color", "`NO_COLOR`", picture{args: frozen("discard-storm"), depth: colorless}},
	{"no-color-small", "`NO_COLOR`, 80x24", picture{args: frozen("slow-consumer"), w: 80, h: 24, depth: colorless}},
	{"ascii", "`--ascii`", picture{args: frozen("discard-storm", "--ascii"), w: 80, h: 24}},
}

// usual sizes of a terminal.
var sizes = [][2]int{{120, 36}, {80, 24}}

// ofScenario are the pictures of a scenario's moment.
func ofScenario(name string) (all []picture) {
	for _, size := range sizes {
		for _, light := range []bool{false, true} {
			p := picture{args: frozen(name), w: size[0], h: size[1], cell: smallCell, light: light, depth: trueColor}.named(name)
			if p.name == frontPage {
				p.cell = largeCell
			}
			all = append(all, p)
		}
	}
	return all
}

// ofView is the picture of a view; what it leaves open is as in most pictures.
func ofView(v view) picture {
	p := v.picture
	if p.w == 0 {
		p.w, p.h = 120, 36
	}
	if p.depth == "" {
		p.depth = trueColor
	}
	p.cell = smallCell
	p.name = "view-" + v.name
	return p
}

// wholeSet is every picture that is kept.
func wholeSet() (all []picture) {
	for _, s := range target.Scenarios() {
		all = append(all, ofScenario(s.Name)...)
	}
	for _, v := range views {
		all = append(all, ofView(v))
	}
	return all
}

// film is an animated picture: the same ring at one moment after the other.
type film struct {
	name, sentence string
	frames         []picture
	shown          []time.Duration // how long each frame stands
}

// unfolding is how a ring comes to be full, from the first second to the verdict and what it means.
func unfolding() film {
	f := film{name: "unfolding", sentence: "a reader that is too slow, from the first second on; three seconds a frame"}
	add := func(at, shown time.Duration, keys string) {
		f.frames = append(f.frames, picture{
			name: fmt.Sprintf("%s at %v", f.name, at), keys: keys,
			args: []string{"demo", "slow-consumer", "--frozen", "--at", at.String()},
			w:    120, h: 36, cell: smallCell, depth: trueColor,
		})
		f.shown = append(f.shown, shown)
	}
	const step, last = 3 * time.Second, 85 * time.Second
	for at := time.Second; at < last; at += step {
		add(at, 250*time.Millisecond, "")
	}
	add(last, 3*time.Second, "")
	add(last, 5*time.Second, "e")
	return f
}
