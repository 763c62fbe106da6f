package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"sync"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/page"
	"hw4/internal/page/serve"
	"hw4/internal/page/web"
	"hw4/internal/photo"
	"hw4/internal/pretrained"
	"hw4/internal/problem"
	"hw4/internal/sheet"
)

func (a *app) serveCommand() *cobra.Command {
	var address string
	var noOpen bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "A page to play with, in the browser",
		Long: `Serves a page on which the filters, windows, networks and digits of the sheet can be
moved, and opens it in the browser. Its verdicts are those of the other commands. Only
programs on this computer can reach it, and only with the address that is printed. Ctrl-C
ends it. 'make page' writes the same page as one file that needs no program.`,
		Example: "  hw4 serve\n  hw4 serve --address 127.0.0.1:8080 --no-open",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.textOnly(cmd); err != nil {
				return err
			}
			return a.serve(cmd.Context(), address, !noOpen)
		},
	}
	cmd.Flags().StringVar(&address, "address", "127.0.0.1:0", "address and port to listen on; port 0 is a free one")
	cmd.Flags().BoolVar(&noOpen, "no-open", false, "only print the address")
	return cmd
}

// serve serves the page until the context ends.
func (a *app) serve(ctx context.Context, address string, opens bool) error {
	html, err := web.Write(web.HTTP, sheet.Problems(), []web.Data{{Name: "photo", Content: photo.Photograph()}})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return problem.Settingf("address", "%s cannot be listened on: %v", address, err)
	}
	sets := sync.OnceValues(func() (*data.MNIST, error) {
		mnist, err := data.Load(a.source())
		return mnist, problem.Input(err)
	})
	go sets() // so that the first training need not wait
	server := serve.New(page.New(page.Content{
		Classes: 10,
		Sets:    sets,
		Weights: func(arch string) ([]byte, error) { return pretrained.Files()[arch], nil },
	}), html)
	if _, err := fmt.Fprintln(a.Out, server.Address(listener)); err != nil {
		return errors.Join(err, listener.Close()) // nobody could reach it
	}
	if opens {
		if err := openBrowser(server.Address(listener)); err != nil && !a.quiet {
			fmt.Fprintf(a.Err, "hw4: no browser could be opened (%v); open the address yourself\n", err)
		}
	}
	return server.Serve(ctx, listener)
}

func openBrowser(address string) error {
	command := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open"}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	opener := exec.Command(command[0], append(command[1:], address)...)
	if err := opener.Start(); err != nil {
		return err
	}
	go func() { _ = opener.Wait() }()
	return nil
}
