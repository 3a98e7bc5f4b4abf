import { z } from 'zod';
import { plainMarkdown } from '../markdown.ts';
import { bullets, commands, page } from '../markdownPage.ts';
import { assumedOf } from '../python/assume.ts';
import { type PythonPlan, pythonPlan } from '../python/pipelineData.ts';
import { requirementsOf, serviceFiles } from '../python/service.ts';
import { defineTarget, type ExportFile, type ExportInput } from '../target.ts';
import { deploymentFile } from '../targetFacts.ts';
import { appProgram } from './app.ts';

const title = 'FastAPI';

export const fastapi = defineTarget({
  id: 'fastapi',
  title,
  summary: 'Readable Python on ONNX Runtime',
  options: z.object({}),
  common: ['maxQueue'],
  bundle: 'pipeline',
  compiled: true,
  assume: assumedOf,
  problems: (input) => pythonPlan(input, title).problems,
  files: (input) => {
    const plan = pythonPlan(input, title);
    return plan.problems.some((problem) => problem.severity === 'error') ? [] : projectFiles(input, plan);
  },
  next: () => [
    'python -m venv .venv && .venv/bin/pip install -r requirements.txt',
    '.venv/bin/python verify.py',
    '.venv/bin/uvicorn service.app:app --port 8000',
  ],
});

function projectFiles(input: ExportInput, plan: PythonPlan): readonly ExportFile[] {
  const web = ['fastapi>=0.115', 'prometheus-client>=0.21', 'python-multipart>=0.0.18', 'uvicorn>=0.34'];
  return [
    ...serviceFiles(plan),
    { path: 'service/app.py', content: { text: appProgram } },
    { path: 'requirements.txt', content: { text: requirementsOf(input, plan, web) } },
    deploymentFile('Dockerfile', dockerfile),
    deploymentFile('.dockerignore', '.venv\npipeline\n**/__pycache__\n'),
    deploymentFile('FASTAPI.md', readme(input, plan)),
  ];
}

/** Constant: the image holds the service, the compiled files and what verifies them, and does not run as root. */
const dockerfile = `ARG BASE=docker.io/library/python:3.12-slim-bookworm
FROM \${BASE}
WORKDIR /app
COPY ["requirements.txt", "./"]
RUN ["pip", "install", "--no-cache-dir", "--requirement", "requirements.txt"]
COPY [".", "./"]
USER 10001:10001
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz')"]
CMD ["uvicorn", "service.app:app", "--host", "0.0.0.0", "--port", "8000", "--timeout-graceful-shutdown", "20"]
`;

function readme(input: ExportInput, plan: PythonPlan): string {
  return page([
    `# ${plainMarkdown(input.title)} as a Python service`,
    '',
    ...commands([
      'python -m venv .venv && .venv/bin/pip install -r requirements.txt',
      '.venv/bin/python verify.py',
      '.venv/bin/uvicorn service.app:app --port 8000',
    ]),
    '',
    'The second command runs the recorded samples through the project and holds the answers against those of the pipeline itself; with an address (`verify.py http://localhost:8000`) it asks a server that runs.',
    '',
    '## What is here',
    '',
    ...bullets([
      '`service/app.py`: FastAPI: `POST /predict`, `/livez`, `/readyz`, `/metrics`. Requests that wait go through the models together; past the queue the answer is 429.',
      '`service/compiled.py`: the compiled files, one after the other. `media.py` decodes, `tokens.py` tokenises, `answers.py` writes JSON.',
      '`pipeline.json`: names, shapes, labels. All that is of this pipeline is in here and in `compiled/`; the programs are the same for every one.',
      '`Dockerfile`: not root, and nothing is written.',
      '`pipeline/`, `golden/`, `bundle.json`: what it was made from and what was recorded. The image does without `pipeline/`.',
    ]),
    '',
    '## What differs from the pipeline itself',
    '',
    ...bullets([
      'Decoding is by Pillow and libsndfile in place of libvips and FFmpeg: levels of pictures may differ by one or two.',
      ...(plan.needs.sound
        ? [
            'Sound at another rate is resampled by soxr, within 5e-4 of the pipeline. Send the rate that `pipeline.json` names for the same samples.',
          ]
        : []),
      ...plan.problems.map(({ message }) => plainMarkdown(message)),
      'There is no golden check at the start, no drift, no versions side by side, no gRPC: the pipeline’s own server has them (`--target container`).'.replaceAll(
        '’',
        "'",
      ),
    ]),
    '',
    '## Settings',
    '',
    ...bullets([
      '`RUNNING`, `WAITING`, `BATCH`, `DEADLINE_SECONDS`: in place of what `pipeline.json` proposes.',
      '`MODEL_THREADS`, `MODEL_PROVIDERS`: of ONNX Runtime, e.g. `CUDAExecutionProvider,CPUExecutionProvider` with onnxruntime-gpu.',
    ]),
  ]);
}
