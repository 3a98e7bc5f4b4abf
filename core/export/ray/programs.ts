/** `serve_app.py`: the pipeline as a Ray Serve application. Constant text. */
export const serveProgram = `"""The pipeline as a Ray Serve application: copies on as many machines as the cluster has.

    serve run serve_config.yaml        on this machine, or on the cluster that RAY_ADDRESS names
    serve deploy serve_config.yaml     to a cluster that runs
"""
from __future__ import annotations

import asyncio
import time

from ray import serve
from starlette.requests import Request
from starlette.responses import JSONResponse

from service.compiled import Pipeline, load_data
from service.media import BadInput
from service.requests import read

DATA = load_data()
SERVING = DATA["serving"]


# How many copies there are, what each is given and how much may wait stands in serve_config.yaml.
@serve.deployment(name="Pipeline")
class PipelineDeployment:
    def __init__(self):
        self.pipeline = Pipeline(threads=SERVING["cores"])
        self.deadline = SERVING["deadlineSeconds"]

    @serve.batch(max_batch_size=SERVING["batch"], batch_wait_timeout_s=SERVING["batchWaitSeconds"])
    async def answer(self, asks: list) -> list:
        """Requests that come close together go through the models together; one bad one fails alone."""
        requests, tops = [given for given, _ in asks], [top for _, top in asks]
        return await asyncio.to_thread(self.pipeline.predict_many, requests, tops)

    async def predict(self, given: dict, top: int = 100):
        """For other deployments: answers by public name. Raises BadInput."""
        answer = await asyncio.wait_for(self.answer((given, top)), self.deadline)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def __call__(self, request: Request):
        started = time.perf_counter()
        path = request.url.path.rstrip("/")
        if path.endswith(("/livez", "/readyz")):
            return JSONResponse({"ready": True})
        if not path.endswith("/predict") or request.method != "POST":
            return JSONResponse({"error": "POST /predict is what there is."}, status_code=404)
        try:
            given, top = await read(request, DATA)
            answers = await self.predict(given, top)
        except BadInput as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except asyncio.TimeoutError:
            message = f"The request took longer than {self.deadline:g} s."
            return JSONResponse({"error": message}, status_code=504)
        run_ms = round((time.perf_counter() - started) * 1000, 3)
        return JSONResponse({"outputs": answers, "timings": {"runMs": run_ms}, "version": DATA["version"]})


app = PipelineDeployment.bind()
`;

/** `data_job.py`: the pipeline over large sets of media. Constant text. */
export const dataProgram = `"""The pipeline over a large set of media, on as many machines as the cluster has.

    python data_job.py --files NAME=FOLDER --output answers     one input, a file each
    python data_job.py --rows rows.jsonl --output answers       a line each: {"NAME": path or text, ...}

Paths may be those of any file system that pyarrow knows (s3://, gs://, a folder). What is written is Parquet: a row for
each file or line, with the answers as JSON, or with what is wrong with it; one bad file fails alone.
"""
from __future__ import annotations

import argparse
import json

import numpy as np
import pyarrow as pa
import ray
from pyarrow import fs

from service.compiled import Pipeline, load_data

DATA = load_data()
SERVING = DATA["serving"]
INPUTS = {one["name"]: one for one in DATA["inputs"]}
SCHEMA = pa.schema([(name, pa.string()) for name in ("row", "answers", "error")])


def opened(path: str) -> bytes:
    # A path alone is one of this machine's.
    system, rest = fs.FileSystem.from_uri(path) if "://" in path else (fs.LocalFileSystem(), path)
    with system.open_input_file(rest) as file:
        return file.read()


def given_of(row: dict) -> dict:
    """A line of --rows: media and tensors are paths, texts stand there themselves."""
    given = {}
    for name, value in row.items():
        if value is None:
            continue
        kind = INPUTS[name]["kind"] if name in INPUTS else None
        given[name] = opened(value) if isinstance(value, str) and kind not in (None, "text") else value
    return given


class Answers:
    """One copy of the pipeline; Ray keeps as many as there is room for."""

    def __init__(self, name: str | None, cores: int):
        self.name = name
        self.pipeline = Pipeline(threads=cores)

    def __call__(self, batch: dict[str, np.ndarray]) -> pa.Table:
        if self.name is None:
            rows = [str(line) for line in batch["text"]]
            asks = [self.reading(lambda line=line: given_of(json.loads(line))) for line in rows]
        else:
            rows = [str(path) for path in batch["path"]]
            asks = [{self.name: bytes(data)} for data in batch["bytes"]]
        good = [at for at, ask in enumerate(asks) if not isinstance(ask, Exception)]
        found = self.pipeline.predict_many([asks[at] for at in good], [100] * len(good))
        answers = dict(zip(good, found))
        told = [answers.get(at, ask) for at, ask in enumerate(asks)]
        written = [None if isinstance(x, Exception) else json.dumps(x) for x in told]
        wrong = [str(x) if isinstance(x, Exception) else None for x in told]
        # With its types: a block in which nothing went wrong must not differ from one in which something did.
        return pa.table([rows, written, wrong], schema=SCHEMA)

    @staticmethod
    def reading(read):
        try:
            return read()
        except (OSError, ValueError, KeyError, AttributeError) as error:
            return error


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--files", metavar="NAME=FOLDER", help=f"NAME is one of: {', '.join(INPUTS)}")
    source.add_argument("--rows", metavar="FILE")
    parser.add_argument("--output", required=True)
    parser.add_argument("--copies", type=int, default=0, help="copies at most; 0: as many as there is room for")
    parser.add_argument("--batch", type=int, default=SERVING["batch"])
    options = parser.parse_args()
    name = None
    if options.files is not None:
        # A name may hold = itself.
        name = next((one for one in INPUTS if options.files.startswith(f"{one}=")), None)
        if name is None:
            parser.error(f"{options.files} is not NAME=FOLDER; the names are {', '.join(INPUTS)}.")
        dataset = ray.data.read_binary_files(options.files[len(name) + 1 :], include_paths=True)
    else:
        dataset = ray.data.read_text(options.rows)
    # One core stays free for what reads and writes.
    ray.init(ignore_reinit_error=True)
    free = max(1, int(ray.cluster_resources().get("CPU", 1)) - 1)
    cores = min(SERVING["cores"], free)
    room = max(1, free // cores)
    answers = dataset.map_batches(
        Answers,
        fn_constructor_args=(name, cores),
        batch_size=options.batch,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=options.copies or room),
        num_cpus=cores,
    )
    answers.write_parquet(options.output)
    print(answers.stats())


if __name__ == "__main__":
    main()
`;
