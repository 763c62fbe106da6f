package cli

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/arrayfile"
	"hw4/internal/judge"
	"hw4/internal/photo"
	"hw4/internal/problem"
	"hw4/internal/problems/avgpool"
	"hw4/internal/problems/commute"
	"hw4/internal/problems/difference"
	"hw4/internal/problems/grey"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/tensor"
)

// convFlags are the flags of 'hw4 conv'.
type convFlags struct {
	problem       int
	height, width int
	size          string
	kernel        int
	channels      int
	seed          uint64
	picture       photo.Files

	filter          string // file, -, or the filter itself
	stride, padding int
	recover         bool
	mapping         string
}

// A filterProblem is a problem whose answer is a filter, with its options.
type filterProblem interface {
	Solve(ctx context.Context) (*report.Report, error)
	Task() (*judge.Task, error)
}

// A convProblem is a problem that 'hw4 conv' answers.
type convProblem struct {
	problem.Problem
	mapping  string   // as --mapping names what the problem asks to write as a convolution
	channels int      // of the images; 0: as --channels says
	flags    []string // that only it has
	options  func(f *convFlags, p progress.Progress) filterProblem
}

func convProblems() []convProblem {
	return []convProblem{
		{difference.Problem(), "difference", 1, nil,
			func(f *convFlags, p progress.Progress) filterProblem {
				return difference.Options{Height: f.height, Width: f.width, Seed: f.seed, Picture: f.picture, Progress: p}
			}},
		{avgpool.Problem(), "avgpool", 0, []string{"kernel", "channels"},
			func(f *convFlags, p progress.Progress) filterProblem { return f.avgpool(p) }},
		{grey.Problem(), "grey", 3, nil,
			func(f *convFlags, p progress.Progress) filterProblem {
				return grey.Options{Height: f.height, Width: f.width, Seed: f.seed, Picture: f.picture, Progress: p}
			}},
	}
}

func (f *convFlags) avgpool(p progress.Progress) avgpool.Options {
	return avgpool.Options{
		Height: f.height, Width: f.width, Channels: f.channels, Kernel: f.kernel,
		Seed: f.seed, Picture: f.picture, Progress: p,
	}
}

// maxPooling is the mapping of Problem 4, which --recover refuses with a proof.
const maxPooling = "maxpool"

// mappingNames returns the values of --mapping.
func mappingNames() []string {
	return append(report.Each(convProblems(), func(c convProblem) string { return c.mapping }), maxPooling)
}

func (a *app) convCommand() *cobra.Command {
	var f convFlags
	cmd := &cobra.Command{
		Use:   "conv --problem 1|2|3",
		Short: "Problems 1 to 3: write a mapping of images as a convolution",
		Long: `Prints the filter of the mapping. Checks it against the formula of the sheet on all
basis images, which proves it for images of this size, and on random images. --image
also applies the mapping to a picture: edges of its brightness for Problem 1, the pooled
picture for Problem 2, cut to sides that --kernel divides, greyscale for Problem 3.

--filter judges your own filter. If it is right, this is proved. If it is wrong, you see
the smallest picture on which it fails, and the mistake, if it is a usual one.
--recover finds the filter from what the mapping does to basis images.`,
		Example: "  hw4 conv --problem 1 --filter '[[[0,0,0],[0,-1,0],[0,1,0]],[[0,0,0],[0,-1,1],[0,0,0]]]'\n" +
			"  hw4 conv --recover --mapping maxpool\n  hw4 conv --problem 1 --size 28x28\n" +
			"  hw4 conv --problem 2 --kernel 4 --channels 3\n  hw4 conv --problem 3 --image photo.jpg --out grey.png",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.conv(cmd, &f) },
	}
	preset := avgpool.Defaults()
	flags := cmd.Flags()
	problemFlag(cmd, &f.problem, 0)
	flags.StringVar(&f.size, "size", "28x28", "height and width of the images to check")
	flags.IntVar(&f.kernel, "kernel", preset.Kernel, "kernel size k of Problem 2")
	flags.IntVar(&f.channels, "channels", preset.Channels, "channels of the images of Problem 2")
	flags.Uint64Var(&f.seed, "seed", 0, "seed of the random images")
	flags.StringVar(&f.picture.In, "image", "",
		"apply the mapping to this picture, as viewers show it: PNG, JPEG, GIF, TIFF, WebP or BMP")
	flags.StringVar(&f.picture.Out, "out", "", "write the result of --image to this PNG or JPEG file")
	flags.StringVar(&f.filter, "filter", "",
		"judge your own filter: '[[[...]]]', a file, FILE::name for one array of it, or - for standard input")
	flags.IntVar(&f.stride, "stride", 0, "stride of --filter (default: that of the problem)")
	flags.IntVar(&f.padding, "padding", 0, "padding of --filter (default: that of the problem)")
	flags.BoolVar(&f.recover, "recover", false, "find the filter from what the mapping does to basis images")
	flags.StringVar(&f.mapping, "mapping", "",
		"mapping to --recover: difference, avgpool, grey or maxpool (default: that of --problem)")
	return cmd
}

