package stats

// Paired is what two methods came to from the same seeds, on the same test images.
// Differences are in images that the first method classifies correctly beyond those of
// the second.
type Paired struct {
	Images     int
	Differ     []float64 // by seed
	OverSeeds  Interval  // Student's, of the mean difference, if other seeds were drawn
	OverImages Interval  // the same if other images were drawn, for these seeds
	Excludes0  bool      // whether OverImages, adjusted for the number of comparisons by Bonferroni, excludes 0
	Sign       SignTest
	Rank       SignedRankTest
	Adjusted   float64 // the p-value of Rank among those of all comparisons, by Holm
}

// A Pair says, for every test image, whether each of the two methods classifies it
// correctly.
type Pair [2][]bool

// Compare compares two methods under several settings, each with pairs from many seeds.
// level is that of every interval.
func Compare(settings [][]Pair, level float64) []Paired {
	all := make([]Paired, len(settings))
	p := make([]float64, len(settings))
	for i, pairs := range settings {
		c := Paired{Images: len(pairs[0][0])}
		byImage := make([]float64, c.Images) // how much more often, of the seeds, the first is right
		for _, pair := range pairs {
			ahead := 0
			for image, first := range pair[0] {
				d := count(first) - count(pair[1][image])
				ahead += d
				byImage[image] += float64(d) / float64(len(pairs))
			}
			c.Differ = append(c.Differ, float64(ahead))
		}
		c.OverSeeds = Student(c.Differ, level)
		c.OverImages = Student(byImage, level).Scale(float64(c.Images))
		c.Excludes0 = Student(byImage, 1-(1-level)/float64(len(settings))).Excludes(0)
		c.Sign, c.Rank = Sign(c.Differ), SignedRank(c.Differ)
		all[i], p[i] = c, c.Rank.P
	}
	for i, v := range Holm(p) {
		all[i].Adjusted = v
	}
	return all
}

// Neither stands for no method where 0 stands for the first and 1 for the second.
const Neither = 2

// Winner returns which method the seeds favour: the signed-rank test, adjusted for the
// number of comparisons, and the interval over the seeds must both say so at the level.
func (c *Paired) Winner(level float64) int {
	switch {
	case c.Adjusted >= 1-level || !c.OverSeeds.Excludes(0):
		return Neither
	case c.OverSeeds.Mean > 0:
		return 0
	}
	return 1
}

func count(holds bool) int {
	if holds {
		return 1
	}
	return 0
}
