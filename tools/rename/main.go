// Command rename gives the module another path, in all its files:
//
//	go -C tools run ./rename example.org/you/hw4
//
// It changes the go.mod files, the imports, and what the documents say about
// imports. The names of the command and of its JSON schema stay.
package main

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: make module MODULE=example.org/you/hw4")
		os.Exit(2)
	}
	if err := rename("..", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "rename:", err)
		os.Exit(1)
	}
}

// rename gives the module in the folder root another path. Only files that git
// knows change.
func rename(root, path string) error {
	old, err := output(root, "go", "list", "-m")
	if err != nil {
		return err
	}
	if _, err := output(root, "go", "mod", "edit", "-print", "-module="+path); err != nil {
		return err // what is no path
	}
	files, err := output(root, "git", "ls-files", "*.go", "*.md", "*go.mod")
	if err != nil {
		return err
	}
	changes := map[string]func(content []byte, old, path string) ([]byte, error){
		".go": renameImports, ".md": renameText, ".mod": renameModule,
	}
	for file := range strings.FieldsSeq(files) {
		file = filepath.Join(root, file)
		before, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		after, err := changes[filepath.Ext(file)](before, old, path)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if bytes.Equal(before, after) {
			continue
		}
		if err := os.WriteFile(file, after, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// output returns what a command prints, without the white space around it.
func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", cmd, err, bytes.TrimSpace(said.Bytes()))
	}
	return strings.TrimSpace(string(out)), nil
}

// moved returns what a path of the old module is in the new one.
func moved(name, old, path string) (string, bool) {
	rest, ok := strings.CutPrefix(name, old)
	return path + rest, ok && (rest == "" || rest[0] == '/')
}

// renameModule changes a go.mod file: the module itself, one below it, or one that
// needs it from a folder.
func renameModule(content []byte, old, path string) ([]byte, error) {
	line := regexp.MustCompile(`(?m)^(module|require|replace) ` + regexp.QuoteMeta(old) + `(/|\s)`)
	return line.ReplaceAll(content, []byte("${1} "+path+"${2}")), nil
}

// renameImports changes the imports of a Go file.
func renameImports(content []byte, old, path string) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", content, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	end := 0
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return nil, err
		}
		if name, ok := moved(name, old, path); ok {
			out.Write(content[end:fset.Position(i.Path.Pos()).Offset])
			out.WriteString(strconv.Quote(name))
			end = fset.Position(i.Path.End()).Offset
		}
	}
	out.Write(content[end:])
	return out.Bytes(), nil
}

// renameText changes what a document says about the module.
func renameText(content []byte, old, path string) ([]byte, error) {
	name := regexp.QuoteMeta(old)
	packages := regexp.MustCompile("([\"`]|go doc )" + name + "(/(?:tensor|conv|pool|mlp|lenet|loss|data|internal)\\b)")
	content = packages.ReplaceAll(content, []byte("${1}"+path+"${2}"))
	flags := regexp.MustCompile(`(-require=|-replace=|module is called .)` + name + `\b`)
	return flags.ReplaceAll(content, []byte("${1}"+path)), nil
}
