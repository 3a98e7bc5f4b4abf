import { nearestName } from '../../../core/problems/nearestName.ts';
import { Problem } from '../../../core/problems/problem.ts';
import type { ServedModel, ServedVersion, Service } from '../contract.ts';

/** A model by its name. Throws `model-unknown`. */
export function modelNamed(service: Service, name: string): ServedModel {
  const models = service.models();
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = models.map((model) => model.name);
  const near = nearestName(name, names);
  throw new Problem('model-unknown', {
    message: `There is no model called ${JSON.stringify(name.slice(0, 100))}.`,
    fix: `${near === null ? '' : `Did you mean "${near}"? `}The models are ${names.join(', ')}.`,
  });
}

/** A version by its name; without one the version that traffic goes to. Throws `model-unknown`, and `not-ready` when none is there yet. */
export function versionNamed(model: ServedModel, version: string | undefined): ServedVersion {
  const { name, versions } = model;
  if (version !== undefined && version !== '') {
    const found = versions.find((served) => served.version === version);
    if (found !== undefined) return found;
    throw new Problem('model-unknown', {
      message: `The model "${name}" has no version ${JSON.stringify(version.slice(0, 100))}.`,
      fix: `Its versions are ${versions.map((served) => served.version).join(', ')}.`,
    });
  }
  const newestFirst = [...versions].reverse();
  const found =
    newestFirst.find((served) => served.state === 'ready' && served.weight > 0) ??
    newestFirst.find((served) => served.state === 'ready') ??
    newestFirst.find((served) => served.state !== 'gone');
  if (found !== undefined) return found;
  throw new Problem('not-ready', {
    message: `The model "${name}" has no version yet.`,
    fix: 'Ask again when the server is ready.',
    retryAfterSeconds: 1,
  });
}

/** The model that is meant where a route names none: the first. Throws `not-ready`. */
export function onlyModel(service: Service): ServedModel {
  const [model] = service.models();
  if (model !== undefined) return model;
  throw new Problem('not-ready', {
    message: 'The server has no model yet.',
    fix: 'Ask again when it is ready.',
    retryAfterSeconds: 1,
  });
}

export function isReady(model: ServedModel, version: string | undefined): boolean {
  return versionNamed(model, version).state === 'ready';
}
