package tensor

import (
	"cmp"
	"math"

	"hw4/internal/kernel"
	"hw4/internal/portable"
)

// An Activation is a function of one real variable, applied element by element,
// with its derivative. Both work in float64, whatever the element type. Some of those that
// ActivationNamed returns have kernels for float32 instead, which stay if F or DF is
// replaced: another function is an Activation of its own.
type Activation struct {
	// Name is the name of the operation, such as "tanh".
	Name string
	// Nondecreasing says that x <= y implies F(x) <= F(y), in the floating-point
	// numbers as well as in the real ones. Such functions commute with max
	// pooling.
	Nondecreasing bool
	// F is the function.
	F func(x float64) float64
	// DF is the derivative at x, given also y = F(x), through which it is often
	// cheaper.
	DF func(x, y float64) float64
	// Kinks are the points where the derivative jumps; nil if there are none. DF returns
	// there what PyTorch takes. Tests by finite differences keep away from them.
	Kinks []float64

	vector kernel.Function // its vector kernel, if it has one
}

// Apply returns f(x), element by element, with gradient dx = dout f'(x). It panics if f
// has no F, or no DF and x requires a gradient.
func Apply[T Float](f Activation, x *Tensor[T]) *Tensor[T] {
	op := cmp.Or(f.Name, "apply")
	Need(op, x)
	if f.F == nil || f.DF == nil && x.RequiresGrad() {
		panic(Shapef("apply", "the activation %q lacks F, or the DF for a gradient", f.Name))
	}
	y := Out(x.shape, x)
	kernel.Map(f.vector, y.data, x.data, f.F)
	return RecordRule(op, y, activation[T]{y, f.vector, f.DF}, x)
}

// activation is the rule of Apply.
type activation[T Float] struct {
	y      *Tensor[T]
	vector kernel.Function
	df     func(x, y float64) float64
}

// Gradients computes dout f'(x).
func (a *activation[T]) Gradients(dout *Tensor[T], inputs, grads []*Tensor[T]) {
	grads[0] = OutOver(dout)
	kernel.MapGrad(a.vector, grads[0].data, dout.data, inputs[0].data, a.y.data, a.df)
}

// The functions that also have a name in Go.
var (
	sigmoid = Activation{Name: "sigmoid", Nondecreasing: true, F: portable.Sigmoid,
		DF: func(x, y float64) float64 { return y * (1 - y) }, vector: kernel.Sigmoid}
	tanh = Activation{Name: "tanh", Nondecreasing: true, F: portable.Tanh,
		DF: func(x, y float64) float64 { return 1 - float64(y*y) }, vector: kernel.Tanh}
	relu = Activation{Name: "relu", Nondecreasing: true, F: rectify,
		DF: func(x, y float64) float64 { return step(x) }, Kinks: []float64{0}, vector: kernel.ReLU}
	softplus = Activation{Name: "softplus", Nondecreasing: true, F: softPlus,
		DF: func(x, y float64) float64 { return portable.Sigmoid(x) }}
	logSigm = Activation{Name: "logsigmoid", Nondecreasing: true, F: func(x float64) float64 { return -softPlus(-x) },
		DF: func(x, y float64) float64 { return portable.Sigmoid(-x) }}
	gelu = Activation{Name: "gelu", F: func(x float64) float64 { return x * normalCDF(x) },
		DF: func(x, y float64) float64 { return normalCDF(x) + float64(x*normalPDF(x)) }}
	silu = Activation{Name: "silu", F: func(x float64) float64 { return x * portable.Sigmoid(x) },
		DF: func(x, y float64) float64 { s := portable.Sigmoid(x); return s + float64(y*(1-s)) }}
	exp = Activation{Name: "exp", Nondecreasing: true, F: portable.Exp,
		DF: func(x, y float64) float64 { return y }, vector: kernel.Exp}
	log = Activation{Name: "log", Nondecreasing: true, F: portable.Log,
		DF: func(x, y float64) float64 { return 1 / x }}
	sqrt = Activation{Name: "sqrt", Nondecreasing: true, F: math.Sqrt,
		DF: func(x, y float64) float64 { return 1 / (2 * y) }}
	square = Activation{Name: "square", F: func(x float64) float64 { return x * x },
		DF: func(x, y float64) float64 { return 2 * x }}
	sine = Activation{Name: "sin", F: math.Sin,
		DF: func(x, y float64) float64 { return math.Cos(x) }}
	abs = Activation{Name: "abs", F: math.Abs,
		DF: func(x, y float64) float64 { return sign(x) }, Kinks: []float64{0}}
)

func leakyReLU(slope float64) Activation {
	return bent("leakyrelu", slope,
		func(x float64) float64 { return slope * x }, func(x float64) float64 { return slope })
}

func elu(alpha float64) Activation {
	return bent("elu", alpha,
		func(x float64) float64 { return alpha * portable.Expm1(x) },
		func(x float64) float64 {
			if x != x { // which F lets through
				return 1
			}
			return alpha * portable.Exp(x)
		})
}

