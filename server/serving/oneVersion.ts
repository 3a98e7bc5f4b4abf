import { Problem } from '../../core/problems/problem.ts';
import type { PredictAsk } from './contract.ts';
import { notReady, type Runtime } from './runtime.ts';
import type { Versions } from './service.ts';

/** A pipeline that is served in one version. */
export function oneVersion(name: string, runtime: Runtime): Versions {
  const { version, signature } = runtime;
  return {
    models: () => [
      { name, versions: [{ version, signature, weight: 1, state: runtime.state(), problem: runtime.problem() }] },
    ],
    choose: (ask) => {
      if (ask.model !== name || (ask.version !== undefined && ask.version !== version))
        throw unknown(ask, name, version);
      const state = runtime.state();
      if (state !== 'ready' && state !== 'draining') throw notReady(signature.title, version, state, runtime.problem());
      return runtime;
    },
    ready: () => runtime.state() === 'ready',
  };
}

function unknown(ask: PredictAsk, name: string, version: string): Problem {
  const what =
    ask.model === name
      ? `"${name}" has no version ${JSON.stringify(ask.version)}`
      : `There is no pipeline called ${JSON.stringify(ask.model)}`;
  return new Problem('model-unknown', { message: `${what}.`, fix: `Ask for "${name}", version ${version}.` });
}
