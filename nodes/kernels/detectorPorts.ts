import { type PortSpec, port } from '../../core/define/port.ts';
import { type DetectorFormat, detectorTensors } from './detector.ts';

const picture = port.image({
  doc: 'The picture that was given to the model: its geometry leads back to the original.',
});

/** The tensors of a format, and the picture. */
export function detectorPorts(
  format: DetectorFormat,
): Readonly<Record<string, PortSpec<'tensor' | 'image', false>>> & { image: typeof picture } {
  const tensors = detectorTensors[format].map((spec) => [
    spec.port,
    port.tensor({ doc: `What the model gives: ${spec.shape}.` }),
  ]);
  return { ...Object.fromEntries(tensors), image: picture };
}
