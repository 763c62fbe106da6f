package floors

import (
	"go/ast"
	"go/token"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hw4/conv"
	"hw4/loss"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// swept are the packages whose functions and methods are called with all that could be
// wrong with their arguments.
var swept = []string{"tensor", "tensor/nn", "conv", "pool", "loss"}

// functionsOf has the functions of these packages. A test fails if one is missing.
func functionsOf[T tensor.Float]() map[string]any {
	return map[string]any{
		"tensor.Abs": tensor.Abs[T], "tensor.ActivationNamed": tensor.ActivationNamed,
		"tensor.Activations": tensor.Activations, "tensor.Add": tensor.Add[T], "tensor.AddScalar": tensor.AddScalar[T],
		"tensor.Apply": tensor.Apply[T], "tensor.Argmax": tensor.Argmax[T], "tensor.Clamp": tensor.Clamp[T],
		"tensor.Gather": tensor.Gather[T], "tensor.OneHot": tensor.OneHot[T], "tensor.Pad": tensor.Pad[T],
		"tensor.Slice": tensor.Slice[T], "tensor.Stack": tensor.Stack[T], "tensor.Where": tensor.Where[T],
		"tensor.Concat": tensor.Concat[T], "tensor.Div": tensor.Div[T],
		"tensor.ELU": tensor.ELU[T], "tensor.Exp": tensor.Exp[T], "tensor.FromSlice": tensor.FromSlice[T],
		"tensor.Full": tensor.Full[T], "tensor.GELU": tensor.GELU[T], "tensor.Gradients": tensor.Gradients[T],
		"tensor.GradientsInto": tensor.GradientsInto[T],
		"tensor.InLayer":       tensor.InLayer, "tensor.IndexSelect": tensor.IndexSelect[T],
		"tensor.LeakyReLU": tensor.LeakyReLU[T], "tensor.Log": tensor.Log[T], "tensor.LogSigmoid": tensor.LogSigmoid[T],
		"tensor.LogSoftmax": tensor.LogSoftmax[T], "tensor.MatMul": tensor.MatMul[T], "tensor.Max": tensor.Max[T],
		"tensor.Mean": tensor.Mean[T], "tensor.Mul": tensor.Mul[T], "tensor.Need": tensor.Need[T],
		"tensor.Neg":    tensor.Neg[T],
		"tensor.Normal": tensor.Normal[T], "tensor.Ones": tensor.Ones[T], "tensor.Out": tensor.Out[T],
		"tensor.OutInts": tensor.OutInts[T], "tensor.OutOver": tensor.OutOver[T], "tensor.OutZero": tensor.OutZero[T],
		"tensor.Permute": tensor.Permute[T],
		"tensor.ReLU":    tensor.ReLU[T], "tensor.Record": tensor.Record[T], "tensor.RecordRule": tensor.RecordRule[T, nothing[T]],
		"tensor.Reshape": tensor.Reshape[T],
		"tensor.Scalar":  tensor.Scalar[T], "tensor.Scale": tensor.Scale[T], "tensor.Shapef": tensor.Shapef,
		"tensor.SiLU": tensor.SiLU[T], "tensor.Sigmoid": tensor.Sigmoid[T], "tensor.Sin": tensor.Sin[T],
		"tensor.Size": tensor.Size, "tensor.Softmax": tensor.Softmax[T], "tensor.Softplus": tensor.Softplus[T],
		"tensor.Sqrt": tensor.Sqrt[T], "tensor.Square": tensor.Square[T], "tensor.Sub": tensor.Sub[T],
		"tensor.Sum": tensor.Sum[T], "tensor.Tanh": tensor.Tanh[T], "tensor.Transpose": tensor.Transpose[T],
		"tensor.Tuple": tensor.Tuple, "tensor.Uniform": tensor.Uniform[T], "tensor.Zeros": tensor.Zeros[T],
		"tensor/nn.Count": nn.Count[T], "tensor/nn.FanInUniform": nn.FanInUniform[T], "tensor/nn.Flatten": nn.Flatten[T],
		"tensor/nn.Linear": nn.Linear[T], "tensor/nn.LinearBytes": nn.LinearBytes[T],
		"tensor/nn.LoadStateDict": nil, "tensor/nn.StateDict": nil, // which return errors of files
		"tensor/nn.NewActivation": nn.NewActivation[T], "tensor/nn.NewFlatten": nn.NewFlatten[T],
		"tensor/nn.Dropout": nn.Dropout[T], "tensor/nn.NewDropout": nn.NewDropout[T], "tensor/nn.NewSum": nn.NewSum[T],
		"tensor/nn.NewBatchNorm1d": nn.NewBatchNorm1d[T], "tensor/nn.NewBatchNorm2d": nn.NewBatchNorm2d[T],
		"tensor/nn.NewLinear": nn.NewLinear[T], "tensor/nn.NewSequential": nn.NewSequential[T],
		"tensor/nn.Prefixed": nn.Prefixed[T], "tensor/nn.Values": nn.Values[T],
		"tensor/nn.WeightAndBias": nn.WeightAndBias[T],
		"conv.Conv2d":             conv.Conv2d[T], "conv.NewConv2d": conv.NewConv2d[T],
		"conv.NewConnections": conv.NewConnections,
		"pool.AvgPool2d":      pool.AvgPool2d[T], "pool.MaxPool2d": pool.MaxPool2d[T],
		"pool.AdaptiveAvgPool2d": pool.AdaptiveAvgPool2d[T], "pool.NewAdaptiveAvgPool2d": pool.NewAdaptiveAvgPool2d[T],
		"pool.NewAvgPool2d": pool.NewAvgPool2d[T], "pool.NewMaxPool2d": pool.NewMaxPool2d[T],
		"loss.Correct": loss.Correct[T], "loss.CorrectSign": loss.CorrectSign[T], "loss.CrossEntropy": loss.CrossEntropy[T],
		"loss.MAP": loss.MAP[T], "loss.MSE": loss.MSE[T], "loss.SoftMargin": loss.SoftMargin[T],
		"loss.SumOfSquares": loss.SumOfSquares[T],
	}
}

// nothing is a rule that computes no gradients.
type nothing[T tensor.Float] struct{}

func (*nothing[T]) Gradients(_ *tensor.Tensor[T], _, _ []*tensor.Tensor[T]) {}

// receiversOf has values of the types that have methods, the worst that a caller may
// hold.
func receiversOf[T tensor.Float]() map[string][]any {
	type tensorT = tensor.Tensor[T]
	return map[string][]any{
		"tensor.Tensor":     {(*tensorT)(nil), new(tensorT), tensor.Zeros[T](2, 3), tensor.Zeros[T](0), tensor.Zeros[T]()},
		"tensor.Scope":      {(*tensor.Scope[T])(nil), new(tensor.Scope[T])},
		"tensor.ShapeError": {new(tensor.ShapeError)}, "tensor.GraphError": {new(tensor.GraphError)},
		"tensor/nn.Child": {nn.Child[T]{}, nn.Child[T]{Module: nn.Func[T](nil)}}, "tensor/nn.Func": {nn.Func[T](nil)},
		"tensor.Step":               {(*tensor.Step)(nil), new(tensor.Step)},
		"tensor/nn.Sum":             {nn.Sum[T](nil), nn.Sum[T]{{}}},
		"tensor/nn.BatchNormLayer":  {new(nn.BatchNormLayer[T]), nn.NewBatchNorm2d[T](2, nn.BatchNormOptions{})},
		"tensor/nn.DropoutLayer":    {new(nn.DropoutLayer[T]), &nn.DropoutLayer[T]{P: 2}},
		"tensor/nn.Sequential":      {nn.Sequential[T](nil), nn.Sequential[T]{{}}},
		"tensor/nn.LinearLayer":     {new(nn.LinearLayer[T]), &nn.LinearLayer[T]{Weight: tensor.Ones[T](3, 0)}},
		"tensor/nn.FlattenLayer":    {new(nn.FlattenLayer[T])},
		"tensor/nn.ActivationLayer": {new(nn.ActivationLayer[T]), nn.NewActivation[T]("relu")},
		"tensor/nn.StateDictError":  {new(nn.StateDictError)},
		"conv.Conv2dLayer":          {new(conv.Conv2dLayer[T]), &conv.Conv2dLayer[T]{Weight: tensor.Ones[T](1, 1, 3, 3)}},
		"conv.Connections":          {new(conv.Connections), conv.NewConnections(2, [][]int{{0}, {0, 1}})},
		"conv.Options":              {conv.Options{}, conv.Options{Padding: [2]int{math.MaxInt, 0}}},
		"pool.AvgPool2dLayer":       {new(pool.AvgPool2dLayer[T])}, "pool.MaxPool2dLayer": {new(pool.MaxPool2dLayer[T])},
		"pool.AdaptiveAvgPool2dLayer": {new(pool.AdaptiveAvgPool2dLayer[T])},
	}
}

// absentAllowed are the arguments that may be nil or a zero Tensor.
var absentAllowed = map[string][]int{
	"conv.Conv2d": {2}, "tensor/nn.Linear": {2}, "tensor/nn.LinearBytes": {4}, "tensor/nn.WeightAndBias": {0, 1},
	"tensor.Gradients": {1}, "tensor.GradientsInto": {2}, "tensor.Tensor.Backward": {1}, "tensor.Tensor.SetGrad": {1},
}

// aliases are the names of operations that are not those of their functions.
var aliases = map[string][]string{
	"tensor.Apply": {"", "relu"}, "tensor.Record": {"op"}, "tensor.RecordRule": {"op"},
	"tensor.GradientsInto": {"gradients"}, "tensor.Need": {"op"}, "tensor.Size": {"op"},
	"tensor.Tensor.Dims2": {"op"}, "tensor.Tensor.Dims4": {"op"}, "tensor.OutZero": {"out"},
	"tensor/nn.ActivationLayer.Forward": {"apply", "relu"}, "tensor/nn.LinearLayer.Forward": {"linear"},
	"tensor/nn.LinearLayer.ForwardBytes": {"linearbytes"}, "tensor/nn.FlattenLayer.Forward": {"flatten"},
	"tensor/nn.Func.Forward": {"func"}, "tensor/nn.Child.Forward": {"func"}, "conv.Conv2dLayer.Forward": {"conv2d"},
	"conv.NewConnections":     {"conv2d"},
	"conv.Options.OutputSize": {"conv2d"}, "pool.AvgPool2dLayer.Forward": {"avgpool2d"},
	"pool.MaxPool2dLayer.Forward": {"maxpool2d"}, "pool.AdaptiveAvgPool2dLayer.Forward": {"adaptiveavgpool2d"},
	"tensor/nn.NewBatchNorm1d": {"batchnorm"}, "tensor/nn.NewBatchNorm2d": {"batchnorm"},
	"tensor/nn.BatchNormLayer.Forward": {"batchnorm"}, "tensor/nn.DropoutLayer.Forward": {"dropout"},
	"tensor/nn.Sum.Forward": {"sum", "func"}, "tensor.Tensor.Step": {"op"},
	"tensor/nn.Count": {"values"},
}

// Whatever a function or method is given, it does its work or panics with a sentence
// that begins with its name; and so does the backward pass of what it returns.
func TestRefusals(t *testing.T) {
	t.Run("float32", refusals[float32])
	t.Run("float64", refusals[float64])
}

func refusals[T tensor.Float](t *testing.T) {
	functions, receivers := functionsOf[T](), receiversOf[T]()
	s := &sweep[T]{t: t, rng: rand.New(rand.NewPCG(1, 1))}
	for _, name := range functionNames(t) {
		f, ok := functions[name]
		if !ok {
			t.Errorf("%s is missing in the table", name)
		} else if f != nil {
			s.calls(name, reflect.ValueOf(f), nil)
		}
	}
	for _, name := range typesWithMethods(t) {
		if receivers[name] == nil {
			t.Errorf("the type %s is missing in the table", name)
		}
		for _, r := range receivers[name] {
			v := reflect.ValueOf(r)
			for i := range v.NumMethod() {
				method := v.Type().Method(i)
				if method.IsExported() {
					s.calls(name+"."+method.Name, method.Func, &v)
				}
			}
		}
	}
	if s.refused < 10_000 || s.done < 1000 {
		t.Errorf("only %d calls refused and %d done", s.refused, s.done)
	}
}

// functionNames returns the exported functions of the swept packages.
func functionNames(t *testing.T) []string {
	return declarations(t, func(f *ast.FuncDecl) string {
		if f.Recv == nil {
			return f.Name.Name
		}
		return ""
	})
}

// typesWithMethods returns the exported types that have exported methods.
func typesWithMethods(t *testing.T) []string {
	return declarations(t, func(f *ast.FuncDecl) string {
		if f.Recv != nil {
			return typeName(f.Recv.List[0].Type)
		}
		return ""
	})
}

func declarations(t *testing.T, nameOf func(f *ast.FuncDecl) string) []string {
	t.Helper()
	var all []string
	eachFile(t, 0, func(path string, file *ast.File, _ *token.FileSet) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		if strings.HasSuffix(path, "_test.go") || !slices.Contains(swept, pkg) {
			return
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() && ast.IsExported(nameOf(f)) {
				all = append(all, pkg+"."+nameOf(f))
			}
		}
	})
	slices.Sort(all)
	return slices.Compact(all)
}

