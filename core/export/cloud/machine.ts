import { imageLayout } from '../imageLayout.ts';
import type { ExportFile } from '../target.ts';
import { deploymentFile, type TargetFacts } from '../targetFacts.ts';
import { yamlOf } from '../yaml.ts';
import { jsonText } from './names.ts';
import { machineTerraform } from './terraform/machine.ts';

/** A plain machine on one's own premises: a systemd unit around Docker, cloud-init for a new machine, Terraform for one that is there. */
export function machineFiles(facts: TargetFacts): readonly ExportFile[] {
  const folder = 'cloud/machine';
  return [
    deploymentFile(`${folder}/tributary@.service`, unit),
    deploymentFile(`${folder}/${facts.name}.env`, settings(facts)),
    deploymentFile(`${folder}/cloud-init.yaml`, cloudInit(facts)),
    ...Object.entries(machineTerraform).map(([name, text]) => deploymentFile(`${folder}/terraform/${name}`, text)),
    deploymentFile(
      `${folder}/terraform/pipeline.auto.tfvars.json`,
      jsonText({
        name: facts.name,
        title: facts.title,
        image: facts.image,
        http_port: facts.httpPort,
        grpc_port: facts.grpcPort,
        memory_mib: facts.resources.limitMiB,
        gpu: facts.gpu,
        startup_seconds: facts.resources.startSeconds,
      }),
    ),
  ];
}

/** Constant: one unit for every pipeline, named by what stands behind the @; the rest comes from its settings. */
const unit = `[Unit]
Description=Tributary pipeline %i
Documentation=file:///etc/tributary/%i.env
Wants=network-online.target
After=network-online.target docker.service
Requires=docker.service

[Service]
EnvironmentFile=/etc/tributary/%i.env
ExecStartPre=-/usr/bin/docker rm --force tributary-%i
ExecStart=/usr/bin/docker run --rm --name tributary-%i --read-only --tmpfs ${imageLayout.scratch}:size=1g,mode=1777 --user ${imageLayout.user}:${imageLayout.group} --cap-drop ALL --security-opt no-new-privileges --memory \${TRIBUTARY_MEMORY} --env ${imageLayout.variables.port}=\${TRIBUTARY_HTTP_PORT} --env ${imageLayout.variables.grpcPort}=\${TRIBUTARY_GRPC_PORT} --publish \${TRIBUTARY_HTTP_PORT}:\${TRIBUTARY_HTTP_PORT} --publish \${TRIBUTARY_GRPC_PORT}:\${TRIBUTARY_GRPC_PORT} $TRIBUTARY_DOCKER_OPTIONS \${TRIBUTARY_IMAGE}
ExecStop=/usr/bin/docker stop --time 30 tributary-%i
TimeoutStopSec=40
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
`;

/** A file of settings as systemd reads it. Values are an image's name and numbers: none has a sign that would need quotes. */
function settings({ image, httpPort, grpcPort, resources, gpu }: TargetFacts): string {
  const values = {
    TRIBUTARY_IMAGE: image,
    TRIBUTARY_HTTP_PORT: String(httpPort),
    TRIBUTARY_GRPC_PORT: String(grpcPort),
    TRIBUTARY_MEMORY: `${resources.limitMiB}m`,
    TRIBUTARY_DOCKER_OPTIONS: gpu ? '--gpus=all' : '',
  };
  return `${Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

function cloudInit(facts: TargetFacts): string {
  const { name } = facts;
  const config = {
    package_update: true,
    packages: ['docker.io', 'curl'],
    write_files: [
      { path: '/etc/systemd/system/tributary@.service', permissions: '0644', content: unit },
      { path: `/etc/tributary/${name}.env`, permissions: '0644', content: settings(facts) },
      { path: `/etc/tributary/${name}.title`, permissions: '0644', content: `${facts.title}\n` },
    ],
    runcmd: [
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', `tributary@${name}`],
    ],
  };
  // Its first line says what it is; a comment of ours would take that place.
  return `#cloud-config\n${yamlOf([config])}`;
}
