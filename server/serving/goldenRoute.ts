import type { FastifyInstance } from 'fastify';
import type { Checked } from '../../core/check/checked.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { Bundle } from '../../host/bundle/verify.ts';
import { verifyGolden } from '../../host/bundle/verifyGolden.ts';
import { goldenRoute } from '../../host/bundle/verifyServer.ts';
import type { Engine } from '../../host/engine/messages.ts';
import type { ServingContext } from './context.ts';

/** What the golden samples are run with; null while it is not there yet. */
export interface GoldenSubject {
  readonly bundle: Bundle;
  readonly checked: Checked;
  readonly engine: Pick<Engine, 'run'>;
}

/**
 * `POST /v1/golden`: the server runs its own golden samples beside its traffic, one call at a time, and tells every node
 * whose values are not what was recorded. Only a server that was started from a bundle has it.
 */
export function addGolden(app: FastifyInstance, serving: ServingContext, subject: () => GoldenSubject | null): void {
  let running = false;
  app.post(goldenRoute, async (request, reply) => {
    const found = subject();
    if (found === null)
      throw new Problem('not-ready', {
        message: 'The bundle is not opened yet.',
        fix: 'Ask again when the server has loaded.',
        retryAfterSeconds: 1,
      });
    if (running)
      throw new Problem('overloaded', {
        message: 'The golden samples are being run already.',
        fix: 'Ask again when that is over.',
        retryAfterSeconds: 5,
      });
    running = true;
    try {
      const { bundle, checked, engine } = found;
      const { signal } = serving.arrival(request, reply);
      const samples = await verifyGolden(bundle, { engine, checked, signal, ports: true });
      const { name, version, contentHash } = bundle.manifest;
      return await reply
        .type('application/json; charset=utf-8')
        .send(JSON.stringify({ bundle: { name, version, contentHash }, samples }));
    } finally {
      running = false;
    }
  });
}