type sweep[T tensor.Float] struct {
	t             *testing.T
	rng           *rand.Rand
	refused, done int
}

// calls calls f with many combinations of arguments, all if they are few.
func (s *sweep[T]) calls(name string, f reflect.Value, receiver *reflect.Value) {
	const most = 3000
	choices, all := make([][]reflect.Value, f.Type().NumIn()), 1
	for i := range choices {
		choices[i] = s.values(f.Type().In(i))
		if i == 0 && receiver != nil {
			choices[i] = []reflect.Value{*receiver}
		}
		all = min(all*len(choices[i]), most+1)
	}
	args := make([]reflect.Value, len(choices))
	for n := range min(all, most) {
		for i, c := range choices {
			args[i] = c[n%len(c)]
			if n /= len(c); all > most {
				args[i] = c[s.rng.IntN(len(c))]
			}
		}
		if !s.call(name, f, args) {
			return // one fault of a function is enough
		}
	}
}

// values returns arguments of a type, good and bad ones.
func (s *sweep[T]) values(of reflect.Type) []reflect.Value {
	var list []any
	leaf := func(shape ...int) *tensor.Tensor[T] { return tensor.Ones[T](shape...).RequireGrad() }
	switch reflect.Zero(of).Interface().(type) {
	case *tensor.Tensor[T]:
		list = []any{(*tensor.Tensor[T])(nil), new(tensor.Tensor[T]), leaf(), leaf(0), leaf(3), leaf(2, 3),
			leaf(3, 2), leaf(1, 16), leaf(0, 3), leaf(3, 0), leaf(2, 2, 3), leaf(1, 2, 4, 4), leaf(0, 2, 4, 4), leaf(2, 2, 3, 3), leaf(2, 0, 3, 3)}
	case []*tensor.Tensor[T]:
		type several = []*tensor.Tensor[T]
		list = []any{several(nil), several{nil}, several{leaf(2, 3), new(tensor.Tensor[T])}, several{leaf(2, 3), leaf(2, 3)},
			several{leaf(2, 3), leaf(3)}, several{leaf(0, 3)}, several{leaf()}}
	case []nn.Param[T]:
		list = []any{[]nn.Param[T](nil), []nn.Param[T]{{}}, []nn.Param[T]{{Name: "weight", Value: leaf(3)}}}
	case *tensor.Scope[T]:
		list = []any{(*tensor.Scope[T])(nil), new(tensor.Scope[T])}
	case int:
		list = []any{0, -1, 1, 3, math.MaxInt, math.MinInt}
	case []int:
		list = []any{[]int(nil), []int{-1}, []int{0}, []int{2, 1}, []int{1, 0}, []int{0, -1}, []int{math.MaxInt, math.MaxInt},
			[]int{0, math.MaxInt}, []int{1 << 30, 1 << 30}, []int{math.MinInt, 2}}
	case [2]int:
		list = []any{[2]int{1, 1}, [2]int{}, [2]int{2, 3}, [2]int{-1, 1}, [2]int{math.MaxInt, 1},
			[2]int{math.MaxInt, math.MaxInt}}
	case []byte:
		list = []any{[]byte(nil), make([]byte, 48), make([]byte, 5)}
	case *rand.Rand:
		list = []any{(*rand.Rand)(nil), s.rng}
	case tensor.Activation:
		relu, _ := tensor.ActivationNamed("relu")
		list = []any{tensor.Activation{}, relu}
	case conv.Options, pool.Options:
		return s.options(of)
	case string:
		list = []any{"op"}
	default:
		return []reflect.Value{reflect.Zero(of)}
	}
	var all []reflect.Value
	for _, v := range list {
		all = append(all, reflect.ValueOf(v).Convert(of))
	}
	return all
}

