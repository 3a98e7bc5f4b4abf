import { imageLayout } from '../imageLayout.ts';
import type { ExportInput } from '../target.ts';
import { factsOf } from '../targetFacts.ts';

const prometheusImage = 'docker.io/prom/prometheus:v3.5.0';
const grafanaImage = 'docker.io/grafana/grafana:12.2.0';
const noPrivileges = { cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] };

/** The server with Prometheus and Grafana beside it, as a compose file's data. The server's root is read-only. */
export function composeOf(input: ExportInput): object {
  const { options, image } = input;
  const { resources, gpu } = factsOf(input);
  const port = (outside: number, inside: number): string => `127.0.0.1:${outside}:${inside}`;
  return {
    // Compose takes it as it is written; without it the name of the folder would be taken.
    name: composeName(input.name),
    services: {
      server: {
        image: literal(image),
        build: { context: '.', platforms: [options.platform] },
        platform: options.platform,
        init: true,
        restart: 'unless-stopped',
        ports: [`${options.port}:${options.port}`, `${options.grpcPort}:${options.grpcPort}`],
        read_only: true,
        tmpfs: [`${imageLayout.scratch}:size=1g,mode=1777`],
        ...noPrivileges,
        user: `${imageLayout.user}:${imageLayout.group}`,
        stop_grace_period: '35s',
        mem_limit: `${resources.limitMiB}m`,
        healthcheck: {
          test: ['CMD', 'node', 'server/server.mjs', '--ready'],
          interval: '10s',
          timeout: '3s',
          retries: 3,
          start_period: `${resources.startSeconds}s`,
        },
        ...(gpu ? { deploy: { resources: { reservations: { devices: [nvidia] } } } } : {}),
      },
      prometheus: {
        image: prometheusImage,
        restart: 'unless-stopped',
        depends_on: ['server'],
        command: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
        ports: [port(9090, 9090)],
        volumes: [
          './monitoring/prometheus.yml:/etc/prometheus/prometheus.yml:ro',
          './monitoring/alerts.yml:/etc/prometheus/alerts.yml:ro',
          'prometheus:/prometheus',
        ],
        ...noPrivileges,
      },
      grafana: {
        image: grafanaImage,
        restart: 'unless-stopped',
        depends_on: ['prometheus'],
        environment: {
          GF_AUTH_ANONYMOUS_ENABLED: 'true',
          GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
          GF_AUTH_DISABLE_LOGIN_FORM: 'true',
          GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: '/etc/grafana/dashboards/pipeline.json',
        },
        ports: [port(3000, 3000)],
        volumes: [
          './monitoring/grafana/datasources:/etc/grafana/provisioning/datasources:ro',
          './monitoring/grafana/dashboards:/etc/grafana/provisioning/dashboards:ro',
          './monitoring/grafana/pipeline.json:/etc/grafana/dashboards/pipeline.json:ro',
        ],
        ...noPrivileges,
      },
    },
    volumes: { prometheus: {} },
  };
}

const nvidia = { driver: 'nvidia', count: 1, capabilities: ['gpu'] };

/** Compose puts variables in wherever it finds a dollar; two of them are one. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function composeName(name: string): string {
  return /^[a-z0-9]/.test(name) ? name : `p-${name}`;
}
