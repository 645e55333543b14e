package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ringscope/ui/text"
)

const helpTemplate = `{{with or .Long .Short}}{{. | trimTrailingWhitespaces}}

{{end}}Usage:
{{- if .Runnable}}
  {{.UseLine}}{{end}}
{{- if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}{{end}}
{{- if .HasExample}}

Examples:
{{.Example}}{{end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped 100 | trimTrailingWhitespaces}}{{end}}
{{- if .HasAvailableInheritedFlags}}

Flags of every command:
{{.InheritedFlags.FlagUsagesWrapped 100 | trimTrailingWhitespaces}}{{end}}
{{- with index .Annotations "more"}}

{{. | trimTrailingWhitespaces}}{{end}}
`

const targets = `TARGET is id:N, name:NAME, pin:PATH, pid:PID, file:PATH, demo or demo:SCENARIO.
A bare number is an id, a bare word a name.`

const exitCodes = `Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not permitted, 4 no such ring, 5 the ring ended while
it was watched, 6 check or --fail-on found something, 129, 130, 143 by signal.`

// root is the command line.
func (a *app) root() *cobra.Command {
	c := &cobra.Command{
		Use:   "ringscope",
		Short: "See inside any BPF ring buffer of a running host, without taking a single record from its reader.",
		Example: `  sudo ringscope                     choose one of this host's rings
  sudo ringscope watch name:events   what happens in this ring
  ringscope demo slow-consumer       a simulated ring; needs no root and no kernel`,
		Annotations:       map[string]string{"more": targets + "\n\n" + exitCodes},
		Args:              a.noCommand,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Version:           Version,
		RunE:              a.start,
		DisableAutoGenTag: true,

		SuggestionsMinimumDistance: 2,
	}
	c.SetVersionTemplate(version() + "\n")
	c.SetHelpTemplate(helpTemplate)
	c.SetUsageTemplate(helpTemplate)
	c.SetFlagErrorFunc(flagError)
	c.PersistentFlags().BoolVar(&a.ascii, "ascii", false, "write ASCII only")
	c.PersistentFlags().BoolP("help", "h", false, "help for this command")
	c.Flags().Bool("version", false, "print the version")
	c.AddCommand(a.demo(), a.watch(), a.list(), a.stat(), a.check(), a.dump(), a.formats(), a.doctor())
	help := c.HelpFunc()
	c.SetHelpFunc(func(of *cobra.Command, args []string) {
		if of == c && of.Flags().NArg() > 0 { // help for a command that does not exist
			a.wrong = a.noCommand(of, of.Flags().Args())
			return
		}
		of.Long = a.set().Spell(of.Long)
		width := columns(a.out)
		fitHelp(of, width)
		if width <= 0 || width >= narrowHelp {
			help(of, args)
			return
		}
		out := of.OutOrStdout()
		var b strings.Builder
		of.SetOut(&b)
		help(of, args)
		of.SetOut(out)
		of.Print(foldHelp(b.String(), width))
	})
	c.CompletionOptions.HiddenDefaultCmd = false
	c.InitDefaultCompletionCmd()
	ofShells(c)
	c.SetHelpCommand(&cobra.Command{Use: "help [COMMAND]", Short: "help for a command", RunE: func(c *cobra.Command, args []string) error {
		of, _, err := c.Root().Find(args)
		if err == nil && len(args) > 0 && of == c.Root() {
			err = a.noCommand(c.Root(), args)
		}
		if err != nil {
			return usage(c, err)
		}
		return of.Help()
	}})
	return c
}

const (
	helpWidth  = 100 // for how many columns help is written
	narrowHelp = 60  // with less, what stands in two columns of a list stands below each other
)

// fitHelp makes the help of c fit a terminal with lines of width cells, where these are shorter than helpWidth. Examples stay as they are: they
// are copied.
func fitHelp(c *cobra.Command, width int) {
	if width <= 0 || width >= helpWidth {
		return
	}
	if c.Long == "" {
		c.Long = c.Short
	}
	c.Long = refold(c.Long, width)
	if more, has := c.Annotations["more"]; has {
		c.Annotations["more"] = refold(more, width)
	}
	if width < narrowHelp {
		width = 0 // foldHelp does it
	}
	c.SetHelpTemplate(strings.ReplaceAll(helpTemplate, strconv.Itoa(helpWidth), strconv.Itoa(width)))
}

// foldHelp folds the lines of a help for a terminal with narrow lines of width cells. What an item of a list is about stands below it. The
// commands of examples stay whole, because they are copied.
func foldHelp(help string, width int) string {
	var folded []string
	examples := false
	for l := range strings.SplitSeq(strings.TrimSuffix(help, "\n"), "\n") {
		item := strings.TrimLeft(l, " ")
		if item == l {
			examples = l == "Examples:" || examples && l == ""
		}
		if text.Width(l) <= width {
			folded = append(folded, l)
			continue
		}
		name, about, two := strings.Cut(item, "   ")
		indent := ""
		if item != l {
			indent = "  "
		}
		switch {
		case item == l:
			folded = append(folded, text.Fold(l, width, 0)...)
			continue
		case examples:
			folded = append(folded, indent+name)
		default:
			folded = append(folded, text.Fold(indent+name, width, 4)...)
		}
		if two {
			folded = append(folded, text.Fold("    "+strings.TrimLeft(about, " "), width, 4)...)
		}
	}
	return strings.Join(folded, "\n") + "\n"
}

// refold folds the paragraphs of s anew. Lines that are indented are those of a list.
func refold(s string, width int) string {
	var lines []string
	paragraph := false
	for l := range strings.SplitSeq(s, "\n") {
		plain := l != "" && l[0] != ' '
		if plain && paragraph {
			lines[len(lines)-1] += " " + l
		} else {
			lines = append(lines, l)
		}
		paragraph = plain
	}
	var folded []string
	for _, l := range lines {
		hang := 0
		if strings.HasPrefix(l, " ") {
			hang = 4
		}
		folded = append(folded, text.Fold(l, width, hang)...)
	}
	return strings.Join(folded, "\n")
}

// ofShells makes what is wrong with the command `completion`, which is cobra's, wrong usage.
func ofShells(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		c.Args = one("a shell")
		c.RunE = func(c *cobra.Command, args []string) error {
			return usagef(c, "there is no completion for \"%s\"", args[0])
		}
		for _, shell := range c.Commands() {
			shell.Args = none
		}
	}
}

// usage makes err wrong usage of c.
func usage(c *cobra.Command, err error) error {
	var already *usageError
	if errors.As(err, &already) {
		return err
	}
	return &usageError{err: err, command: c.CommandPath()}
}

func usagef(c *cobra.Command, format string, args ...any) error {
	return usage(c, fmt.Errorf(format, args...))
}

// noCommand refuses arguments of the root: they are commands that do not exist.
func (a *app) noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if s := c.SuggestionsFor(args[0]); len(s) > 0 {
		hint = "; did you mean " + strings.Join(s, " or ") + "?"
	} else if strings.Contains(args[0], ":") {
		hint = "; a ring is watched with: ringscope watch " + args[0]
	}
	return usagef(c, "there is no command \"%s\"%s", args[0], hint)
}

// one wants exactly one argument, named what.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef(c, "%s is missing", what)
		case len(args) > 1:
			return usagef(c, "one %s is wanted, not %d arguments", what, len(args))
		}
		return nil
	}
}

// none wants no arguments.
func none(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef(c, "unexpected \"%s\"", args[0])
	}
	return nil
}
