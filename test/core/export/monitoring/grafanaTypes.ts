import { spawnSync } from 'node:child_process';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../rules/sources.ts';

const types = path.join(root, 'node_modules/@grafana/grafana-foundation-sdk/dist');

/** Why a dashboard cannot be held to Grafana's own types here; null where it can. */
export function whyNoGrafanaTypes(): string | null {
  return existsSync(types) ? null : "Grafana's own types (@grafana/grafana-foundation-sdk) are not installed here";
}

/** Its types as JSON has them: enumerations by their values, no methods; each panel with the options of its own form. */
const plain = `import type * as g from './grafana/dashboard/types.gen.js';
import type * as prom from './grafana/prometheus/types.gen.js';
import type * as lines from './grafana/timeseries/types.gen.js';
import type * as table from './grafana/table/types.gen.js';
import type * as states from './grafana/statetimeline/types.gen.js';
type Plain<T> = T extends string ? \`\${T}\`
  : T extends number ? (\`\${T}\` extends \`\${infer N extends number}\` ? N : number)
  : T extends boolean | null | undefined ? T
  : T extends (infer E)[] ? Plain<E>[]
  : T extends object ? { [K in keyof T as T[K] extends (...a: never[]) => unknown ? never : K]: Plain<T[K]> }
  : T;
type Fields<C> = Omit<Plain<g.FieldConfigSource>, 'defaults'> & {
  defaults: Omit<Plain<g.FieldConfig>, 'custom'> & { custom?: C };
};
type Base = Omit<Plain<g.Panel>, 'targets' | 'type' | 'options' | 'fieldConfig'> & {
  targets: Plain<Omit<prom.Dataquery, '_implementsDataqueryVariant'>>[];
  gridPos: Plain<g.GridPos>;
};
type Form<N, O, C> = Base & { type: N; options: Partial<Plain<O>>; fieldConfig: Fields<C> };
type Panel =
  | Form<'timeseries', lines.Options, Partial<Plain<lines.FieldConfig>>>
  | Form<'table', table.Options, never>
  | Form<'state-timeline', states.Options, Partial<Plain<states.FieldConfig>>>
  | (Omit<Plain<g.RowPanel>, 'type' | 'panels'> & { type: 'row'; panels: never[] });
export type Dashboard = Omit<Plain<g.Dashboard>, 'panels'> & { panels: Panel[] };
`;

/** What TypeScript says of a dashboard by Grafana's own types: fields that are not there, values that are none. */
export function grafanaTypeProblems(dashboard: unknown, folder: string): string {
  symlinkSync(types, path.join(folder, 'grafana'), 'dir');
  writeFileSync(path.join(folder, 'plain.ts'), plain);
  const file = path.join(folder, 'dashboard.ts');
  const literal = JSON.stringify(dashboard, null, 1);
  writeFileSync(
    file,
    `import type { Dashboard } from './plain.js';\nexport const dashboard: Dashboard = ${literal};\n`,
  );
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler'];
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, ...options, '--target', 'es2022', '--types', '', file], {
    encoding: 'utf8',
    cwd: folder,
  });
  return `${stdout}${stderr}`;
}
