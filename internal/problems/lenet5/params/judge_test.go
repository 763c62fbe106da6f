package params

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/lenet"
)

func TestNumbersAreRecognised(t *testing.T) {
	for n, say := range map[int]string{
		60806:  "Right: 60806 is the number of parameters of the original LeNet-5 of the sheet.",
		61706:  "Right: 61706 is the number of parameters of the modern LeNet-5 of the sheet.",
		900:    "Right: 900 is the reduction, 61706 - 60806 = 36·25: 36 of the 96 connections of C3 are missing",
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
		36:     "36 is the number of connections that C3 lacks; each would have 25 weights.",
		60:     "60 is the number of connections that C3 has; each has 25 weights.",
		96:     "96 is the number of connections that C3 could have; 36 of them are missing.",
		156:    "156 is layer C1 of every LeNet-5.",
		1516:   "layer C3 of the original LeNet-5 of the sheet or the LeNet-5 that LeCun published in 1998",
		1500:   "the weights of layer C3 of the original LeNet-5 of the sheet",
		2400:   "the weights of layer C3 of the modern LeNet-5 of the sheet",
		850:    "layer F7 of the original LeNet-5 of the sheet or the modern LeNet-5 of the sheet",
		12:     "layer S2 of the LeNet-5 that LeCun published in 1998",
		0:      "No usual mistake gives it, and no two of them together.",
		61234:  "It is 428 more than the original (60806) and 472 less than the modern one (61706).",
		12345:  "It is 48461 less than the original (60806) and 49361 less than the modern one (61706).",
	} {
		v := Judge(n)
		if right := n == 60806 || n == 61706 || n == 900; v.Right != right || v.OK() != right ||
			(v.Score == 1) != right || !strings.Contains(reporttest.Text(v.Answer), say) || len(v.Answer) > 5 {
			t.Errorf("%d: %+v, not told %q:\n%s", n, v, say, reporttest.Text(v.Answer))
		}
	}
}

// Machines are told the slips by stable words.
func TestCodes(t *testing.T) {
	for n, code := range map[int]string{
		60806: report.CodeRight, 900: report.CodeRight, 60000: "network-of-1998", 12345: report.CodeWrong,
		1516: "another-number", 936: "another-number", 60570: "no-biases", 60756: "map-15-with-4-inputs",
		43290: "no-biases+c1-without-padding", 61106: "colour-images", 60840: "fixed-output-counted",
		61750: "subsampling-counted",
	} {
		if v := Judge(n); v.Code != code {
			t.Errorf("%d: code %s, want %s", n, v.Code, code)
		}
	}
	seen := make(map[string]bool)
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, s := range countSlips() {
		if seen[s.code] || seen[s.name] || !kebab.MatchString(s.code) {
			t.Errorf("slip %+v", s)
		}
		seen[s.code], seen[s.name] = true, true
	}
}

// Every slip changes the count of one of the networks, and is named for what that
// comes to, alone or among others.
func TestEverySlipIsRecognised(t *testing.T) {
	for _, s := range countSlips() {
		found := false
		for _, c := range rightCounts() {
			made, ok := c.with(s)
			if !ok {
				continue
			}
			found = true
			if v := Judge(made.total()); v.Right || !strings.Contains(reporttest.Text(v.Answer), s.name) && v.Code != "another-number" {
				if len(readings(made.total())) < 4 { // of which no more than three are told
					t.Errorf("%s: %d is told\n%s", s.name, made.total(), reporttest.Text(v.Answer))
				}
			}
		}
		if !found {
			t.Errorf("%s changes no network", s.name)
		}
	}
}

// A number is right for the network that is named, and for no other.
func TestNumbersOfOneNetwork(t *testing.T) {
	for _, c := range []struct {
		arch lenet.Arch
		n    int
		code string
		say  string
	}{
		{lenet.Original, 60806, report.CodeRight, "Right: 60806 is the number of parameters of the original LeNet-5"},
		{lenet.Modern, 61706, report.CodeRight, "Right: 61706 is the number of parameters of the modern LeNet-5"},
		{lenet.LeCun1998, 60000, report.CodeRight, "Right: 60000 is the number of parameters of the LeNet-5 that LeCun"},
		{lenet.Modern, 60806, "another-number", "60806 is an answer to another question of the sheet. It is not the " +
			"number of parameters of the modern LeNet-5 of the sheet; that is 61706."},
		{lenet.Original, 61706, "another-number", "that is 60806."},
		{lenet.LeCun1998, 60806, "another-number", "that is 60000."},
		{lenet.Original, 900, "another-number", "It is not the number of parameters of the original LeNet-5"},
		{lenet.Original, 60000, "network-of-1998", "published in 1998"},
		{lenet.Modern, 61470, "no-biases", "the biases are forgotten"},
	} {
		v := JudgeFor(c.arch, c.n)
		right := c.code == report.CodeRight
		if v.Right != right || v.OK() != right || (v.Score == 1) != right || v.Code != c.code ||
			!strings.Contains(reporttest.Text(v.Answer), c.say) || len(v.Checks) != 1 {
			t.Errorf("%v, %d: %+v, not told %q:\n%s", c.arch, c.n, v, c.say, reporttest.Text(v.Answer))
		}
	}
}

// A count is shown beside the right one, layer by layer.
func TestCountsAreCompared(t *testing.T) {
	table := Judge(60756).Items[0].(report.Table)
	for _, row := range table.Rows {
		right, yours := row[1].(int)+row[2].(int), row[3].(int)
		want := map[any]int{"C3": 50, "total": 50}[row[0]]
		if right-yours != want {
			t.Errorf("row %v: %d less, want %d", row, right-yours, want)
		}
	}
	last := table.Rows[len(table.Rows)-1]
	if last[0] != "total" || last[1] != 60570 || last[2] != 236 || last[3] != 60756 {
		t.Errorf("the last row is %v", last)
	}
}

// The counts that the judge begins with are those of the networks themselves.
func TestRightCountsAreTheNetworks(t *testing.T) {
	for i, arch := range []lenet.Arch{lenet.Original, lenet.Modern, lenet.LeCun1998} {
		ledger := lenet.Ledger(arch, lenet.New[float32](rand.New(rand.NewPCG(0, 0)), arch))
		count := rightCounts()[i]
		if total := lenet.Total(ledger).Counted; count.total() != total {
			t.Errorf("%v has %d parameters, the judge counts %d", arch, total, count.total())
		}
		counted := make(map[string]int)
		for _, e := range ledger {
			counted[e.Layer] = e.Counted
		}
		for _, l := range count.layers {
			if want := counted[l.of.Name]; l.weights+l.biases != want {
				t.Errorf("%v: %s has %d parameters, the judge counts %d", arch, l.of.Name, want, l.weights+l.biases)
			}
		}
	}
}
