import { Plus, RotateCcw, Trash2 } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { CostResult, MachinePrice, Traffic } from '../../../core/profile/cost.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Fold } from '../../inspector/Section.tsx';
import { TableHead } from '../panels/TableHead.tsx';
import {
  addMachine,
  costFor,
  removeMachine,
  resetPrices,
  setMachine,
  setTraffic,
  throughputFor,
  usePrices,
} from '../prices.ts';
import { moneyText, rateText } from '../words.ts';
import { NumberBox } from './NumberBox.tsx';

const CostPlot = lazy(async () => ({ default: (await import('../plots/CostPlot.tsx')).CostPlot }));

/** What it would cost to serve the traffic on other machines; every assumption can be changed. */
export function CostPanel({ profile }: { readonly profile: Profile }) {
  const table = usePrices();
  const { perSecond, underLoad } = throughputFor(profile);
  const cost = costFor(profile, table);
  const { traffic, machines } = table;
  const months = 12 * Math.max(1, ...machines.filter((one) => one.kind === 'own').map((one) => one.years));
  return (
    <>
      <header className="side-head">
        <h2>What-if</h2>
        <p>
          From {rateText(perSecond)} requests a second measured here
          {underLoad ? ' under load' : ', one after the other. Measure the load for what it really bears'}.
        </p>
      </header>
      <TrafficForm traffic={traffic} />
      {'rows' in cost ? (
        <>
          <CostTable cost={cost} currency={traffic.currency} />
          <BreakEven cost={cost} />
          <div className="side-plot">
            <Suspense fallback={<p className="panel-nothing">Drawing…</p>}>
              <CostPlot
                cost={shortNamed(cost)}
                currency={traffic.currency}
                months={months}
                about={profile.document.name}
              />
            </Suspense>
          </div>
        </>
      ) : (
        <p className="panel-nothing">
          {cost.message} {cost.fix}
        </p>
      )}
      <section className="part" aria-label="Machines">
        <h3>
          Machines
          <span className="aside">
            <button
              type="button"
              className="icon-button small"
              aria-label="Begin anew with the example machines"
              title="Begin anew with the examples"
              onClick={resetPrices}
            >
              <RotateCcw size={12} aria-hidden="true" />
            </button>
          </span>
        </h3>
        {machines.map((machine, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a machine is its place in the table; its name is being written.
          <MachineForm key={i} machine={machine} index={i} currency={traffic.currency} alone={machines.length === 1} />
        ))}
        <p className="machine-adds">
          <button type="button" className="button small" onClick={() => addMachine('cloud')}>
            <Plus size={12} aria-hidden="true" /> Cloud
          </button>
          <button type="button" className="button small" onClick={() => addMachine('own')}>
            <Plus size={12} aria-hidden="true" /> Own
          </button>
        </p>
      </section>
      {'rows' in cost && (
        <section className="part" aria-label="Assumptions">
          <h3>Assumptions</h3>
          <ul className="assumptions">
            {cost.assumptions.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const longestName = 22;

/** For the plot, which stands in a narrow place: names that fit beside it, and are still told apart. */
function shortNamed(cost: CostResult): CostResult {
  const names = new Map<string, string>();
  for (const { machine } of cost.rows) {
    const plain = machine.replace(/ \(example\)$/, '');
    const cut = plain.length > longestName ? `${plain.slice(0, longestName - 1).trimEnd()}…` : plain;
    names.set(machine, [...names.values()].includes(cut) ? `${cut} ${names.size + 1}` : cut);
  }
  const short = (machine: string): string => names.get(machine) ?? machine;
  return {
    ...cost,
    rows: cost.rows.map((row) => ({ ...row, machine: short(row.machine) })),
    breakEven: cost.breakEven.map((one) => ({ ...one, own: short(one.own), cloud: short(one.cloud) })),
  };
}

function TrafficForm({ traffic }: { readonly traffic: Traffic }) {
  return (
    <section className="part side-form" aria-label="Traffic">
      <h3>Traffic</h3>
      <div className="side-row">
        <span>Requests a day</span>
        <NumberBox
          label="Requests a day"
          value={traffic.requestsPerDay}
          most={1e12}
          onChange={(requestsPerDay) => setTraffic({ requestsPerDay })}
        />
      </div>
      <div className="side-row">
        <span>Busiest hour / mean</span>
        <NumberBox
          label="Busiest hour over mean hour"
          value={traffic.peakFactor}
          least={1}
          most={24}
          unit="×"
          onChange={(peakFactor) => setTraffic({ peakFactor })}
        />
      </div>
      <div className="side-row">
        <span>A replica filled to</span>
        <NumberBox
          label="How full a replica may be at the peak, in percent"
          value={Math.round(traffic.utilisation * 1000) / 10}
          least={1}
          most={100}
          unit="%"
          onChange={(percent) => setTraffic({ utilisation: percent / 100 })}
        />
      </div>
      <div className="side-row">
        <span>At least</span>
        <NumberBox
          label="Least replicas"
          value={traffic.minReplicas}
          most={10_000}
          unit="replicas"
          onChange={(replicas) => setTraffic({ minReplicas: Math.round(replicas) })}
        />
      </div>
      <label className="side-row">
        <span>Cloud replicas</span>
        <span className="field">
          <select
            value={traffic.scaling}
            onChange={(event) => setTraffic({ scaling: event.target.value === 'fixed' ? 'fixed' : 'follows' })}
          >
            <option value="follows">follow the traffic</option>
            <option value="fixed">stand for the peak</option>
          </select>
        </span>
      </label>
      <label className="side-row">
        <span>Currency</span>
        <span className="field narrow">
          <input
            value={traffic.currency}
            maxLength={12}
            onChange={(event) => event.target.value.trim() !== '' && setTraffic({ currency: event.target.value })}
          />
        </span>
      </label>
    </section>
  );
}

function CostTable({ cost: { rows }, currency }: { readonly cost: CostResult; readonly currency: string }) {
  const least = Math.min(...rows.map((row) => row.perMonth));
  return (
    <table className="cost-table">
      <caption>In {currency}; replicas at the peak</caption>
      <TableHead columns={['Machine', 'Replicas', 'Month', 'Million']} />
      <tbody>
        {rows.map((row) => (
          <tr key={row.machine} className={row.perMonth === least ? 'cheapest' : ''}>
            <th scope="row" title={row.machine}>
              {row.machine}
              {row.perMonth === least && <small>cheapest</small>}
            </th>
            <td title={`${row.replicasMean.toFixed(1)} on average, ${row.replicasAtPeak} at the peak`}>
              {row.replicasAtPeak}
            </td>
            <td title={row.upfront > 0 ? `${moneyText(row.upfront)} ${currency} to begin with` : undefined}>
              {moneyText(row.perMonth)}
            </td>
            <td>{moneyText(row.perMillion)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function BreakEven({ cost: { breakEven } }: { readonly cost: CostResult }) {
  if (breakEven.length === 0) return null;
  return (
    <ul className="break-even">
      {breakEven.map(({ own, cloud, month }) => (
        <li key={own}>
          {month === null ? (
            <>
              <b>{own}</b> never costs less than {cloud} within its years.
            </>
          ) : (
            <>
              <b>{own}</b> has cost less than {cloud} from <b>month {month}</b> on.
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function MachineForm({
  machine,
  index,
  currency,
  alone,
}: {
  readonly machine: MachinePrice;
  readonly index: number;
  readonly currency: string;
  readonly alone: boolean;
}) {
  const set = (part: Partial<MachinePrice>): void => setMachine(index, part);
  const { name, kind } = machine;
  const figures: readonly (readonly [string, keyof MachinePrice & string, number, string])[] =
    kind === 'cloud'
      ? [
          ['An hour', 'perHour', machine.perHour, currency],
          ['Speed against this one', 'speed', machine.speed, '×'],
        ]
      : [
          ['To buy', 'price', machine.price, currency],
          ['Written off over', 'years', machine.years, 'years'],
          ['Draws', 'watts', machine.watts, 'W'],
          ['A kWh', 'perKwh', machine.perKwh, currency],
          ['Operation a month', 'operationsPerMonth', machine.operationsPerMonth, currency],
          ['Speed against this one', 'speed', machine.speed, '×'],
        ];
  return (
    <Fold title={name} name={`machine ${index}`} closed>
      <div className="side-form">
        <label className="side-row">
          <span>Name</span>
          <span className="field">
            <input
              defaultValue={name}
              maxLength={100}
              onBlur={(event) => event.target.value.trim() !== '' && set({ name: event.target.value.trim() })}
            />
          </span>
        </label>
        {figures.map(([label, key, value, unit]) => (
          <div className="side-row" key={key}>
            <span>{label}</span>
            <NumberBox
              label={`${label} of ${name}`}
              value={value}
              least={key === 'speed' || key === 'years' ? 0.01 : 0}
              most={key === 'years' ? 50 : 1e6}
              unit={unit}
              onChange={(next) => set({ [key]: next })}
            />
          </div>
        ))}
        <button
          type="button"
          className="button small"
          disabled={alone}
          title={alone ? 'At least one machine stays' : undefined}
          onClick={() => removeMachine(index)}
        >
          <Trash2 size={12} aria-hidden="true" /> Remove
        </button>
      </div>
    </Fold>
  );
}
