package lenet5

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/lenet"
)

func TestCountsAreRecognised(t *testing.T) {
	for n, say := range map[int]string{
		60806:  "60806 is the number of parameters of the original LeNet-5 of the sheet.",
		61706:  "61706 is the number of parameters of the modern LeNet-5 of the sheet.",
		900:    "Right: 900 is the reduction",
		60000:  "60000 is the number of parameters of the LeNet-5 that LeCun published in 1998.",
		60570:  "the original LeNet-5 of the sheet when the biases are forgotten",           // 60806 - 236
		61470:  "the modern LeNet-5 of the sheet when the biases are forgotten",             // 61706 - 236
		60575:  "the original LeNet-5 of the sheet when every layer has one bias",           // 60570 + 5
		60790:  "the biases of C3 are forgotten",                                            // 60806 - 16
		60850:  "C3 has a bias for every connection instead of one for each of its 16 maps", // 60806 - 16 + 60
		61786:  "the modern LeNet-5 of the sheet when C3 has a bias for every connection",   // 61706 - 16 + 96
		60756:  "map 15 of C3 is counted with 4 inputs",                                     // 60806 - 50
		59706:  "the maps of C3 are counted with one input each",                            // 60806 - 1500 + 400
		59956:  "the output layer is left out",                                              // 60806 - 850
		43526:  "the original LeNet-5 of the sheet when the padding of C1 is forgotten",     // 60806 - 48000 + 30720
		44426:  "the modern LeNet-5 of the sheet when the padding of C1 is forgotten",       // 61706 - 48000 + 30720
		81926:  "the padding of C1 is counted on top of an input of 32x32",                  // 60806 - 48000 + 69120
		204806: "S4 is forgotten",                                                           // 60806 - 48000 + 192000
		61106:  "C1 is counted for colour images",                                           // 60806 + 300
		60840:  "the 840 weights of the output are counted",                                 // 60000 + 840
		43290:  "the biases are forgotten and the padding of C1 is forgotten",               // 43526 - 236
		340908: "the number of connections of the LeNet-5 that LeCun published in 1998",
		936:    "the reduction with a bias for each of the 36 missing connections",
		156:    "156 is layer C1 of every LeNet-5.",
		1516:   "layer C3 of the original LeNet-5 of the sheet",
		2400:   "the weights of layer C3 of the modern LeNet-5 of the sheet",
		60:     "the number of connections of C3",
		12345:  "no usual slip, or two of them, leads to it. It is -48461 from 60806, the original LeNet-5, and -49361",
		0:      "0 is not a number of the sheet",
	} {
		v := Judge(n)
		text := string(v.Answer[0].(report.Text))
		right := n == 60806 || n == 61706 || n == 900
		if v.Right != right || v.OK() != right || (v.Score == 1) != right || (v.Code == report.CodeRight) != right ||
			v.Code == "" || !strings.Contains(text, say) {
			t.Errorf("%d: code %q, not told %q:\n%s", n, v.Code, say, text)
		}
	}
}

// Every slip has a code of its own, and leads to a count that is told so.
func TestSlips(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	codes := make(map[string]bool)
	for _, s := range countSlips() {
		if !kebab.MatchString(s.code) || codes[s.code] {
			t.Errorf("%s: code %q", s.name, s.code)
		}
		codes[s.code] = true
		told := false
		for _, right := range rightCounts() {
			c, ok := right.with(s)
			told = told || ok && (Judge(c.total()).Code == s.code || partOf(c.total()) != "" || len(readings(c.total())) > 1)
		}
		if !told {
			t.Errorf("%s is never told", s.name)
		}
	}
}

// The counts that the judge begins with are those of the networks themselves.
func TestRightCountsAreTheNetworks(t *testing.T) {
	for _, arch := range lenet.Archs() {
		total := lenet.Total(lenet.Ledger(arch, lenet.New[float32](rand.New(rand.NewPCG(0, 0)), arch))).Counted
		if found := readings(total); len(found) == 0 || len(found[0].slips) != 0 {
			t.Errorf("%v has %d parameters: %v", arch, total, found)
		}
	}
}
