package page

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"sync"

	"hw4/internal/problem"
	"hw4/internal/problems/lenet5"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor/nn"
	"hw4/tensor/safetensors"
)

// maxKept bounds the networks that are kept. The one that was used longest ago goes.
const maxKept = 16

// kept are networks by the SHA-256 sums of their weights, the last used at the end.
type kept struct {
	mutex    sync.Mutex
	networks []keptNetwork
}

type keptNetwork struct {
	hash    string
	arch    lenet.Arch
	network nn.Sequential[float32]
}

// add keeps a network, which must not change from here on, and returns its sum.
func (k *kept) add(arch lenet.Arch, network nn.Sequential[float32]) string {
	hash := training.SHA256(network.Params())
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.networks = slices.DeleteFunc(k.networks, func(n keptNetwork) bool { return n.hash == hash })
	k.networks = append(k.networks, keptNetwork{hash, arch, network})
	if len(k.networks) > maxKept {
		k.networks = k.networks[1:]
	}
	return hash
}

func (k *kept) find(hash string) (keptNetwork, bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	at := slices.IndexFunc(k.networks, func(n keptNetwork) bool { return n.hash == hash })
	if at < 0 {
		return keptNetwork{}, false
	}
	found := k.networks[at]
	k.networks = append(slices.Delete(k.networks, at, at+1), found)
	return found, true
}

// networks are those that the page has by itself.
type networks map[lenet.Arch]nn.Sequential[float32]

// ownNetworks returns the sheet's two networks with their weights.
func ownNetworks(weights func(arch string) ([]byte, error)) (networks, error) {
	own := make(networks)
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		content, err := weights(arch.String())
		if err != nil {
			return nil, err
		}
		w, err := training.ParseWeights(arch.String()+".safetensors", content)
		if err != nil {
			return nil, err
		}
		if _, own[arch], err = lenet5.NetworkOf(w, ""); err != nil {
			return nil, err
		}
	}
	return own, nil
}

// A chosen names a network and the connections of its C3 that count.
type chosen struct {
	Arch        string  `json:"arch"`
	Weights     string  `json:"weights,omitempty"`     // a kept network; empty: our own
	Connections [][]int `json:"connections,omitempty"` // by maps of C3; empty: all that there are
}

func (p *Page) chosenNetwork(c chosen) (lenet.Arch, nn.Sequential[float32], error) {
	if c.Weights != "" {
		k, found := p.kept.find(c.Weights)
		if !found {
			return 0, nil, problem.Inputf("the weights are not kept any more; drop the file again")
		}
		network, err := connected(k.arch, k.network, c.Connections)
		return k.arch, network, err
	}
	arch, err := lenet5.Named(c.Arch)
	if err != nil {
		return 0, nil, err
	}
	own, err := p.own()
	if err != nil {
		return 0, nil, err
	}
	if own[arch] == nil {
		return 0, nil, problem.Inputf("the page has no weights of the %s LeNet-5; drop a file of them", arch)
	}
	network, err := connected(arch, own[arch], c.Connections)
	return arch, network, err
}

// connected returns a network without those connections of C3 that are not listed.
func connected(arch lenet.Arch, network nn.Sequential[float32], list [][]int) (nn.Sequential[float32], error) {
	if len(list) == 0 {
		return network, nil
	}
	if err := checkConnections(list); err != nil {
		return nil, err
	}
	changed := lenet.New[float32](rand.New(rand.NewPCG(0, 0)), arch)
	if err := nn.LoadStateDict(changed, nn.StateDict(network)); err != nil {
		return nil, err
	}
	all := slices.Repeat([][]int{{0, 1, 2, 3, 4, 5}}, len(list))
	if arch != lenet.Modern {
		all = lenet.Connections()
	}
	for out, from := range all {
		kernels := kernelsOf(changed, out)
		for nth, in := range from {
			if !slices.Contains(list[out], in) {
				n := len(kernels) / len(from)
				clear(kernels[nth*n : (nth+1)*n])
			}
		}
	}
	return changed, nil
}

// kernelsOf returns the weights of a map of C3, one kernel after the other.
func kernelsOf(network nn.Sequential[float32], out int) []float32 {
	for _, child := range network {
		if child.Name != "C3_layer" {
			continue
		}
		params := child.Module.Params()
		if len(params) > 2 { // a weight and a bias for every map
			return params[2*out].Value.Data()
		}
		w := params[0].Value
		n := w.Len() / w.Dim(0)
		return w.Data()[out*n : (out+1)*n]
	}
	return nil
}

// checkConnections checks a list of the maps of S2 that every map of C3 is connected to.
func checkConnections(list [][]int) error {
	table := lenet.Connections()
	ok := len(list) == len(table)
	for _, from := range list {
		ok = ok && len(slices.Compact(slices.Sorted(slices.Values(from)))) == len(from)
		for _, in := range from {
			ok = ok && 0 <= in && in < 6
		}
	}
	if !ok {
		return problem.Settingf("connections", "want for each of the %d maps of C3 a list of maps of S2, 0 to 5, each once",
			len(table))
	}
	return nil
}

// A file is one that somebody brings to the page.
type file struct {
	Name    string `json:"name"`
	Content []byte `json:"content"`
}

// keep keeps the weights in a file and says of which network they are.
func (p *Page) keep(_ context.Context, f file, _ Emit) (any, error) {
	w, err := training.ParseWeights(f.Name, f.Content)
	if err != nil {
		return nil, err
	}
	arch, network, err := lenet5.NetworkOf(w, "")
	if err != nil {
		return nil, err
	}
	count := nn.Count(network.Params())
	return map[string]any{"hash": p.kept.add(arch, network), "arch": arch.String(), "count": count}, nil
}

// save returns the weights of a network as a .safetensors file.
func (p *Page) save(_ context.Context, c chosen, _ Emit) (any, error) {
	arch, network, err := p.chosenNetwork(c)
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	metadata := map[string]string{"format": "pt", "model": "LeNet-5 (" + arch.String() + ")"}
	err = safetensors.Write(&content, safetensors.FromStateDict(nn.StateDict(network), metadata))
	return file{"lenet-" + arch.String() + ".safetensors", content.Bytes()}, err
}
