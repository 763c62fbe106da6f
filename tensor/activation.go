package tensor

import (
	"math"

	"hw4/internal/kernel"
)

// An Activation is a function of one real variable, applied element by element,
// with its derivative. Both work in float64, whatever the element type.
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
	// cheaper. Where F has a kink, it is the one of PyTorch.
	DF func(x, y float64) float64

	vector kernel.Function // its vector kernel, if it has one
}

// Apply returns f(x), element by element, with gradient dx = dout f'(x).
func Apply[T Float](f Activation, x *Tensor[T]) *Tensor[T] {
	y := Out(x.shape, x)
	kernel.Map(f.vector, y.data, x.data, f.F)
	return Record(f.Name, y, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := OutOver(dout)
		kernel.MapGrad(f.vector, dx.data, dout.data, x.data, y.data, f.DF)
		return []*Tensor[T]{dx}
	})
}

// The element-wise functions of the library.
var (
	identity = Activation{"identity", true, func(x float64) float64 { return x }, func(x, y float64) float64 { return 1 }, kernel.Other}
	sigmoid  = Activation{"sigmoid", true, logistic, func(x, y float64) float64 { return y * (1 - y) }, kernel.Sigmoid}
	tanh     = Activation{"tanh", true, math.Tanh, func(x, y float64) float64 { return 1 - y*y }, kernel.Tanh}
	relu     = Activation{"relu", true, rectify, func(x, y float64) float64 { return step(x) }, kernel.ReLU}
	softplus = Activation{"softplus", true, softPlus, func(x, y float64) float64 { return logistic(x) }, kernel.Other}
	logSigm  = Activation{"logsigmoid", true, func(x float64) float64 { return -softPlus(-x) }, func(x, y float64) float64 { return logistic(-x) }, kernel.Other}
	gelu     = Activation{"gelu", false, func(x float64) float64 { return x * normalCDF(x) }, func(x, y float64) float64 { return normalCDF(x) + x*normalPDF(x) }, kernel.Other}
	silu     = Activation{"silu", false, func(x float64) float64 { return x * logistic(x) }, func(x, y float64) float64 { s := logistic(x); return s + y*(1-s) }, kernel.Other}
	exp      = Activation{"exp", true, math.Exp, func(x, y float64) float64 { return y }, kernel.Exp}
	log      = Activation{"log", true, math.Log, func(x, y float64) float64 { return 1 / x }, kernel.Other}
	sqrt     = Activation{"sqrt", true, math.Sqrt, func(x, y float64) float64 { return 1 / (2 * y) }, kernel.Other}
	square   = Activation{"square", false, func(x float64) float64 { return x * x }, func(x, y float64) float64 { return 2 * x }, kernel.Other}
	sine     = Activation{"sin", false, math.Sin, func(x, y float64) float64 { return math.Cos(x) }, kernel.Other}
	abs      = Activation{"abs", false, math.Abs, func(x, y float64) float64 { return sign(x) }, kernel.Other}
)

func leakyReLU(slope float64) Activation {
	return Activation{Name: "leakyrelu", Nondecreasing: slope >= 0,
		F: func(x float64) float64 {
			if x < 0 {
				return slope * x
			}
			return x
		},
		DF: func(x, y float64) float64 {
			if x > 0 {
				return 1
			}
			return slope
		}}
}

func elu(alpha float64) Activation {
	return Activation{Name: "elu", Nondecreasing: alpha >= 0,
		F: func(x float64) float64 {
			if x > 0 {
				return x
			}
			return alpha * math.Expm1(x)
		},
		DF: func(x, y float64) float64 {
			if x > 0 {
				return 1
			}
			return alpha * math.Exp(x)
		}}
}

// Activations returns the functions that are defined on all real numbers, those
// with a parameter at PyTorch's default.
func Activations() []Activation {
	return []Activation{
		identity, sigmoid, tanh, relu, leakyReLU(0.01), softplus, logSigm, elu(1),
		exp, gelu, silu, square, sine, abs,
	}
}

// Sigmoid returns 1 / (1 + e^-x), element by element.
func Sigmoid[T Float](x *Tensor[T]) *Tensor[T] { return Apply(sigmoid, x) }

// Tanh returns the hyperbolic tangent, element by element.
func Tanh[T Float](x *Tensor[T]) *Tensor[T] { return Apply(tanh, x) }

// ReLU returns max(x, 0), element by element. Its derivative at 0 is 0.
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
// Unterthiner and Hochreiter 2016).
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

// logistic is the sigmoid, computed so that e^ never overflows.
func logistic(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// softPlus is log(1 + e^x), computed so that e^ never overflows.
func softPlus(x float64) float64 {
	return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}

// rectify is max(x, 0). A comparison, unlike math.Max, keeps NaN and is one
// instruction.
func rectify(x float64) float64 {
	if x < 0 {
		return 0
	}
	return x
}

func step(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
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

func normalCDF(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

func normalPDF(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
