import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Device, devices } from '../core/define/host.ts';
import type { LoadSettings } from '../core/profile/load.ts';
import type { SearchLimit } from '../core/profile/search.ts';
import { exportFormats } from '../core/studio/api.ts';
import { collect } from './pipeline.ts';
import { profilePipeline } from './profileWork.ts';

export interface ProfileOptions {
  readonly input?: readonly string[];
  readonly device?: Device;
  readonly budget?: number;
  readonly interval?: number;
  readonly runs?: number;
  readonly operators: boolean;
  readonly label?: string;
  readonly keep: boolean;
  readonly export?: readonly string[];
  readonly against?: string;
  readonly failOver?: number;
  readonly inTurns?: boolean;
  readonly force?: boolean;
  readonly load?: LoadSettings['arrivals'];
  readonly levels?: readonly number[];
  readonly batches?: readonly number[];
  readonly seconds?: number;
  readonly advise?: boolean;
  readonly under?: Pick<SearchLimit, 'metric' | 'underMs'>;
  readonly goal: SearchLimit['goal'];
  readonly maxDifference?: number;
  readonly searchBudget?: number;
  readonly cost?: true | string;
  readonly perDay?: number;
  readonly apply?: string;
  readonly fused?: boolean;
  readonly compareFused?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
}

const help = `
The profile is kept beside the pipeline, in .tributary/profiles, unless --no-keep; \`tributary profiles\` lists, shows and
compares what is kept. Without --input the pipeline's own samples are measured; a folder or a quoted glob measures on all
of it.

As a gate in CI, a baseline made on the same machine:
  tributary profile . --no-keep --export json=baseline.json      # once
  tributary profile . --against baseline.json --fail-over 5%     # exit code 8 when slower by more, beyond doubt

Examples:
  tributary profile samples/event-detector
  tributary profile detector.tributary.json --input image='photos/*.jpg' --export html=report.html
  tributary profile . --load poisson --batches 1,4,8
  tributary profile . --advise --apply 1
  tributary profile . --under 'p95<40ms' --goal throughput --apply search
  tributary profile . --against other.tributary.json --in-turns
  tributary profile . --compare-fused                   # compiled against node by node
  tributary profile . --load closed --cost prices.json --per-day 2000000`;

export function addProfile(program: Command): Command {
  return program
    .command('profile')
    .description('Measure where every millisecond of a pipeline goes, and what would make it faster.')
    .argument('<pipeline>', 'a .tributary.json file, or a folder that holds one')
    .option('-i, --input <name=value>', 'measure on this, as for `run` (may be repeated)', collect)
    .addOption(new Option('--device <device>', "run models on this device where they say 'auto'").choices([...devices]))
    .option('--budget <seconds>', 'measure for so long at the most (default: 20)', positive)
    .option('--interval <percent>', 'measure until the median is sure within this (default: 2)', positive)
    .option('--runs <n>', 'measure so many runs at the most', whole)
    .option('--no-operators', 'do not look inside the models')
    .option('--label <text>', 'a name for this profile')
    .option('--no-keep', 'do not keep it beside the pipeline')
    .option('-e, --export <format=path>', `write it as ${exportFormats.join(', ')} (may be repeated)`, collect)
    .option('--against <profile>', 'compare with a profile (a file, an id, `last`) or with another pipeline')
    .option('--fail-over <percent>', 'fail when slower than that by more, beyond doubt (with --against)', percent)
    .option('--in-turns', 'measure the other side again too, in turns with this one: the surest comparison')
    .option('--fused', 'measure it compiled to ONNX files, as far as that goes (see `tributary compile`)')
    .option('--compare-fused', 'run it compiled too, in turns with node by node, and say what that brings, and why')
    .option('--force', 'judge although the machine is another than the baseline was made on')
    .addOption(
      new Option('--load [arrivals]', 'throughput against latency under load')
        .choices(['closed', 'constant', 'poisson'])
        .preset('closed'),
    )
    .option('--levels <n,n,...>', 'clients (closed) or requests a second (default: found)', numbers)
    .option('--batches <n,n,...>', 'batch sizes, one curve each (default: as the pipeline says)', wholes)
    .option('--seconds <s>', 'how long each level of load lasts (default: 3)', positive)
    .option('--advise', 'look for what would make it faster, and try each')
    .option('--under <limit>', "search settings that hold a limit, e.g. 'p95<40ms'", limit)
    .addOption(
      new Option('--goal <goal>', 'what to have most of under the limit')
        .choices(['throughput', 'latency', 'memory'])
        .default('throughput'),
    )
    .option(
      '--max-difference <x>',
      'answers may differ by this at the most (with --under; default: 0.0001)',
      notNegative,
    )
    .option('--search-budget <seconds>', 'search for so long at the most (with --under; default: 120)', positive)
    .option('--cost [prices.json]', 'what serving it would cost, by a table of prices that you can edit')
    .option('--per-day <n>', 'requests a day (with --cost)', positive)
    .option('--apply <n|search>', "write an advice's or the search's changes into the pipeline")
    .option('--json', 'print the profile as JSON')
    .option('-q, --quiet', 'print no progress')
    .option('--nodes <dir>', 'a folder with your own nodes (may be repeated)', collect)
    .option('--limit <name=value>', 'set a limit, see `tributary limits` (may be repeated)', collect)
    .option('--debug', 'print causes and stacks')
    .addHelpText('after', help)
    .action(profilePipeline);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function notNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('It must be a number, 0 or above.');
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

function percent(text: string): number {
  return notNegative(text.replace(/\s*%$/, ''));
}

function numbers(text: string): readonly number[] {
  return text.split(',').map(positive);
}

function wholes(text: string): readonly number[] {
  return text.split(',').map(whole);
}

/** `p95<40ms`, `p50 < 1.5 s`. */
function limit(text: string): Pick<SearchLimit, 'metric' | 'underMs'> {
  const [, metric, value, unit] = /^\s*(p50|p95|p99)\s*<\s*([\d.]+)\s*(ms|s)?\s*$/.exec(text) ?? [];
  const underMs = Number(value) * (unit === 's' ? 1000 : 1);
  if (metric === undefined || !(underMs > 0)) throw new InvalidArgumentError("It must be like 'p95<40ms'.");
  return { metric: metric as SearchLimit['metric'], underMs };
}
