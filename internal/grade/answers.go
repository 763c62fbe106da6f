package grade

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"hw4/internal/arrayfile"
	"hw4/internal/grade/notebook"
	"hw4/internal/problem"
	"hw4/internal/spell"
	"hw4/internal/strict"
)

// AnswersFile is what the file is called that answers all parts.
const AnswersFile = "answers.json"

// An answer is what a student has answered to a part. If it cannot be read, err says why.
type answer struct {
	name    string // of its file, perhaps with ::array, for messages and by its ending
	content []byte
	err     error
}

// answers finds the answers to the parts: first where the rubric says, then in
// answers.json, then in files called as the part, and then in notebooks.
func (s *submission) answers(r *Rubric) (map[string]answer, error) {
	found := make(map[string]answer)
	for id, p := range r.Parts {
		if p.File == "" {
			continue
		}
		file, array := arrayfile.Split(p.File)
		if name, there := s.match(file); there {
			found[id] = s.answerIn(name, array)
		}
	}
	files := s.called(AnswersFile)
	if len(s.names) == 1 && len(found) == 0 && partOf(s.names[0]) == nil &&
		strings.EqualFold(path.Ext(s.names[0]), ".json") {
		files = s.names // the student has handed in this file alone
	}
	var wrong error // which does not keep the others from being read
	if len(files) == 1 {
		var all map[string]answer
		all, wrong = s.readAnswers(files[0])
		s.add(found, all)
	}
	loose := make(map[string]answer)
	for _, name := range s.names {
		ending := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
		if p := partOf(name); p != nil && slices.Contains(arrayfile.Extensions(), ending) {
			if _, twice := loose[p.ID]; !twice {
				loose[p.ID] = s.answerIn(name, "")
			}
		}
	}
	s.add(found, loose)
	for _, name := range s.names {
		if strings.EqualFold(path.Ext(name), ".ipynb") {
			cells, err := s.notebook(name)
			if err != nil {
				s.notes = append(s.notes, err.Error())
			}
			s.add(found, cells)
		}
	}
	return found, wrong
}

// notebook returns the answers in the outputs of the marked cells.
func (s *submission) notebook(name string) (map[string]answer, error) {
	content, err := s.read(name)
	if err != nil {
		return nil, err
	}
	outputs, err := notebook.Read(name, content)
	all := make(map[string]answer)
	for _, o := range outputs {
		a := answer{name: fmt.Sprintf("cell %d of %s", o.Cell, name), content: []byte(o.Text)}
		switch {
		case partNamed(o.Mark) == nil:
			s.notes = append(s.notes, fmt.Sprintf("%s: no part %q; there are %s", a.name, o.Mark, strings.Join(IDs(), ", ")))
			continue
		case strings.TrimSpace(o.Text) == "":
			a.err = problem.Inputf("%s has no saved output: run it, and save the notebook", a.name)
		case unanswered.MatchString(o.Text):
			continue
		}
		s.add(all, map[string]answer{o.Mark: a})
	}
	return all, err
}

// add adds answers to parts that have none.
func (s *submission) add(to, more map[string]answer) {
	for _, id := range slices.Sorted(maps.Keys(more)) {
		if first, twice := to[id]; twice {
			s.notes = append(s.notes, fmt.Sprintf("%s is answered in %s and in %s; the first counts", id, first.name,
				more[id].name))
			continue
		}
		to[id] = more[id]
	}
}

// answerIn returns the answer in a file, or in one array of it.
func (s *submission) answerIn(name, array string) answer {
	content, err := s.read(name)
	if array != "" {
		name += "::" + array
	}
	return answer{name, content, err}
}

// unanswered is what null is written as, in whatever brackets.
var unanswered = regexp.MustCompile(`^(null|None|[\s\[\],])*$`)

// readAnswers reads the answers to all parts from one file.
func (s *submission) readAnswers(file string) (map[string]answer, error) {
	all := make(map[string]answer)
	content, err := s.read(file)
	if err == nil {
		content, err = strict.Decode(file, content)
	}
	if err != nil {
		return nil, problem.Input(err)
	}
	var unknown error
	d := strict.NewLoose(file, content, 0)
	err = d.Object(func(id string) error {
		d.Peek() // leaves the space out
		from := d.Offset()
		if err := d.Skip(); err != nil {
			return err
		}
		if id == "student" || id == "tasks" {
			return nil
		}
		if partNamed(id) == nil {
			unknown = cmp.Or(unknown, strict.Fail(file, from, fmt.Sprintf("the key %.40q", id), "no part",
				"one of "+strings.Join(IDs(), ", ")+spell.Suggestion(id, IDs())))
			return nil
		}
		raw := content[from:d.Offset()]
		switch {
		case unanswered.Match(raw):
		case raw[0] == '"': // the name of a file
			all[id] = s.named(id, file, raw)
		default:
			all[id] = answer{name: id + " in " + file, content: raw}
		}
		return nil
	})
	return all, problem.Input(cmp.Or(d.End(err), unknown))
}

