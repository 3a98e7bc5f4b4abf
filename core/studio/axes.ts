import type { PortSpec } from '../define/port.ts';
import { type Dim, dimText, type WireType } from '../kinds/type.ts';
import type { AxisView } from './api.ts';

/** A tensor's axes for a screen; null for other kinds and unknown ranks. */
export function axesOfType(type: WireType): AxisView | null {
  if (type.kind !== 'tensor' || type.shape === null) return null;
  return axisView(type.dtype ?? 'any dtype', type.shape);
}

export function axesOfPort({ kinds, want }: PortSpec): AxisView | null {
  if (!kinds.includes('tensor') || want.shape === undefined) return null;
  return axisView(want.dtype?.join(' or ') ?? 'any dtype', want.shape);
}

function axisView(dtype: string, shape: readonly Dim[]): AxisView {
  return { dtype, dims: shape.map(dimText), letters: lettersOf(shape) };
}

/** `N C H W` where the place of 1, 3 or 4 channels says so; empty where it does not. */
export function lettersOf(shape: readonly Dim[]): readonly string[] {
  const channels = (dim: Dim): boolean => dim === 1 || dim === 3 || dim === 4;
  const side = (dim: Dim): boolean => typeof dim !== 'number' || dim > 4;
  const batch = shape.length === 4 ? ['N'] : [];
  const rest = shape.length === 4 ? shape.slice(1) : shape;
  if (rest.length !== 3) return [];
  if (channels(rest[0]) && side(rest[1]) && side(rest[2])) return [...batch, 'C', 'H', 'W'];
  if (channels(rest[2]) && side(rest[0]) && side(rest[1])) return [...batch, 'H', 'W', 'C'];
  return [];
}
