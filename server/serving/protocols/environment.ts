import { Problem } from '../../../core/problems/problem.ts';

/** What a hosting platform asks of the container that it starts, told by its environment. */
export interface HostingContract {
  /** Whose variables were found; null on a machine of one's own. */
  readonly platform: 'sagemaker' | 'vertex' | 'azure' | null;
  /** The port that must be listened on; null where nothing says it. */
  readonly port: number | null;
  /** Every platform reaches its containers from outside. */
  readonly host: '0.0.0.0' | null;
  readonly vertex: { readonly health: string; readonly predict: string };
  /** Folder that the platform puts a model into; null where it puts none. */
  readonly modelFolder: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Vertex asks unless it says another place: named when a model is uploaded. */
const vertexRoutes = { health: '/vertex/health', predict: '/vertex/predict' };

/**
 * Reads SAGEMAKER_BIND_TO_PORT; AIP_HTTP_PORT, AIP_HEALTH_ROUTE, AIP_PREDICT_ROUTE; AZUREML_MODEL_DIR; and PORT, as
 * several other platforms name it. Throws `usage` for a port or a route that is none.
 */
export function contractOf(env: Environment): HostingContract {
  const platform = platformOf(env);
  const port = portOf(env, 'SAGEMAKER_BIND_TO_PORT') ?? portOf(env, 'AIP_HTTP_PORT') ?? portOf(env, 'PORT') ?? null;
  return {
    platform,
    port: port ?? (platform === 'sagemaker' || platform === 'vertex' ? 8080 : null),
    host: platform === null && port === null ? null : '0.0.0.0',
    vertex: {
      health: routeOf(env, 'AIP_HEALTH_ROUTE') ?? vertexRoutes.health,
      predict: routeOf(env, 'AIP_PREDICT_ROUTE') ?? vertexRoutes.predict,
    },
    modelFolder: given(env, 'AZUREML_MODEL_DIR') ?? (platform === 'sagemaker' ? '/opt/ml/model' : null),
  };
}

function platformOf(env: Environment): HostingContract['platform'] {
  const has = (prefix: string): boolean => Object.keys(env).some((name) => name.startsWith(prefix));
  if (has('SAGEMAKER_')) return 'sagemaker';
  if (has('AIP_')) return 'vertex';
  return has('AZUREML_') ? 'azure' : null;
}

function given(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function portOf(env: Environment, name: string): number | undefined {
  const text = given(env, name);
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new Problem('usage', {
    message: `The environment variable ${name} is ${JSON.stringify(text.slice(0, 40))}, which is no port.`,
    fix: 'Set it to a number from 1 to 65535, or not at all.',
  });
}

function routeOf(env: Environment, name: string): string | undefined {
  const text = given(env, name);
  if (text === undefined) return undefined;
  if (/^(\/[\w.~%:@!$&'()+,;=-]+)+$/.test(text)) return text;
  throw new Problem('usage', {
    message: `The environment variable ${name} is ${JSON.stringify(text.slice(0, 80))}, which is no path of a URL.`,
    fix: 'Set it to a path such as /predict, or not at all.',
  });
}
