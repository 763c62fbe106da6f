package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hw4/internal/arrayfile"
	"hw4/internal/grade/format"
	"hw4/internal/grade/kit"
	"hw4/internal/problems/backprop"
	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/losses"
	"hw4/internal/sheet"
	"hw4/internal/sweep"
)

// flagValues returns what the flags with a few values may be, by their names.
func flagValues() map[string][]string {
	return map[string][]string{
		"loss":       losses.Names(),
		"activation": backprop.Activations(),
		"arch":       lenet5.Names(),
		"mapping":    mappingNames(),
		"preview":    previews(),
		"format":     format.Names(),
		"gradebook":  format.GradebookNames(),
		"kit":        kit.Names(),
		"model":      sweep.Names(sweepModels()),
	}
}

// flagFiles returns the endings of the files that flags name, by the names of
// command and flag; no endings mean any file.
func flagFiles() map[string][]string {
	pictures, weights, arrays := []string{"png", "jpg", "jpeg"}, []string{"safetensors", "npz"}, arrayfile.Extensions()
	return map[string][]string{
		"conv image": pictures, "conv out": pictures, "conv filter": arrays, "mlp answer": arrays,
		"mlp against":      {"json"},
		"train checkpoint": nil, "lenet checkpoint": nil,
		"train save": weights, "train weights": arrays, "lenet save": weights, "lenet weights": arrays,
		"train onnx": {"onnx"}, "lenet onnx": {"onnx"},
		"lenet predict": {"png", "jpg", "jpeg", "npy"},
		"report out":    {"html"}, "report pdf": {"pdf"}, "plan plan": {"toml"},
		"grade submission": nil, "grade rubric": {"toml"}, "grade out": nil, "grade roster": {"csv"}, "grade binary": nil,
	}
}

// flagFolders returns the flags that name folders.
func flagFolders() map[string]bool {
	return map[string]bool{"data": true, "pictures": true, "copy": true, "dir": true, "class": true}
}

// addCompletions tells the shells' completion what the flags of all commands may
// be. Only lenet has arguments that are no flags: the pictures of --predict.
func addCompletions(root *cobra.Command) {
	for _, cmd := range everyCommand(root) {
		if cmd.ValidArgs == nil && cmd.ValidArgsFunction == nil {
			cmd.ValidArgsFunction = cobra.NoFileCompletions
		}
	}
	everyFlag(root, func(cmd *cobra.Command, f *pflag.Flag) {
		if values := completion(cmd, f); values != nil {
			// The error says that the flag has a completion already, or is not
			// there; a test sees that all flags have theirs.
			_ = cmd.RegisterFlagCompletionFunc(f.Name, values)
		}
	})
}

// completion returns the completion of a flag's value, nil for the shell's own,
// which are files.
func completion(cmd *cobra.Command, f *pflag.Flag) cobra.CompletionFunc {
	values, few := flagValues()[f.Name]
	endings, isFile := flagFiles()[cmd.Name()+" "+f.Name]
	switch {
	case f.Name == "problem":
		return oneOfValues(problemsOf(cmd.Name()))
	case few:
		return oneOfValues(values)
	case endings != nil:
		return oneOfFiles(endings)
	case isFile:
		return nil
	case flagFolders()[f.Name]:
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	}
	return cobra.NoFileCompletions // a number, or text that nobody can guess
}

// oneOfFiles completes to files with some endings.
func oneOfFiles(endings []string) cobra.CompletionFunc {
	return cobra.FixedCompletions(endings, cobra.ShellCompDirectiveFilterFileExt)
}

// oneOfValues completes to those of a few values that begin as the word does.
func oneOfValues(values []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var begin []cobra.Completion
		for _, v := range values {
			if strings.HasPrefix(v, word) {
				begin = append(begin, v)
			}
		}
		return begin, cobra.ShellCompDirectiveNoFileComp
	}
}

// problemsOf returns the problems that a command answers, with their titles.
func problemsOf(command string) []string {
	var list []string
	for _, p := range sheet.Problems() {
		if p.Command == command {
			list = append(list, cobra.CompletionWithDesc(strconv.Itoa(p.Number), p.Title))
		}
	}
	return list
}

// numbersOf returns the numbers of the problems that a command answers.
func numbersOf(cmd *cobra.Command) []string {
	list := problemsOf(cmd.Name())
	for i, p := range list {
		list[i], _, _ = strings.Cut(p, "\t")
	}
	return list
}
