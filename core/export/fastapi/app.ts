/** `service/app.py`: the HTTP service. Constant text: names of inputs and outputs stand in pipeline.json. */
export const appProgram = `"""The pipeline behind HTTP: POST /predict takes files or JSON and gives the pipeline's outputs."""
from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.concurrency import run_in_threadpool

from .compiled import Pipeline, load_data
from .media import BadInput
from .requests import read

DATA = load_data()
SERVING = DATA["serving"]
RUNNING = int(os.environ.get("RUNNING", SERVING["running"]))
WAITING = int(os.environ.get("WAITING", SERVING["waiting"]))
DEADLINE = float(os.environ.get("DEADLINE_SECONDS", SERVING["deadlineSeconds"]))
BATCH = int(os.environ.get("BATCH", SERVING["batch"]))

requests_total = Counter("tributary_requests_total", "Requests that are over.", ["protocol", "version", "outcome"])
request_seconds = Histogram("tributary_request_seconds", "From arrival to answer.", ["version"])
running = Gauge("tributary_running", "Requests that run now.")
waiting = Gauge("tributary_waiting", "Requests that wait now.")


class Batcher:
    """Requests that wait while others run go through the models together; past WAITING they are turned away."""

    def __init__(self, pipeline: Pipeline):
        self.pipeline = pipeline
        self.queue: asyncio.Queue = asyncio.Queue(maxsize=WAITING)
        self.pool = ThreadPoolExecutor(max_workers=RUNNING)
        self.workers = [asyncio.create_task(self.work()) for _ in range(RUNNING)]

    async def ask(self, given: dict, top: int):
        future = asyncio.get_running_loop().create_future()
        self.queue.put_nowait((given, top, future))
        waiting.set(self.queue.qsize())
        return await asyncio.wait_for(future, DEADLINE)

    async def work(self):
        while True:
            asks = [await self.queue.get()]
            while len(asks) < BATCH and not self.queue.empty():
                asks.append(self.queue.get_nowait())
            waiting.set(self.queue.qsize())
            # Whoever has gone is not worked for.
            asks = [ask for ask in asks if not ask[2].done()]
            if not asks:
                continue
            running.inc(len(asks))
            try:
                loop = asyncio.get_running_loop()
                requests, tops = [given for given, _, _ in asks], [top for _, top, _ in asks]
                answers = await loop.run_in_executor(self.pool, self.pipeline.predict_many, requests, tops)
            except Exception as error:
                answers = [error] * len(asks)
            finally:
                running.dec(len(asks))
            for (_, _, future), answer in zip(asks, answers):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    def close(self):
        for worker in self.workers:
            worker.cancel()
        self.pool.shutdown(wait=True)


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.ready = False
    pipeline = await run_in_threadpool(Pipeline)
    app.state.batcher = Batcher(pipeline)
    app.state.ready = True
    yield
    app.state.ready = False
    app.state.batcher.close()


app = FastAPI(title=DATA["title"], version=DATA["version"], lifespan=lifespan)


def refusal(status: int, message: str, headers: dict | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers=headers)


@app.get("/livez")
async def livez():
    return {"live": True}


@app.get("/readyz")
async def readyz(request: Request):
    ready = request.app.state.ready
    return JSONResponse({"ready": ready}, status_code=200 if ready else 503)


@app.get("/metrics")
async def metrics():
    return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@app.post("/predict")
async def predict(request: Request):
    """multipart/form-data with a part for each input, or JSON: {"inputs": {"name": base64, text or numbers}}."""
    started = time.perf_counter()

    def over(outcome: str, response: JSONResponse) -> JSONResponse:
        requests_total.labels("rest", DATA["version"], outcome).inc()
        if outcome == "answered":
            request_seconds.labels(DATA["version"]).observe(time.perf_counter() - started)
        return response

    batcher: Batcher = request.app.state.batcher
    if batcher.queue.full():
        return over("refused", refusal(429, "Too many requests wait.", {"Retry-After": "1"}))
    try:
        given, top = await read(request, DATA)
        answers = await batcher.ask(given, top)
    except BadInput as error:
        return over("failed", refusal(400, str(error)))
    except asyncio.QueueFull:
        return over("refused", refusal(429, "Too many requests wait.", {"Retry-After": "1"}))
    except asyncio.TimeoutError:
        return over("late", refusal(504, f"The request took longer than {DEADLINE:g} s."))
    except Exception as error:
        over("failed", refusal(500, ""))
        raise error
    run_ms = (time.perf_counter() - started) * 1000
    body = {"outputs": answers, "timings": {"runMs": round(run_ms, 3)}, "version": DATA["version"]}
    return over("answered", JSONResponse(body))
`;
