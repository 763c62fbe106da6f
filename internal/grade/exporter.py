# hw4: fills answers.json from your variables. Put them into ANSWERS, and run this cell.
import json

ANSWERS = {
    # "p1": w, "p2": w2, "p3": [0.299, 0.587, 0.114], "p4": [-1, 0],
    # "p5-mse": {"weight": model.weight, "bias": model.bias},
    # "p5-claim": {"better": "mse", "mse": 0.955, "kl": 0.953},
    # "p6": {"dy_1/db_1": D1},  # the other matrices by their names
    # "p7": {"original": 1, "modern": 2, "reduction": 1},
    # "p7-weights": net.state_dict(),
}

def plain(x):
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if hasattr(x, "detach"):
        x = x.detach().cpu()
    if hasattr(x, "tolist"):
        x = x.tolist()
    return [plain(v) for v in x] if isinstance(x, (list, tuple)) else x

with open("answers.json") as f:
    answers = json.load(f)
for part, value in ANSWERS.items():
    if part not in answers:
        raise KeyError(f"no part {part!r}; there are {', '.join(answers)}")
    into = answers[part]["answer"] if part == "p6" else answers
    into.update(plain(value) if part == "p6" else {part: plain(value)})
with open("answers.json", "w") as f:
    json.dump(answers, f)
for part, value in answers.items():
    print(f"{part:10s}", json.dumps(value)[:100])
