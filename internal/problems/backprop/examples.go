package backprop

// An Example is a matrix that a usual mistake makes of a derivative.
type Example struct {
	Code       string // of the mistake
	Derivative string // such as "dy_1/db_1"
	Rows       [][]float64
}

// Examples returns for every usual mistake a matrix that it makes for the perceptron of the
// answer, if there is one in which nothing else is as likely.
func (a Answer) Examples() []Example {
	p := newPass(a.Net, a.X)
	var all []Example
	for _, k := range mistakes() {
		if e, ok := p.example(k); ok {
			all = append(all, e)
		}
	}
	return all
}

func (p *pass) example(k mistake) (Example, bool) {
	for _, d := range derivatives(p.last) {
		for _, v := range k.make(p, d) {
			if v.matrix == nil || !(largest(v.matrix) < 1e6) {
				continue
			}
			rows, cols := v.matrix.Dims()
			got := Numbers{[]int{rows, cols}, v.matrix.RawMatrix().Data}
			m := &marking{pass: p}
			if found, _, twist := m.recognise(d, got); found.code == k.code && twist == "" && wrong(got, p, d) {
				return Example{k.code, d.String(), rowsOf(v.matrix)}, true
			}
		}
	}
	return Example{}, false
}

// wrong reports whether numbers are not the right ones.
func wrong(got Numbers, p *pass, d derivative) bool {
	want := p.right(d)
	rows, cols := want.Dims()
	return !got.has(rows, cols) || len(wrongEntries(got.Values, want, 0)) > 0
}
