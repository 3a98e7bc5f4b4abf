import type { Dim, WireType } from '../kinds/type.ts';
import type { PartFile, PartInput } from './partFile.ts';
import { type PortOptions, type PortSpec, type Ports, port, type Want } from './port.ts';

/** The ports of a compiled file: what it takes and gives, as values. */
export function partInputPorts(part: PartFile | undefined): Ports {
  return Object.fromEntries(
    (part?.inputs ?? []).map((input) => [input.name, inputPort(input, mayBeMissing(input, part))]),
  );
}

export function partOutputPorts(part: PartFile | undefined): Ports {
  const specs = (part?.outputs ?? []).map(({ name, type, doc }): [string, PortSpec] => [
    name,
    port[type.kind]({ doc: doc === '' ? `What "${name}" gives.` : doc }),
  ]);
  return Object.fromEntries(specs);
}

/** The types of what it gives; axes without a number are of any length. */
export function partTypes(part: PartFile | undefined): Record<string, WireType> {
  return Object.fromEntries((part?.outputs ?? []).map(({ name, type }) => [name, openType(type)]));
}

/** Whether some answer can be given without it. */
function mayBeMissing({ name, present }: PartInput, part: PartFile | undefined): boolean {
  return present !== null || (part?.outputs.some(({ needs }) => !needs.includes(name)) ?? false);
}

function inputPort(input: PartInput, maybe: boolean): PortSpec {
  const doc = input.doc === '' ? `What goes in at "${input.name}".` : input.doc;
  const options: PortOptions = { doc, missing: maybe ? 'accept' : 'fail', ...wantOf(input) };
  return port[input.type.kind](options);
}

function wantOf({ type, toRgb }: PartInput): Want {
  switch (type.kind) {
    case 'image':
      return toRgb || type.colour === null ? {} : { colour: [type.colour] };
    case 'audio':
      return {
        ...(typeof type.sampleRateHz === 'number' ? { sampleRateHz: type.sampleRateHz } : {}),
        ...(typeof type.channels === 'number' ? { channels: type.channels } : {}),
      };
    case 'tensor':
      return {
        ...(type.dtype === null ? {} : { dtype: [type.dtype] }),
        ...(type.shape === null ? {} : { shape: type.shape.map(numberOf) }),
      };
    case 'embedding':
      return { length: numberOf(type.length) };
    case 'scores':
      return { length: numberOf(type.classes) };
    default:
      return {};
  }
}

function openType(type: WireType): WireType {
  switch (type.kind) {
    case 'image':
    case 'mask':
    case 'video':
      return { ...type, width: numberOf(type.width), height: numberOf(type.height) };
    case 'audio':
      return { ...type, channels: numberOf(type.channels), samples: numberOf(type.samples) };
    case 'tensor':
      return { ...type, shape: type.shape?.map(numberOf) ?? null };
    case 'embedding':
      return { ...type, length: numberOf(type.length) };
    case 'scores':
      return { ...type, classes: numberOf(type.classes) };
    default:
      return type;
  }
}

function numberOf(dim: Dim): number | null {
  return typeof dim === 'number' ? dim : null;
}
