"""Trains the heads by way of teachers, for machines with a GPU: minutes there, hours elsewhere.

    python Training/encoder/distill.py --data ../shared/data --base DIR --out Models/encoder --seconds 560

Teachers are whole copies of the base with every layer and the embeddings tuned, each trained without a quarter of the
texts. What a teacher says of texts that it has not seen is, beside the labels, what the student learns: a label that
three quarters of the data speak against counts less, and doubt stays doubt. The student is the branch that ships.
"""

import argparse
import copy
import math
import multiprocessing
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import data
import export
import pool as pools
from labels import HEADS, TAGS
from model import Base, Branch
from pool import FOLDS, TASKS, Pool
from sampling import Batch
from tokens import IGNORE
from train import LOSS_WEIGHT, batch_loss

SEQUENCES = {}
"""Columns of each sequence head in a row of soft labels."""
for _head in HEADS.values():
    if _head.kind == "sequence":
        _start = max((part.stop for part in SEQUENCES.values()), default=0)
        SEQUENCES[_head.name] = slice(_start, _start + len(_head.labels))
COLUMNS = max(part.stop for part in SEQUENCES.values())

TEMPERATURE = 2.0
SOFT = 0.6
"""Share of the soft labels in a student's loss."""
SIDE = 0.15
"""Weight of what a teacher's head says of another head's texts."""
AVERAGING = 0.999
"""Of the weights that are kept: a running mean of those that are trained."""


