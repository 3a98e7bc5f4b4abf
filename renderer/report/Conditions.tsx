import type { Profile } from '../../core/profile/profile.ts';
import { msWithUnit, percentText } from '../profile/words.ts';
import { bytesShown } from './bytesShown.ts';

const reasons: Readonly<Record<Profile['measured']['stoppedBy'], string>> = {
  interval: 'the median was sure enough',
  budget: 'the time was spent',
  count: 'the number of runs was reached',
  cancelled: 'it was cancelled',
};

export function Conditions({ profile }: { readonly profile: Profile }) {
  const { environment, measured, settings } = profile;
  const { warmUp } = measured;
  const rows: readonly (readonly [string, string])[] = [
    ['Runs', `${measured.runs}, until ${reasons[measured.stoppedBy]} (asked: median ± ${settings.intervalPercent} %)`],
    [
      'Warm-up',
      `${warmUp.runs} runs, ${msWithUnit(warmUp.ms)}, ${warmUp.endedBy === 'stable' ? 'until times were steady' : 'never steady within its time: figures may drift'}`,
    ],
    [
      'Cost of measuring',
      `${percentText(measured.overhead.percent)} (95 % interval ${percentText(measured.overhead.lowPercent)} to ${percentText(measured.overhead.highPercent)}, ${measured.overhead.pairs} pairs of runs with and without it)`,
    ],
    ['Processor', `${environment.cpu}, ${environment.cores} cores`],
    ['Memory', bytesShown(environment.memoryBytes)],
    ...environment.gpus.map(
      (gpu) => ['GPU', `${gpu.name}, driver ${gpu.driver}, ${bytesShown(gpu.memoryBytes)}`] as const,
    ),
    ['System', `${environment.os}${environment.container ? ', in a container' : ''}`],
    ['Runtime', `${environment.runtime}, Node ${environment.node}, Tributary ${environment.tributary}`],
    ...Object.entries(environment.power).map(([name, value]) => [name, value] as const),
    ...(environment.loadBefore === null
      ? []
      : [['Load before', `${environment.loadBefore.toFixed(2)} per core`] as const]),
    ['Pipeline', profile.documentHash],
    ['Samples', profile.samples.map((sample) => sample.name).join(', ')],
  ];
  return (
    <table className="report-table facts">
      <tbody>
        {rows.map(([name, value], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: there may be several GPUs.
          <tr key={at}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
