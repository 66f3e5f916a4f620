"""Print, for sessions of cosmic-ray, the score of each module and every mutant that survived.

`cr-rate` counts the mutants that a filter skipped among the killed; here they do not count.
Neither do those that are no Python: cosmic-ray takes the `*` and `**` of a signature or of a
display for operators.  Run in the folder that the sessions were run in; fails below 90 %.
"""

import sys
from collections import Counter

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome

LEAST = 0.9


def is_python(mutation: MutationSpec) -> bool:
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    source = mutation.module_path.read_text("utf-8")
    try:
        compile(mutate_code(source, operator, mutation.occurrence), "", "exec")
    except SyntaxError:
        return False
    return True


def lines(diff: str) -> list[str]:
    return [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in "---+++"]


def main(sessions: list[str]) -> int:
    mutants: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    survivors = []
    for session in sessions:
        with use_db(session) as db:
            mutations = {item.job_id: item.mutations[0] for item in db.work_items}
            for job, result in db.results:
                mutation = mutations[job]
                if result.worker_outcome == WorkerOutcome.SKIPPED or not is_python(mutation):
                    continue
                name = mutation.module_path.name
                mutants[name] += 1
                if result.test_outcome == TestOutcome.KILLED:
                    killed[name] += 1
                else:
                    survivors.append((name, mutation.start_pos, lines(result.diff)))
    for name, n in mutants.items():
        print(f"{name:20} {n:5} mutants, {killed[name]:5} killed, {killed[name] / n:6.1%}")
    n, k = mutants.total(), killed.total()
    print(f"{'all':20} {n:5} mutants, {k:5} killed, {k / n:6.1%}")
    for name, (line, column), change in sorted(survivors):
        print(f"{name}:{line}:{column}", *change, sep="\n    ")
    return int(k < LEAST * n)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
