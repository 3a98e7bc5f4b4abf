"""transformers' WhisperFeatureExtractor on a raw float32 file. Prints JSON of milliseconds and figures of the result.

usage: log-mel.py SOUND REPEATS

With torch installed the extractor uses it, so the thread count of torch matters: both its default and one thread are timed.
"""

import json
import sys
import time

import numpy as np
import transformers
from transformers import WhisperFeatureExtractor


def milliseconds(work, repeats):
    for _ in range(3):
        work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times


def main():
    sound = np.fromfile(sys.argv[1], dtype="<f4")
    repeats = int(sys.argv[2])
    extractor = WhisperFeatureExtractor()

    def features():
        return extractor(sound, sampling_rate=16000, return_tensors="np").input_features

    answer = {
        "transformers": transformers.__version__,
        "times": milliseconds(features, repeats),
        "values": features()[0, ::7, ::37].ravel().tolist(),
        "torch": None,
    }
    try:
        import torch

        answer["torch"] = torch.__version__
        answer["torchThreads"] = torch.get_num_threads()
        torch.set_num_threads(1)
        answer["oneThread"] = milliseconds(features, repeats)
    except ImportError:
        pass
    print(json.dumps(answer))


main()
