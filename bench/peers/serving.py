"""The server that a user would write instead: FastAPI and uvicorn around ONNX Runtime and Pillow. Prints READY."""

import io
import sys

import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI, UploadFile
from PIL import Image, ImageOps

model, labels, threads, port = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
options = ort.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
input_name = session.get_inputs()[0].name
names = open(labels, encoding="utf-8").read().split("\n")[:10] if labels != "-" else []
mean = np.array([0.485, 0.456, 0.406], dtype=np.float32)
deviation = np.array([0.229, 0.224, 0.225], dtype=np.float32)
app = FastAPI()


def preprocess(data: bytes) -> np.ndarray:
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    width, height = image.size
    scale = 112 / min(width, height)
    image = image.resize((round(width * scale), round(height * scale)), Image.Resampling.BILINEAR)
    left, top = (image.width - 96) // 2, (image.height - 96) // 2
    pixels = np.asarray(image.crop((left, top, left + 96, top + 96)), dtype=np.float32) / 255
    return ((pixels - mean) / deviation).transpose(2, 0, 1)[None]


# A plain function: FastAPI runs it in its pool of threads, so that several requests are at work at once.
@app.post("/predict")
def predict(image: UploadFile):
    logits = session.run(None, {input_name: preprocess(image.file.read())})[0][0]
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    order = np.argsort(-shares)[:5]
    return {"scene": [{"label": names[i], "score": float(shares[i])} for i in order]}


@app.on_event("startup")
def ready():
    print("READY", flush=True)


uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