// conv answers a problem, judges a filter, or recovers one, as the flags say.
func (a *app) conv(cmd *cobra.Command, f *convFlags) error {
	if err := f.checkOwn(cmd); err != nil {
		return err
	}
	if f.mapping == maxPooling && f.problem == 0 {
		return a.recoverMaxPool(cmd, f)
	}
	c, err := f.chosen(cmd)
	if err == nil {
		err = f.check(cmd, c)
	}
	if err != nil {
		return err
	}
	switch {
	case f.filter != "":
		return a.judgeFilter(cmd, f, c)
	case f.recover:
		return a.recoverFilter(cmd, f, c)
	}
	return a.answer(cmd, func(ctx context.Context, p progress.Progress) (*report.Report, error) {
		return c.options(f, p).Solve(ctx)
	})
}

// checkOwn checks the flags about a filter of one's own.
func (f *convFlags) checkOwn(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	switch own := f.filter != ""; {
	case own && f.recover:
		return usagef("--filter judges a filter, --recover finds one: choose one of them")
	case !own && (changed("stride") || changed("padding")):
		return usagef("--stride and --padding go with --filter")
	case f.mapping != "" && !f.recover:
		return usagef("--mapping goes with --recover")
	case f.picture.In != "" && (own || f.recover):
		return usagef("--image uses the filter of the sheet; leave out --filter and --recover")
	case changed("stride") && f.stride < 1:
		return usagef("--stride %d: want at least 1", f.stride)
	case changed("padding") && (f.padding < 0 || f.padding > maxSide):
		return usagef("--padding %d: want 0 to %d", f.padding, maxSide)
	case f.mapping != "":
		return problem.OneOf("mapping", f.mapping, mappingNames())
	}
	return nil
}

// chosen returns the problem that the flags are about.
func (f *convFlags) chosen(cmd *cobra.Command) (*convProblem, error) {
	if f.mapping == "" {
		if err := checkProblem(cmd, f.problem); err != nil {
			return nil, err
		}
	}
	for _, c := range convProblems() {
		if c.mapping == f.mapping && (f.problem == 0 || f.problem == c.Number) || f.mapping == "" && f.problem == c.Number {
			return &c, nil
		}
	}
	return nil, usagef("the mapping %s is not that of problem %d; leave out --problem", f.mapping, f.problem)
}

// check checks the flags about the images.
func (f *convFlags) check(cmd *cobra.Command, c *convProblem) error {
	for _, other := range convProblems() {
		for _, flag := range other.flags {
			if other.Number != c.Number && cmd.Flags().Changed(flag) {
				return usagef("--%s is for Problem %d", flag, other.Number)
			}
		}
	}
	if f.picture.Out != "" {
		if f.picture.In == "" {
			return usagef("--out needs --image")
		}
		if err := data.CheckImageName(f.picture.Out); err != nil {
			return usagef("--out %v", err)
		}
	}
	return cmp.Or(f.checkImages(cmp.Or(c.channels, f.channels)), training.CheckWritable(f.picture.Out))
}

