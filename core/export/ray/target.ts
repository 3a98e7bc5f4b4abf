import { z } from 'zod';
import { plainMarkdown } from '../markdown.ts';
import { bullets, commands, page } from '../markdownPage.ts';
import { assumedOf } from '../python/assume.ts';
import { mostCores, type PythonPlan, pythonPlan } from '../python/pipelineData.ts';
import { requirementsOf, serviceFiles } from '../python/service.ts';
import { defineTarget, type ExportFile, type ExportInput } from '../target.ts';
import { deploymentFile, factsOf } from '../targetFacts.ts';
import { yamlOf } from '../yaml.ts';
import { dataProgram, serveProgram } from './programs.ts';

const title = 'Ray';

export const ray = defineTarget({
  id: 'ray',
  title,
  summary: 'Ray Serve, Ray Data for large sets',
  options: z.object({}),
  common: ['device', 'minReplicas', 'maxReplicas', 'maxQueue'],
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
    '.venv/bin/serve run serve_config.yaml',
  ],
});

function projectFiles(input: ExportInput, plan: PythonPlan): readonly ExportFile[] {
  return [
    ...serviceFiles(plan),
    { path: 'serve_app.py', content: { text: serveProgram } },
    { path: 'data_job.py', content: { text: dataProgram } },
    { path: 'serve_config.yaml', content: { text: yamlOf([serveConfig(input)], configHead) } },
    {
      path: 'requirements.txt',
      content: { text: requirementsOf(input, plan, ['ray[data,serve]>=2.44', 'python-multipart>=0.0.18']) },
    },
    deploymentFile('RAY.md', readme(input, plan)),
  ];
}

const configHead = ['For `serve run` and `serve deploy`, and for `serveConfigV2` of a RayService on Kubernetes.'];

function serveConfig(input: ExportInput): object {
  const { name, minReplicas, maxReplicas, running, waiting, gpu } = factsOf(input);
  return {
    proxy_location: 'EveryNode',
    http_options: { host: '0.0.0.0', port: 8000, request_timeout_s: Math.ceil(input.serving.deadlineMs / 1000) + 5 },
    applications: [
      {
        name,
        route_prefix: '/',
        import_path: 'serve_app:app',
        deployments: [
          {
            name: 'Pipeline',
            // What is answered together with what may wait for it.
            max_ongoing_requests: Math.max(2, running + input.serving.batch),
            max_queued_requests: Math.max(1, waiting),
            graceful_shutdown_timeout_s: 20,
            health_check_period_s: 10,
            autoscaling_config: {
              min_replicas: minReplicas,
              max_replicas: maxReplicas,
              target_ongoing_requests: Math.max(1, running),
              upscale_delay_s: 15,
              downscale_delay_s: 300,
            },
            ray_actor_options: { num_cpus: coresOf(input), ...(gpu ? { num_gpus: 1 } : {}) },
          },
        ],
      },
    ],
  };
}

/** As the copies of the service are made (`pipelineData.ts`). */
function coresOf(input: ExportInput): number {
  return Math.min(mostCores, factsOf(input).resources.cores);
}

function readme(input: ExportInput, plan: PythonPlan): string {
  const { minReplicas } = factsOf(input);
  return page([
    `# ${plainMarkdown(input.title)} on Ray`,
    '',
    ...commands([
      'python -m venv .venv && .venv/bin/pip install -r requirements.txt',
      '.venv/bin/python verify.py',
      '.venv/bin/serve run serve_config.yaml',
    ]),
    '',
    'The second command runs the recorded samples through the compiled files and holds the answers against those of the pipeline itself; `verify.py http://localhost:8000` asks the application once it runs.',
    '',
    'Over a large set of media, one file each, or a line of JSON for each where there are several inputs:',
    '',
    ...commands([
      '.venv/bin/python data_job.py --files NAME=FOLDER --output answers',
      '.venv/bin/python data_job.py --rows rows.jsonl --output answers',
    ]),
    '',
    '## What is here',
    '',
    ...bullets([
      '`serve_app.py` and `serve_config.yaml`: a Ray Serve application: copies by load, requests that come together answered together, a bounded queue.',
      '`data_job.py`: a Ray Data job: Parquet with the answers as JSON; one bad file fails alone.',
      '`service/`, `pipeline.json`, `compiled/`: the pipeline as ONNX files and what runs them; the programs are the same for every pipeline.',
      '`pipeline/`, `golden/`, `bundle.json`: what it was made from and what was recorded.',
    ]),
    '',
    `It asks for ${minReplicas * coresOf(input)} cores at the least: ${minReplicas} copies of ${coresOf(input)}. On a smaller machine lower \`min_replicas\` in \`serve_config.yaml\`, or export with \`--set minReplicas=1\`.`,
    '',
    'On a cluster of several machines each needs the packages of `requirements.txt` and this folder: build an image with both, or give Ray a `runtime_env` with `working_dir`.',
    '',
    '## What differs from the pipeline itself',
    '',
    ...bullets([
      'Decoding is by Pillow and libsndfile in place of libvips and FFmpeg: levels of pictures may differ by one or two.',
      ...(plan.needs.sound ? ['Sound at another rate is resampled by soxr, within 5e-4 of the pipeline.'] : []),
      ...plan.problems.map(({ message }) => plainMarkdown(message)),
    ]),
  ]);
}