class Resident:
    """A pool in the device's memory."""

    def __init__(self, pool: Pool, device: torch.device):
        self.pool, self.device = pool, device
        self.ids, self.tags, self.starts = (torch.from_numpy(part).to(device) for part in (pool.ids, pool.tags, pool.starts))
        self.lengths = np.diff(pool.starts)

    def groups(self, rows: np.ndarray, tokens: int, random: np.random.Generator):
        """Groups of rows of similar length, of about `tokens` padded tokens, in random order."""
        for block in np.array_split(random.permutation(rows), max(1, len(rows) // 65536)):
            block = block[np.argsort(self.lengths[block] + random.uniform(0, 4, len(block)))]
            cuts, first = [], 0
            for i, length in enumerate(self.lengths[block]):
                if i > first and (i + 1 - first) * length > tokens:
                    cuts.append(i)
                    first = i
            parts = np.split(block, cuts)
            random.shuffle(parts)
            yield from parts

    def batch(self, rows: np.ndarray) -> Batch:
        lengths, tasks = self.lengths[rows], self.pool.tasks[rows]
        place, mask = self.places(rows)
        ids = self.ids[place].long().masked_fill(~mask, 0)
        indices, targets = {}, {}
        for number, task in enumerate(TASKS):
            index = np.flatnonzero(tasks == number)
            if not len(index):
                continue
            indices[task] = self.move(index)
            if HEADS[task].kind == "token":
                inside = mask[indices[task]]
                targets[task] = self.tags[place[indices[task]]].long().masked_fill(~inside, IGNORE)
            else:
                targets[task] = self.move(self.pool.labels[rows[index]].astype(np.int64))
        harmless = np.isin(tasks, [TASKS.index(name) for name in ("domain", "fact_check", "complexity", "modality", "pii")])
        return Batch(ids, mask, indices, targets, self.move(np.flatnonzero(harmless)))

    def places(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Where the tokens of rows lie, and which of these places are theirs: both [rows, longest]."""
        across = torch.arange(int(self.lengths[rows].max()), device=self.device)[None, :]
        place = self.starts[self.move(rows)][:, None] + across
        return place.clamp_(max=len(self.ids) - 1), across < self.move(self.lengths[rows])[:, None]

    def move(self, values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.device, non_blocking=True)


class Teacher(nn.Module):
    """The base with everything tuned, and the heads."""

    def __init__(self, base: Base):
        super().__init__()
        self.base = copy.deepcopy(base).requires_grad_(False)
        self.base.layers = nn.ModuleList()
        for part in (self.base.word, self.base.norm):
            part.requires_grad_(True)
        self.branch = Branch(base, 0, len(base.layers))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        positions = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.base.norm(self.base.word(ids) + self.base.position(positions)[None] + self.base.kind)
        return self.branch(hidden, mask)


class Schedule:
    """Rises over a twentieth of the time, then falls to zero along a cosine."""

    def __init__(self, seconds: float):
        self.begin, self.seconds = time.monotonic(), seconds

    @property
    def progress(self) -> float:
        return (time.monotonic() - self.begin) / self.seconds

    @property
    def factor(self) -> float:
        progress = min(1.0, self.progress)
        return min(1.0, progress / 0.05) * 0.5 * (1 + math.cos(math.pi * progress))


def optimizer(model: nn.Module, rate: float) -> torch.optim.AdamW:
    """Heads learn four times as fast as layers, embeddings half as fast; no decay on biases and norms."""
    groups = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            scale = 4.0 if "heads." in name else 0.5 if ".word." in name else 1.0
            groups.setdefault((scale, 0.02 if parameter.dim() > 1 else 0.0), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": part, "lr": rate, "weight_decay": decay, "scale": scale} for (scale, decay), part in groups.items()],
        betas=(0.9, 0.98), fused=True,
    )


def run(name: str, model: nn.Module, resident: Resident, rows: np.ndarray, loss_of, options, seconds: float, rate: float,
        seed: int) -> nn.Module:
    """Trains `model` on `rows` for `seconds`; the running mean of its weights."""
    random, schedule, steps = np.random.default_rng(seed), Schedule(seconds), optimizer(model, rate)
    trained = [p for p in model.parameters() if p.requires_grad]
    mean = copy.deepcopy(model)
    kept = [p for p, q in zip(mean.parameters(), model.parameters()) if q.requires_grad]
    model.train()
    step, tokens, sums = 0, 0, {}
    while schedule.progress < 1:
        for group in resident.groups(rows, options.batch_tokens, random):
            if schedule.progress >= 1:
                break
            factor = schedule.factor
            for part in steps.param_groups:
                part["lr"] = rate * part["scale"] * factor
            batch = resident.batch(group)
            with torch.autocast(resident.device.type, dtype=torch.bfloat16):
                loss, parts = loss_of(model, batch, group)
            steps.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(trained, 1.0)
            steps.step()
            step += 1
            tokens += batch.ids.numel()
            with torch.no_grad():
                torch._foreach_lerp_(kept, trained, 1 - min(AVERAGING, step / (step + 10)))
            for task, (value, count) in parts.items():
                old = sums.get(task, (0.0, 0))
                sums[task] = (old[0] + value, old[1] + count)
            if step % 500 == 0:
                shown = " ".join(f"{task} {float(value) / count:.3f}" for task, (value, count) in sums.items())
                print(f"{name} step {step} {schedule.progress:.0%} {tokens / 1e6:.1f} million tokens: {shown}", flush=True)
                sums = {}
    print(f"{name}: {step} steps, {tokens / 1e6:.1f} million tokens", flush=True)
    return mean.eval()


def device_of() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def seeded(seed: int) -> None:
    torch.manual_seed(seed)
    np.random.seed(seed)


def teach(fold: int, options, seconds: float) -> None:
    """Trains a teacher on the other folds and writes what it says of every row."""
    seeded(options.seed + fold)
    torch.set_num_threads(1)
    device = device_of()
    resident = Resident(Pool.load(options.work / "pool.npz"), device)
    teacher = Teacher(Base(options.base)).to(device)

    def loss(model, batch, group):
        return batch_loss(model.branch, model(batch.ids, batch.mask), batch)

    rows = np.flatnonzero(resident.pool.folds != fold)
    teacher = run(f"teacher {fold}", teacher, resident, rows, loss, options, seconds, options.teacher_rate, options.seed + fold)
    torch.save(teacher.state_dict(), options.work / f"teacher-{fold}.pt")
    write_soft_labels(teacher, resident, options, fold)


@torch.no_grad()
def write_soft_labels(teacher: Teacher, resident: Resident, options, fold: int) -> None:
    """Logits of the sequence heads for all rows, and of the token head for the tokens of span rows."""
    pool, device = resident.pool, resident.device
    sequences = torch.zeros(len(pool), COLUMNS, dtype=torch.float16, device=device)
    tokens = torch.zeros(len(pool.ids), len(TAGS), dtype=torch.float16, device=device)
    for group in resident.groups(np.arange(len(pool)), options.batch_tokens * 4, np.random.default_rng(0)):
        batch, place = resident.batch(group), resident.places(group)[0]
        with torch.autocast(device.type, dtype=torch.bfloat16):
            hidden = teacher(batch.ids, batch.mask)
            logits = torch.cat([teacher.branch.heads[name](hidden, batch.mask).float() for name in SEQUENCES], 1)
            sequences[resident.move(group)] = logits.half()
            if "pii" in batch.rows:
                index = batch.rows["pii"]
                marked = teacher.branch.heads["pii"](hidden[index], batch.mask[index]).half()
                tokens[place[index][batch.mask[index]]] = marked[batch.mask[index]]
    np.save(options.work / f"sequences-{fold}.npy", sequences.cpu().numpy())
    np.save(options.work / f"tokens-{fold}.npy", tokens[resident.move(span_tokens(pool))].cpu().numpy())


def span_tokens(pool: Pool) -> np.ndarray:
    """Places of the tokens of span rows."""
    return np.flatnonzero(np.repeat(pool.tasks == TASKS.index("pii"), np.diff(pool.starts)))


class SoftLabels:
    """For each row what the teacher that has not seen it says; of other heads' texts, the teachers' mean."""

    def __init__(self, resident: Resident, options):
        pool, device = resident.pool, resident.device
        own = torch.from_numpy(pool.folds.astype(np.int64)).to(device)
        places = span_tokens(pool)
        token_fold = torch.from_numpy(np.repeat(pool.folds, np.diff(pool.starts))[places]).to(device)
        self.sequences = torch.zeros(len(pool), COLUMNS, dtype=torch.float16, device=device)
        self.mean = torch.zeros_like(self.sequences)
        self.tokens = torch.zeros(len(places), len(TAGS), dtype=torch.float16, device=device)
        for fold in range(FOLDS):
            said = torch.from_numpy(np.load(options.work / f"sequences-{fold}.npy")).to(device)
            self.mean += said / FOLDS
            self.sequences[own == fold] = said[own == fold]
            marked = torch.from_numpy(np.load(options.work / f"tokens-{fold}.npy")).to(device)
            self.tokens[token_fold == fold] = marked[token_fold == fold]
        self.order = torch.full((len(pool.ids),), -1, dtype=torch.int32, device=device)
        self.order[resident.move(places)] = torch.arange(len(places), dtype=torch.int32, device=device)
        self.resident = resident

    def loss(self, branch: Branch, hidden: torch.Tensor, batch: Batch, group: np.ndarray) -> torch.Tensor:
        """Mean divergence a row from the soft labels, times the square of the temperature (Hinton et al. 2015)."""
        rows = self.resident.move(group)
        total = hidden.new_zeros((), dtype=torch.float32)
        elsewhere = torch.ones(len(group), dtype=torch.bool, device=hidden.device)
        if "user_feedback" in batch.rows:
            elsewhere[batch.rows["user_feedback"]] = False
        for name, columns in SEQUENCES.items():
            weight = torch.zeros(len(group), device=hidden.device)
            if name != "user_feedback":
                weight[elsewhere] = SIDE
            own = batch.rows.get(name)
            target = self.mean[rows, columns]
            if own is not None:
                weight[own] = LOSS_WEIGHT.get(name, 1.0)
                target[own] = self.sequences[rows[own], columns]
            logits = branch.heads[name](hidden, batch.mask)
            total = total + (weight * divergence(logits, target)).sum()
        if (index := batch.rows.get("pii")) is not None:
            mask = batch.mask[index]
            place = self.order[self.resident.places(group)[0][index][mask]].long()
            logits = branch.heads["pii"](hidden[index], mask)[mask]
            marked = (batch.targets["pii"][mask] > 0).float()
            counted = (batch.targets["pii"][mask] != IGNORE).float() * (1 + marked)
            part = divergence(logits, self.tokens[place])
            total = total + LOSS_WEIGHT["pii"] * len(index) * (counted * part).sum() / counted.sum()
        return TEMPERATURE ** 2 * total / len(group)


def divergence(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    wanted = F.softmax(target.float() / TEMPERATURE, -1)
    given = F.log_softmax(logits.float() / TEMPERATURE, -1)
    return (wanted * (wanted.clamp(min=1e-9).log() - given)).sum(-1)


def learn(name: str, shared: int, layers: int, seed: int, options, seconds: float) -> None:
    """Trains a student and writes its bundle."""
    seeded(seed)
    torch.set_num_threads(1)
    device = device_of()
    resident = Resident(Pool.load(options.work / "pool.npz"), device)
    soft = SoftLabels(resident, options)
    base = Base(options.base).to(device)
    branch = Branch(base, shared, layers).to(device)

    def loss(model, batch, group):
        hidden = model(base(batch.ids, batch.mask, last=shared), batch.mask)
        hard, parts = batch_loss(model, hidden, batch)
        return (1 - SOFT) * hard + SOFT * soft.loss(model, hidden, batch, group), parts

    rows = np.arange(len(resident.pool))
    branch = run(f"student {name}", branch, resident, rows, loss, options, seconds, options.rate, seed)
    export.write(options.out / name, branch, export.Calibration())


def together(jobs: list[tuple]) -> None:
    """Runs (function, arguments…) side by side; raises when one fails."""
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=job[0], args=job[1:]) for job in jobs]
    for process in running:
        process.start()
    for process in running:
        process.join()
    if any(process.exitcode for process in running):
        raise RuntimeError(f"ended with {[process.exitcode for process in running]}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the shared data directory")
    parser.add_argument("--base", type=Path, required=True, help="directory of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True, help="a directory for the bundles, one a student")
    parser.add_argument("--work", type=Path, default=Path(".martlet/training"), help="generated rows, the pool and soft labels")
    parser.add_argument("--seconds", type=float, default=480, help="for all of it")
    parser.add_argument("--rows", type=int, default=1_200_000, help="of the pool at most")
    parser.add_argument("--rounds", type=int, default=4, help="of the generators")
    parser.add_argument("--workers", type=int, default=16, help="processes that draw rows")
    parser.add_argument("--batch-tokens", type=int, default=16384)
    parser.add_argument("--teacher-rate", type=float, default=2.5e-4)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--students", nargs="+", default=["4+2", "4+2", "3+3"], help="shared + tuned layers of each")
    parser.add_argument("--seed", type=int, default=20261)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    begin = time.monotonic()
    passed = lambda: f"{time.monotonic() - begin:.0f} s"
    rows, passages = data.training(options.data, options.work, options.seed, options.rounds)
    train, _ = data.split(rows)
    drawn = pools.draw(train, passages, options.base, options.seed, options.workers, options.seconds * 0.13, options.rows, options.work)
    drawn.save(options.work / "pool.npz")
    print(f"{passed()}: {len(train)} rows, {len(drawn)} drawn from them, {len(drawn.ids) / 1e6:.1f} million tokens", flush=True)
    together([(teach, fold, options, options.seconds * 0.37) for fold in range(FOLDS)])
    print(f"{passed()}: teachers are done", flush=True)
    left = max(5.0, options.seconds - (time.monotonic() - begin) - 12)
    students = [tuple(int(part) for part in shape.split("+")) for shape in options.students]
    together([(learn, f"{number}-{shared}-{layers}", shared, layers, options.seed + 100 + number, options, left)
              for number, (shared, layers) in enumerate(students)])
    print(f"{passed()}: students are done", flush=True)


if __name__ == "__main__":
    main()
