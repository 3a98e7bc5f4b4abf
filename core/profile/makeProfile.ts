import type { Device } from '../define/host.ts';
import type { PipelineDocument } from '../graph/document.ts';
import type { ProfileAnswer } from './bench.ts';
import { documentHash } from './documentHash.ts';
import { type Profile, type ProfileSettings, profileVersion } from './profile.ts';

export interface Made {
  readonly id: string;
  readonly label: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly durationMs: number;
  readonly document: PipelineDocument;
  readonly device: Device;
  readonly samples: readonly { readonly name: string }[];
  readonly settings: ProfileSettings;
}

/** A new profile of what the engine measured. `digest` gives the sha256 of a text in hex. */
export function makeProfile(made: Made, answer: ProfileAnswer, digest: (text: string) => string): Profile {
  return {
    profileVersion,
    id: made.id,
    label: made.label,
    createdAt: made.createdAt,
    durationMs: made.durationMs,
    document: made.document,
    documentHash: documentHash(made.document, digest),
    device: made.device,
    samples: made.samples.map(({ name }) => ({ name })),
    settings: made.settings,
    environment: answer.environment,
    measured: answer.measured,
    load: [],
    advice: [],
    search: [],
  };
}