// options returns structs with each field in turn at each of its values, the others as
// a kernel of 2 x 2 needs them.
func (s *sweep[T]) options(of reflect.Type) []reflect.Value {
	var all []reflect.Value
	for i := range of.NumField() {
		for _, v := range s.values(of.Field(i).Type) {
			o := reflect.New(of).Elem()
			if k := o.FieldByName("Kernel"); k.IsValid() {
				k.Set(reflect.ValueOf([2]int{2, 2}))
			}
			o.Field(i).Set(v)
			all = append(all, o)
		}
	}
	return all
}

// call makes one call and reports whether all was well.
func (s *sweep[T]) call(name string, f reflect.Value, args []reflect.Value) (well bool) {
	call := reflect.Value.Call
	if f.Type().IsVariadic() {
		call = reflect.Value.CallSlice
	}
	describe := func() (all []any) {
		for _, a := range args {
			if x, ok := a.Interface().(*tensor.Tensor[T]); ok && x != nil && !reflect.DeepEqual(x, new(tensor.Tensor[T])) {
				all = append(all, tensor.Tuple(x.Shape()))
			} else {
				all = append(all, a.Interface())
			}
		}
		return all
	}
	backward := false
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		s.refused++
		op := ""
		switch p := p.(type) {
		case *tensor.ShapeError:
			op = p.Op
		case *tensor.GraphError:
			op = p.Op
		case runtime.Error:
			s.t.Errorf("%s%+v: %v (backward: %v)", name, describe(), p, backward)
			well = false
			return
		}
		if backward || !called(name, op) {
			s.t.Errorf("%s%+v: %v (backward: %v)", name, describe(), p, backward)
			well = false
		}
	}()
	well = true
	results := call(f, args)
	s.done++
	for i, a := range args {
		x, ok := a.Interface().(*tensor.Tensor[T])
		if ok && (x == nil || reflect.DeepEqual(x, new(tensor.Tensor[T]))) && !slices.Contains(absentAllowed[name], i) {
			s.t.Errorf("%s%+v: argument %d is not refused", name, describe(), i)
			return false
		}
	}
	if len(results) > 0 {
		if y, ok := results[0].Interface().(*tensor.Tensor[T]); ok && y != nil && y.RequiresGrad() {
			backward = true
			y.Backward(tensor.Ones[T](y.Shape()...))
		}
	}
	return well
}

// called reports whether op is what a function or method is called in errors: its name
// in small letters, or an alias.
func called(name, op string) bool {
	plain := strings.NewReplacer(" ", "", "_", "", "-", "").Replace(op)
	own := strings.ToLower(name[strings.LastIndex(name, ".")+1:])
	return plain == own || plain == strings.TrimPrefix(own, "new") || slices.Contains(aliases[name], plain)
}
