import type { Device } from '../../core/define/host.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { BenchTarget } from '../../core/profile/bench.ts';
import type { RunHost } from '../../core/run/host.ts';
import type { ClosableModelHost } from '../models/models.ts';

/** A document made ready to run in this process. */
export interface Prepared {
  readonly plan: Plan;
  readonly host: RunHost;
  /** That of the folder: the sessions which `host` opens live here. */
  readonly models: ClosableModelHost;
  /** Takes the place of every `auto`. */
  readonly device: Device | undefined;
}

/** With model sessions of its own, which no other pipeline shares: threads and lanes are chosen as if it were alone. */
export interface PreparedAlone extends Prepared {
  close(): Promise<void>;
}

/** What measuring needs of the engine process that it happens in. */
export interface Bed {
  /** Checks and plans; nothing is opened yet. Rejects with the document's first problem. `device` comes before the target's. */
  prepare(target: BenchTarget, document: PipelineDocument, device?: Device): Promise<Prepared>;
  prepareAlone(target: BenchTarget, document: PipelineDocument, device?: Device): Promise<PreparedAlone>;
  /** Runs of others that began in this process so far: they take time from what is measured. */
  runsBegun(): number;
}
