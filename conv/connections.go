package conv

import (
	"slices"

	"hw4/internal/kernel"
)

// Connections say which input channels of a convolution feed which output channels, if
// not all feed all, as in Table I of LeNet-5's paper. What is not connected is never
// multiplied: its weights are not read, and a NaN in a channel reaches only what the
// channel feeds. The gradient of a weight that is not read is 0.
type Connections struct {
	links kernel.Links
}

// NewConnections returns the connections of a number of input channels, given for every
// output channel the input channels that feed it, in increasing order. It panics with a
// *tensor.ShapeError if an output channel has others.
func NewConnections(in int, from [][]int) *Connections {
	if in <= 0 || len(from) == 0 {
		panic(refuse("connections from %d to %d channels: both must be positive", in, len(from)))
	}
	copied := make([][]int, len(from))
	for o, channels := range from {
		for i, ch := range channels {
			if ch < 0 || ch >= in || i > 0 && ch <= channels[i-1] {
				panic(refuse("connections of output channel %d are %v: want channels from 0 to %d in increasing order",
					o, channels, in-1))
			}
		}
		copied[o] = slices.Clone(channels)
	}
	return &Connections{*kernel.NewLinks(in, copied)}
}

// From returns for every output channel the input channels that feed it. It must not be
// changed.
func (c *Connections) From() [][]int { return c.links.From }

// linksOf returns the links of a convolution from in to out channels, nil if all are
// connected. It panics if the connections are others, or if there are groups, too.
func linksOf(c *Connections, in, out, groups int) *kernel.Links {
	if c == nil {
		return nil
	}
	if groups != 1 {
		panic(refuse("connections and %d groups: want one of the two", groups))
	}
	if len(c.links.To) != in || len(c.links.From) != out {
		panic(refuse("connections from %d to %d channels do not fit a convolution from %d to %d",
			len(c.links.To), len(c.links.From), in, out))
	}
	return &c.links
}