// bent is x where x is positive, and elsewhere another function, which is 0 at 0 and
// has the given slope there.
func bent(name string, slope float64, f, df func(x float64) float64) Activation {
	a := Activation{Name: name, Nondecreasing: slope >= 0,
		F: func(x float64) float64 {
			if x > 0 {
				return x
			}
			return f(x)
		},
		DF: func(x, y float64) float64 {
			if x > 0 {
				return 1
			}
			return df(x)
		}}
	if slope != 1 {
		a.Kinks = []float64{0}
	}
	return a
}

// Activations returns the functions that are defined on all real numbers, those
// with a parameter at PyTorch's default: identity, sigmoid, tanh, relu, leakyrelu,
// softplus, logsigmoid, elu, exp, gelu, silu, square, sin, abs. A new one is a row
// here: the tests range over them and say which reference values are missing.
func Activations() []Activation {
	return []Activation{
		{Name: "identity", Nondecreasing: true, F: func(x float64) float64 { return x },
			DF: func(x, y float64) float64 { return 1 }},
		sigmoid, tanh, relu, leakyReLU(0.01), softplus, logSigm, elu(1),
		exp, gelu, silu, square, sine, abs,
	}
}

// ActivationNamed returns the function of that name among [Activations]; false if
// there is none.
func ActivationNamed(name string) (Activation, bool) {
	for _, f := range Activations() {
		if f.Name == name {
			return f, true
		}
	}
	return Activation{}, false
}

// Sigmoid returns 1 / (1 + e^-x), element by element.
func Sigmoid[T Float](x *Tensor[T]) *Tensor[T] { return Apply(sigmoid, x) }

// Tanh returns the hyperbolic tangent, element by element.
func Tanh[T Float](x *Tensor[T]) *Tensor[T] { return Apply(tanh, x) }

// ReLU returns max(x, 0), element by element. Its derivative at 0 is 0, and 1 at NaN.
// Where it is 0 so is the gradient, also for an upstream gradient that is not finite.
func ReLU[T Float](x *Tensor[T]) *Tensor[T] { return Apply(relu, x) }

// LeakyReLU returns x where it is not negative and slope x elsewhere. Its
// derivative at 0 is slope.
func LeakyReLU[T Float](x *Tensor[T], slope float64) *Tensor[T] { return Apply(leakyReLU(slope), x) }

// Softplus returns log(1 + e^x), element by element, for every finite x. Unlike
// PyTorch's it does not give way to x above a threshold of 20, where the two
// differ by up to 2e-9.
func Softplus[T Float](x *Tensor[T]) *Tensor[T] { return Apply(softplus, x) }

// LogSigmoid returns log(1 / (1 + e^-x)) = -softplus(-x), element by element.
func LogSigmoid[T Float](x *Tensor[T]) *Tensor[T] { return Apply(logSigm, x) }

// ELU returns x where it is positive and alpha (e^x - 1) elsewhere (Clevert,
// Unterthiner and Hochreiter 2016). Its derivative at NaN is 1, as that of ReLU.
func ELU[T Float](x *Tensor[T], alpha float64) *Tensor[T] { return Apply(elu(alpha), x) }

// GELU returns x Phi(x), element by element, with Phi the distribution function
// of the standard normal distribution (Hendrycks and Gimpel 2016): PyTorch's
// gelu with approximate='none'.
func GELU[T Float](x *Tensor[T]) *Tensor[T] { return Apply(gelu, x) }

// SiLU returns x sigmoid(x), element by element.
func SiLU[T Float](x *Tensor[T]) *Tensor[T] { return Apply(silu, x) }

// Exp returns e^x, element by element.
func Exp[T Float](x *Tensor[T]) *Tensor[T] { return Apply(exp, x) }

// Log returns the natural logarithm, element by element: -Inf at 0, NaN below.
func Log[T Float](x *Tensor[T]) *Tensor[T] { return Apply(log, x) }

// Sqrt returns the square root, element by element: NaN below 0.
func Sqrt[T Float](x *Tensor[T]) *Tensor[T] { return Apply(sqrt, x) }

// Square returns x^2, element by element.
func Square[T Float](x *Tensor[T]) *Tensor[T] { return Apply(square, x) }

// Sin returns the sine, element by element.
func Sin[T Float](x *Tensor[T]) *Tensor[T] { return Apply(sine, x) }

// Abs returns |x|, element by element. Its derivative at 0 is 0.
func Abs[T Float](x *Tensor[T]) *Tensor[T] { return Apply(abs, x) }

// softPlus is log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), in which e^ never overflows.
func softPlus(x float64) float64 {
	return math.Max(x, 0) + portable.Log1p(portable.Exp(-math.Abs(x)))
}

// rectify is max(x, 0). A comparison, unlike math.Max, keeps NaN and is one
// instruction.
func rectify(x float64) float64 {
	if x < 0 {
		return 0
	}
	return x
}

// step is the derivative of rectify: 1 at NaN, which rectify lets through.
func step(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return 1
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// normalCDF is Phi(x) = (1 + erf(x/sqrt 2)) / 2. By erfc it keeps its digits where
// it is small.
func normalCDF(x float64) float64 { return float64(math.Erfc(-x/math.Sqrt2) / 2) }

func normalPDF(x float64) float64 { return portable.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
