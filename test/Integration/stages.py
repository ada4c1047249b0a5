#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A bundle does not depend on how it was made: in one go, resumed from any
stage, in another folder, under another locale, with or without threads."""
from support import harness
from support.harness import MODELS, STAGES, assert_same, compile_model, run


def written(folder):
    """The one module that --compile-to left in a folder."""
    found = [p for p in folder.iterdir() if p.suffix in (".mlir", ".mlirbc")]
    assert len(found) == 1, found
    return found[0]


def test_resumed_from_every_stage(folder):
    for make in MODELS:
        model = make(folder)
        whole = folder / f"{make.__name__}-whole"
        compile_model(model, whole, "--name=m")
        for stage in STAGES:
            middle, end = folder / f"{make.__name__}-{stage}", folder / f"{make.__name__}-{stage}-end"
            compile_model(model, middle, "--name=m", f"--compile-to={stage}")
            run(harness.PITH, "compile", written(middle), "-o", end, f"--compile-from={stage}")
            assert_same(whole, end, f"{make.__name__} from {stage}")


def test_dumps_can_be_resumed(folder):
    for make in MODELS:
        model, dumps, whole = make(folder), folder / make.__name__, folder / f"{make.__name__}-whole"
        compile_model(model, whole, "--name=m", f"--dump-stages={dumps}")
        found = sorted(p.name.split(".")[0] for p in dumps.iterdir())
        assert found == [f"{n}-{stage}" for n, stage in enumerate(STAGES)], found
        large = {p.suffix for p in dumps.iterdir()}
        assert large == ({".mlirbc"} if make is harness.large_model else {".mlir"}), large
        for dump in dumps.iterdir():
            run(harness.PITH, "compile", dump, "-o", folder / "end")
            assert_same(whole, folder / "end", dump.name)


def test_same_bytes_anywhere(folder):
    for make in MODELS:
        model = make(folder)
        first = folder / "first"
        compile_model(model, first, "--name=m", "--emit=object,static,shared")
        second = folder / "a" / "longer path" / "b"
        second.parent.mkdir(parents=True, exist_ok=True)
        compile_model(model, second, "--name=m", "--emit=object,static,shared", "--mlir-threading=off", cwd="/",
                      env={"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo", "HOME": "/nonexistent"})
        assert_same(first, second, make.__name__)
        copy = folder / "copied.onnxtxt" if model.suffix == ".onnxtxt" else folder / "copied.onnx"
        copy.write_bytes(model.read_bytes())
        compile_model(copy, folder / "third", "--name=m", "--emit=object,static,shared")
        assert_same(first, folder / "third", "another name")


def test_address_layout_does_not_matter(folder):
    setarch = harness.need("setarch")
    model = harness.large_model(folder)
    compile_model(model, folder / "a", "--name=m")
    run(setarch, "-R", harness.PITH, "compile", model, "-o", folder / "b", "--target=reference", "--name=m")
    assert_same(folder / "a", folder / "b", "fixed addresses")


def test_wrong_stages_are_refused(folder):
    model = harness.small_model(folder)
    compile_model(model, folder / "s", "--compile-to=schedule")
    module = written(folder / "s")
    run(harness.PITH, "compile", module, "-o", folder / "x", "--compile-from=import", code=3)
    run(harness.PITH, "compile", module, "-o", folder / "x", "--fusion=off", code=3)
    run(harness.PITH, "compile", module, "-o", folder / "x", "--compile-to=import", code=4)
    run(harness.PITH, "compile", model, "-o", folder / "x", "--compile-from=import", code=3)
    # An edited file must keep the contract.
    text = module.read_text()
    assert "pith.arena = " in text
    module.write_text(text.replace("pith.arena = ", "pith.other = "))
    run(harness.PITH, "compile", module, "-o", folder / "x", code=3)


if __name__ == "__main__":
    harness.main(globals())
