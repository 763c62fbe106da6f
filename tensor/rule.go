package tensor

// A Rule is a backward rule with what it keeps of the forward pass. Gradients does what
// the function does that Record takes, but puts the gradients into grads, where there is a
// nil for each of the inputs. Neither of the two slices is to be kept.
type Rule[T Float] interface {
	Gradients(dout *Tensor[T], inputs, grads []*Tensor[T])
}

// RecordRule is Record with a rule that is a struct instead of a function, whose method
// Gradients has a pointer as its receiver:
//
//	return tensor.RecordRule("scale", out, scale[T]{s}, x)
//
// The struct is copied into the scope of out, so that a step which computes what the last
// one computed allocates nothing. With a function each step allocates it anew.
func RecordRule[T Float, R any, P interface {
	*R
	Rule[T]
}](op string, out *Tensor[T], rule R, inputs ...*Tensor[T]) *Tensor[T] {
	if n := record(op, out, inputs); n != nil {
		k, ok := n.kept.(*keep[T, R, P])
		if !ok {
			k = new(keep[T, R, P])
			n.kept = k
		}
		k.rule = rule
	}
	return out
}

// A keeper is storage for the rule of a node.
type keeper[T Float] interface {
	gradients(dout *Tensor[T], inputs, grads []*Tensor[T])
	forget()
}

// keep is a keeper of a type of rules.
type keep[T Float, R any, P interface {
	*R
	Rule[T]
}] struct{ rule R }

func (k *keep[T, R, P]) gradients(dout *Tensor[T], inputs, grads []*Tensor[T]) {
	P(&k.rule).Gradients(dout, inputs, grads)
}

func (k *keep[T, R, P]) forget() { k.rule = *new(R) }
