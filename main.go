// Command ringscope shows what happens inside a BPF ring buffer while it happens.
package main

import (
	"os"

	"ringscope/ui/cli"
)

func main() { os.Exit(cli.Main()) }
