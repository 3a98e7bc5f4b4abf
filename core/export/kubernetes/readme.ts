import { plainMarkdown } from '../markdown.ts';
import { bullets, commands, page } from '../markdownPage.ts';
import type { TargetFacts } from '../targetFacts.ts';
import { latencyTargetMs, podMetrics, waitingTarget } from './manifests.ts';
import { graceSeconds } from './pod.ts';

/** How the pipeline comes to a cluster, for who runs it. `image` holds no sign that a shell would read. */
export function kubernetesReadme(facts: TargetFacts, storageUri: string): string {
  const { name, gpu, resources } = facts;
  const overlay = gpu ? 'kubernetes/overlays/gpu' : 'kubernetes/base';
  return page([
    `# ${plainMarkdown(facts.title)} on Kubernetes`,
    '',
    'Build the image, push it, apply:',
    '',
    ...commands([
      `docker build -t ${facts.image} . && docker push ${facts.image}`,
      `kubectl apply -k ${overlay}`,
      `kubectl rollout status deployment/${name}`,
    ]),
    '',
    'A copy is ready once it has verified its files and reproduced its golden outputs. Afterwards, from this folder:',
    '',
    ...commands([`kubectl port-forward service/${name} 8080:80 &`, 'npx tributary verify http://localhost:8080']),
    '',
    '## What is here',
    '',
    ...bullets([
      '`kubernetes/base`: Deployment, Service, autoscaler, disruption budget, network policy, service account. Runs on any cluster from 1.27 on.',
      '`kubernetes/overlays/monitored`: with ServiceMonitor, PrometheusRule and the Grafana dashboard; needs the Prometheus operator.',
      '`kubernetes/overlays/gpu`, `gpu-monitored`: one NVIDIA card for each copy; needs the device plugin and the image for CUDA.',
      `\`helm/${name}\`: the same as a chart: \`helm install ${name} helm/${name}\`.`,
      '`kserve/`: InferenceService with this image (`custom`), the same as a canary that takes a tenth of the traffic (`canary`), and for NVIDIA Triton (`triton.yaml`).',
      `\`kubernetes/prometheus-adapter.yaml\`: values for the chart \`prometheus-adapter\`, which gives the autoscaler \`${podMetrics.waiting}\` and \`${podMetrics.latency}\`.`,
    ]),
    '',
    '## Where the numbers come from',
    '',
    ...bullets(resources.because.map(plainMarkdown)),
    ...bullets([
      `Another copy is started when on average more than ${waitingTarget(facts)} requests wait in each, when their p95 passes ${latencyTargetMs(facts)} ms, or at 75 % of the processor. Without the adapter the processor alone decides.`,
      `A pod has ${graceSeconds} s to end: it serves 5 s on, while the cluster takes it out of the Service, and drains 20 s.`,
      'There is no CPU limit: throttling would add to the latency what was never measured. Set one where your cluster asks for it.',
      'The network policy lets nothing out but DNS. For traces add the address of your collector to its `egress`.',
    ]),
    '',
    '## KServe',
    '',
    ...commands([
      'kubectl apply -k kserve/custom',
      '# A new version: export it with another --version, push its image, then',
      'kubectl apply -k kserve/canary',
    ]),
    '',
    `For Triton, export with \`--target triton\`, bring its repository to \`${storageUri}\` (or say another place in the file), and apply \`kserve/triton.yaml\`. Canaries need KServe on Knative; in its raw mode use the Deployment above.`,
  ]);
}
