import type { MemoryProfile } from '../../../core/profile/profile.ts';
import { bytesText } from '../../preview/numbers.ts';
import { apartFrom, axes, type Chart, colours, frame, labelStyle, type NoChart } from './chart.ts';

const units = [
  { name: 'GB', bytes: 1e9 },
  { name: 'MB', bytes: 1e6 },
  { name: 'kB', bytes: 1e3 },
] as const;

interface MemoryDot {
  readonly seconds: number;
  readonly size: number;
  readonly bytes: number;
}

/** Memory of the engine process over the profile, and of the GPU beside it as a dashed line. */
export function memoryChart(memory: MemoryProfile): Chart | NoChart {
  const title = 'Memory';
  const { samples, gpu } = memory;
  if (samples.length < 2) return { title, nothing: 'Too few samples of memory were taken: the profile was too short.' };
  const most = Math.max(memory.peakBytes, ...samples.flatMap(({ bytes, gpuBytes }) => [bytes, gpuBytes ?? 0]));
  const unit = units.find(({ bytes }) => most >= bytes) ?? units[2];
  const dotsOf = (pick: (sample: MemoryProfile['samples'][number]) => number | undefined): readonly MemoryDot[] =>
    samples.flatMap((sample) => {
      const bytes = pick(sample);
      return bytes === undefined ? [] : [{ seconds: sample.atMs / 1000, size: bytes / unit.bytes, bytes }];
    });
  const process = dotsOf((sample) => sample.bytes);
  const device = gpu === null ? [] : dotsOf((sample) => sample.gpuBytes);
  const lines = [
    { name: 'process', dots: process, dash: undefined },
    ...(device.length < 2 ? [] : [{ name: 'GPU', dots: device, dash: '5 3' }]),
  ];
  return {
    title,
    subtitle: `${unit.name} over seconds`,
    description: `The engine process held at most ${bytesText(memory.peakBytes)}, ${bytesText(memory.steadyBytes)} in the steady state${
      gpu === null ? '' : `; the GPU at most ${bytesText(gpu.peakBytes)}, ${Math.round(gpu.utilisationPercent)} % busy`
    }.`,
    panels: [
      {
        share: 1,
        options: (plot, size) => {
          const top = (most / unit.bytes) * 1.1;
          const room = size.height - 52;
          const ends = lines.map(({ dots }) => room - (dots[dots.length - 1].size / top) * room);
          const shifted = apartFrom(ends, 12, 0, room);
          return {
            ...frame(size),
            marginRight: 96,
            y: { domain: [0, top] },
            marks: [
              ...axes(plot, size, 'seconds since the profile began', unit.name),
              plot.ruleY([memory.peakBytes / unit.bytes], { stroke: colours.line2, strokeDasharray: '2 2' }),
              plot.text([memory.peakBytes / unit.bytes], {
                y: (value: number) => value,
                frameAnchor: 'left',
                textAnchor: 'start',
                dx: 4,
                dy: -7,
                text: () => `peak ${bytesText(memory.peakBytes)}`,
                ...labelStyle,
              }),
              ...lines.flatMap(({ name, dots, dash }, i) => [
                plot.line(dots, {
                  x: 'seconds',
                  y: 'size',
                  stroke: colours.ink,
                  strokeWidth: 1.5,
                  strokeDasharray: dash,
                }),
                plot.text([dots[dots.length - 1]], {
                  x: 'seconds',
                  y: 'size',
                  dx: 6,
                  dy: shifted[i] - ends[i],
                  textAnchor: 'start',
                  text: ({ bytes }: MemoryDot) => `${name} ${bytesText(bytes)}`,
                  ...labelStyle,
                  fill: colours.ink,
                }),
              ]),
              plot.tip(
                process,
                plot.pointerX({
                  x: 'seconds',
                  y: 'size',
                  title: ({ seconds, bytes }: MemoryDot) => {
                    const other = device.find((dot) => dot.seconds === seconds);
                    const said = other === undefined ? '' : `\nGPU ${bytesText(other.bytes)}`;
                    return `process ${bytesText(bytes)}${said}\nat ${seconds.toFixed(2)} s`;
                  },
                  fill: colours.ground,
                }),
              ),
            ],
          };
        },
      },
    ],
  };
}
