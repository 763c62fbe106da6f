package cli

import (
	"cmp"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/problem"
)

func (a *app) dataCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "data",
		Short: "The data set: where it is, and a copy of it",
		Long: `Reads the data set that the other commands use, and says how many images it has. With
--copy, writes the four files of MNIST into a folder. --data DIR then reads them there,
and so does a program that lies beside a folder mnist.`,
		Example: "  hw4 data --copy mnist",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir != "" {
				if a.data != "" {
					return usagef("--copy copies MNIST itself; leave out --data")
				}
				if err := data.Copy(dir); err != nil {
					return problem.Input(err)
				}
			}
			return a.tellData(cmd, dir)
		},
	}
	cmd.Flags().StringVar(&dir, "copy", "", "the folder for the copy")
	return cmd
}

// tellData says how large the data set is, which is in dir if that is not empty.
func (a *app) tellData(cmd *cobra.Command, dir string) error {
	source := a.source()
	if dir != "" {
		source = data.Source{Dir: dir}
	}
	set, err := data.Load(source)
	if err != nil {
		return problem.Input(err)
	}
	return a.tell(cmd, nil, "%d images for training and %d for testing, of %d x %d pixels, are in %s.", set.Train.Len(),
		set.Test.Len(), set.Train.Rows, set.Train.Cols, cmp.Or(source.Dir, "the MNIST that comes with this program"))
}