// called returns the files with a name in whatever folder and case; only the one in the
// first folder if it is there.
func (s *submission) called(name string) []string {
	if s.has(name) {
		return []string{name}
	}
	return slices.DeleteFunc(slices.Clone(s.names), func(n string) bool { return !strings.EqualFold(path.Base(n), name) })
}

// named returns the answer in the file that answers.json names.
func (s *submission) named(id, file string, raw []byte) answer {
	text, err := strict.NewJSON(file, raw, 0).Text()
	if err != nil {
		return answer{name: file, err: problem.Input(err)}
	}
	name, array := arrayfile.Split(text)
	found, there := s.meant(path.Dir(file) + "/" + name)
	if !there {
		found, there = s.meant(name)
	}
	if !there {
		return answer{name: file, err: problem.Inputf("%s: %s is in the file %.80q, which is not there", file, id, name)}
	}
	return s.answerIn(found, array)
}

// json returns a reader of the answer as text.
func (a answer) json() *strict.JSON {
	text, err := strict.Decode(a.name, a.content)
	if err != nil {
		text = nil // the reader says that there is nothing
	}
	return strict.NewLoose(a.name, text, 0)
}

// maxElements bounds the numbers of a file of matrices, and maxInputs the entries of a list.
const maxElements, maxInputs = 1 << 18, 64

// lists reads lists of small whole numbers, of any length if they are text.
func (a answer) lists() ([][]int, error) {
	var table [][]int
	// What begins otherwise, such as array([[ of NumPy, cannot have lists of any length.
	if file, _ := arrayfile.Split(a.name); arrayfile.IsText(file, a.content) && a.json().Peek() == '[' {
		d := a.json()
		err := d.Array(func(i int) error {
			if i == maxInputs {
				return strict.Failf(a.name, d.Offset(), "the number of lists", "larger", "at most %d", maxInputs)
			}
			var row []int
			err := d.Array(func(j int) error {
				n, err := mark(d)
				if j == maxInputs {
					err = strict.Failf(a.name, d.Offset(), "the length of a list", "larger", "at most %d", maxInputs)
				}
				row = append(row, int(n))
				return err
			})
			table = append(table, row)
			return err
		})
		return table, err
	}
	x, err := a.array()
	if err != nil {
		return nil, err
	}
	if x.Rank() != 2 || x.Len() > maxElements {
		return nil, strict.Fail(a.name, strict.Whole, "the table", fmt.Sprintf("of rank %d", x.Rank()), "a matrix")
	}
	for i := range x.Dim(0) {
		var row []int
		for j := range x.Dim(1) {
			n := int(x.At(i, j))
			if v := x.At(i, j); v != float64(n) || n < 0 || n > maxInputs {
				return nil, strict.Failf(a.name, strict.Whole, fmt.Sprintf("entry (%d,%d)", i+1, j+1), v,
					"an integer from 0 to %d", maxInputs)
			}
			row = append(row, n)
		}
		table = append(table, row)
	}
	return table, nil
}

// mark reads a small whole number, or true or false, which stand for 1 and 0.
func mark(d *strict.JSON) (int64, error) {
	switch d.Peek() {
	case 't', 'f':
		marked, err := d.Bool()
		if marked {
			return 1, err
		}
		return 0, err
	}
	return d.Int(0, maxInputs)
}

// fromMarks returns a table of zeros and ones, by the maps of C3 or of S2, as lists of
// inputs; and any other as it is.
func fromMarks(table [][]int) [][]int {
	const in, out = 6, 16
	marks := func(rows, cols int) bool {
		return len(table) == rows && !slices.ContainsFunc(table, func(row []int) bool {
			return len(row) != cols || slices.Max(row) > 1
		})
	}
	byInput := marks(in, out)
	if !byInput && !marks(out, in) {
		return table
	}
	lists := make([][]int, out)
	for i := range out {
		for j := range in {
			if byInput && table[j][i] == 1 || !byInput && table[i][j] == 1 {
				lists[i] = append(lists[i], j)
			}
		}
	}
	return lists
}
