package main

import (
	"fmt"
	"path"
	"strings"

	"ringscope/sampler/target"
)

// index is the page that shows the set.
func index() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("# Pictures")
	say("")
	say("Each is what the program itself draws in an emulated terminal, on simulated time: nothing here is made by hand, this page included.")
	say("`go run ./screenshots -all` makes them anew, byte for byte the same; `.ci/run` fails where one is not what the program draws.")
	say("")
	film := unfolding()
	say("![%s](%s)", film.sentence, path.Join(pictureDir, film.name+".gif"))
	say("")
	say("## Scenarios")
	for _, s := range target.Scenarios() {
		say("")
		say("### %s", s.Name)
		say("")
		say("`ringscope demo %s`: %s.", s.Name, s.Sentence)
		say("")
		all := ofScenario(s.Name)
		say("%s", inline(all[0], s.Name))
		say("")
		say("%s", inline(all[3], s.Name))
		say("")
		say("Also %s and %s.", linked(all[1]), linked(all[2]))
	}
	say("")
	say("## Keys and terminals")
	for _, v := range views {
		p := ofView(v)
		say("")
		say("### %s", v.name)
		say("")
		command := "`ringscope " + strings.Join(p.args, " ") + "`"
		say("%s; %s.", command, v.sentence)
		say("")
		say("%s", inline(p, v.sentence))
	}
	return b.String()
}

func inSet(p picture) string { return path.Join(pictureDir, p.name+".png") }

func inline(p picture, what string) string {
	return fmt.Sprintf("![%s](%s)", strings.ReplaceAll(what, "`", ""), inSet(p))
}

func linked(p picture) string {
	return fmt.Sprintf("[%s, %dx%d](%s)", strings.Join(p.surroundings(), ", "), p.w, p.h, inSet(p))
}
