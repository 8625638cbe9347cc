"""What fails today is listed in a file, so that a run of all tests can tell a new failure, and the list only gets shorter."""


def listed(path):
    lines = (line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def verdict(failures, path, all_tried):
    """Prints what is wrong, and returns the exit code. `failures` has a list of sentences for each test that was tried."""
    known = listed(path) if all_tried else []
    failed = {name for name, sentences in failures.items() if sentences}
    fixed = [name for name in known if name in failures and name not in failed]
    unknown = [name for name in known if name not in failures]
    new = [name for name in failures if name in failed and name not in known]
    for name in new:
        for sentence in failures[name]:
            print(f"{name}: {sentence}")
    for name in fixed:
        print(f"{name}: passes now: take it off {path.name}")
    for name in unknown:
        print(f"{name}: {path.name} lists it, and it does not exist")
    expected = len(known) - len(fixed) - len(unknown)
    print(f"{len(failures) - len(failed)} pass, {len(failed)} fail, {expected} of them known")
    return 1 if new or fixed or unknown else 0