// checkImages checks the size of the images and reads it.
func (f *convFlags) checkImages(channels int) (err error) {
	if f.height, f.width, err = parseSize(f.size); err != nil {
		return err
	}
	switch n := channels * f.height * f.width; {
	case f.kernel < 1:
		return usagef("--kernel %d: want at least 1", f.kernel)
	case f.channels < 1 || f.channels > maxElements:
		return usagef("--channels %d: want 1 to %d", f.channels, maxElements)
	case n > maxElements:
		return usagef("images of %dx%dx%d have more than %d elements, too many to try each one; choose a smaller "+
			"--size or --channels",
			channels, f.height, f.width, maxElements)
	case f.recover && n > judge.MaxRecovered:
		return usagef("images of %dx%dx%d have %d elements; reading a filter off needs at most %d, so choose a smaller "+
			"--size",
			channels, f.height, f.width, n, judge.MaxRecovered)
	}
	return nil
}

// judgeFilter judges a filter of one's own.
func (a *app) judgeFilter(cmd *cobra.Command, f *convFlags, c *convProblem) error {
	file, array := splitArray(f.filter)
	name, content, err := a.input("--filter", file)
	if err != nil {
		return err
	}
	w, rounded, err := arrayfile.One(name, content, array)
	if err != nil {
		return err
	}
	task, err := c.options(f, progress.Progress{}).Task()
	if err != nil {
		return err
	}
	filter, err := task.Fit(w)
	if err != nil {
		return problem.Inputf("%w%s", err, f.otherKernel(c, w))
	}
	if cmd.Flags().Changed("stride") {
		filter.Stride = f.stride
	}
	if cmd.Flags().Changed("padding") {
		filter.Padding = f.padding
	}
	return a.answerAlone(cmd, func() *report.Report {
		v := task.Judge(filter, f.height, f.width)
		v.Items = append([]report.Item{report.Textf("Read as w of shape %s, with stride %d and padding %d%s.",
			tensor.Tuple(w.Shape()), filter.Stride, filter.Padding, roundedFractions(rounded))}, v.Items...)
		return c.Judged(": your filter", v)
	})
}

// otherKernel says how to judge a filter that fits the problem with other settings.
func (f *convFlags) otherKernel(c *convProblem, w *tensor.Tensor[float64]) string {
	if len(c.flags) == 0 {
		return ""
	}
	kernel, channels, ok := f.avgpool(progress.Progress{}).Hint(w)
	if !ok {
		return ""
	}
	return fmt.Sprintf(" (--kernel %d --channels %d); for this filter say --kernel %d --channels %d", f.kernel,
		f.channels, kernel, channels)
}

// recoverFilter reads the filter off a problem's mapping.
func (a *app) recoverFilter(cmd *cobra.Command, f *convFlags, c *convProblem) error {
	task, err := c.options(f, progress.Progress{}).Task()
	if err != nil {
		return err
	}
	return a.answerAlone(cmd, func() *report.Report {
		r := c.Report(": the filter read off the mapping")
		r.Body = task.Recovered(rand.New(rand.NewPCG(f.seed, 10)), f.height, f.width)
		return r
	})
}

// recoverMaxPool shows that max pooling is no convolution.
func (a *app) recoverMaxPool(cmd *cobra.Command, f *convFlags) error {
	if cmd.Flags().Changed("channels") {
		return usagef("--channels is for Problem 2")
	}
	if f.picture.Out != "" {
		return usagef("--out needs --image")
	}
	if err := f.checkImages(1); err != nil {
		return err
	}
	if f.kernel == 1 {
		return problem.Settingf("kernel", "1: max pooling of single pixels changes nothing; want at least 2")
	}
	if side := min(f.height, f.width); f.kernel > side {
		return problem.Settingf("kernel", "%d is larger than the image of %dx%d", f.kernel, f.height, f.width)
	}
	if f.height%f.kernel != 0 || f.width%f.kernel != 0 {
		return problem.Settingf("size", "%dx%d is not divisible by the kernel size %d; %dx%d is", f.height, f.width, f.kernel,
			f.height-f.height%f.kernel, f.width-f.width%f.kernel)
	}
	r := commute.Problem().Report("")
	r.Title = "Max pooling: the filter read off the mapping"
	_, r.Body = judge.Recover(rand.New(rand.NewPCG(f.seed, 10)), commute.MaxPool(f.kernel), f.kernel, 1, f.height, f.width)
	return a.write(cmd, r)
}
