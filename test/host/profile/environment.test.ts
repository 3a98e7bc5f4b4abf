import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { planRun } from '../../../core/plan/plan.ts';
import { environmentOf } from '../../../host/profile/environment.ts';
import {
  containerBounds,
  type Machine,
  parsePmset,
  parsePowercfg,
  parseTherm,
  powerOf,
  thisMachine,
} from '../../../host/profile/machine.ts';
import { check, pipeline } from '../../core/pipelines.ts';

/** A machine that has only these files and programs. */
function machine(
  files: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = 'linux',
  programs: Readonly<Record<string, string>> = {},
): Machine {
  return {
    platform,
    read: async (file) => files[file] ?? null,
    list: async (folder) => [
      ...new Set(
        Object.keys(files).flatMap((file) =>
          file.startsWith(`${folder}/`) ? [file.slice(folder.length + 1).split('/')[0]] : [],
        ),
      ),
    ],
    ask: async (program, args) => programs[[program, ...args].join(' ')] ?? null,
  };
}

describe('bounds of a container', () => {
  it('are those of the control group and of all around it (version 2)', async () => {
    const pod = '/kubepods.slice/pod1/box';
    const bounds = await containerBounds(
      machine({
        '/proc/self/cgroup': `0::${pod}`,
        [`/sys/fs/cgroup${pod}/cpu.max`]: 'max 100000',
        '/sys/fs/cgroup/kubepods.slice/pod1/cpu.max': '150000 100000',
        '/sys/fs/cgroup/kubepods.slice/cpu.max': '800000 100000',
        [`/sys/fs/cgroup${pod}/memory.max`]: '536870912',
        '/sys/fs/cgroup/kubepods.slice/memory.max': 'max',
      }),
    );
    expect(bounds).toEqual({ container: true, cores: 1.5, memoryBytes: 536870912 });
  });

  it('are found inside a container, which sees its own group as the root', async () => {
    const bounds = await containerBounds(
      machine({ '/proc/self/cgroup': '0::/', '/.dockerenv': '', '/sys/fs/cgroup/cpu.max': '50000 100000' }),
    );
    expect(bounds).toEqual({ container: true, cores: 0.5, memoryBytes: null });
  });

  it('are read of version 1, where a huge number means none', async () => {
    const bounds = await containerBounds(
      machine({
        '/proc/self/cgroup':
          '9:name=systemd:/\n4:memory:/docker/abc\n3:cpuset:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/',
        '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '200000',
        '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
        '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': '1073741824',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
      }),
    );
    expect(bounds).toEqual({ container: true, cores: 2, memoryBytes: 1073741824 });
  });

  it('are none on a plain machine, nor on other systems', async () => {
    const plain = machine({
      '/proc/self/cgroup': '0::/user.slice/session-2.scope',
      '/proc/1/environ': 'HOME=/\0TERM=linux',
    });
    expect(await containerBounds(plain)).toEqual({ container: false, cores: null, memoryBytes: null });
    expect(await containerBounds(machine({}, 'darwin'))).toEqual({ container: false, cores: null, memoryBytes: null });
    const nspawn = machine({ '/proc/self/cgroup': '0::/', '/proc/1/environ': 'TERM=linux\0container=systemd-nspawn' });
    expect((await containerBounds(nspawn)).container).toBe(true);
  });
});

describe('power', () => {
  const supply = '/sys/class/power_supply';
  const cpus = '/sys/devices/system/cpu';

  it('of a laptop on its battery, with what heat has done', async () => {
    const power = await powerOf(
      machine({
        [`${supply}/AC/type`]: 'Mains',
        [`${supply}/AC/online`]: '0',
        [`${supply}/BAT0/type`]: 'Battery',
        [`${supply}/BAT0/capacity`]: '63',
        [`${supply}/hidpp_battery_0/type`]: 'Battery',
        [`${supply}/hidpp_battery_0/scope`]: 'Device',
        [`${supply}/hidpp_battery_0/capacity`]: '5',
        [`${cpus}/cpu0/cpufreq/scaling_governor`]: 'powersave',
        [`${cpus}/cpu1/cpufreq/scaling_governor`]: 'powersave',
        [`${cpus}/cpu0/thermal_throttle/core_throttle_count`]: '2',
        [`${cpus}/cpu1/thermal_throttle/core_throttle_count`]: '5',
        [`${cpus}/intel_pstate/no_turbo`]: '1',
        [`${cpus}/cpufreq/boost`]: '0',
      }),
    );
    expect(power).toEqual({
      source: 'battery 63 %',
      governor: 'powersave',
      boost: 'off',
      throttled: '7 times since start',
    });
  });

  it('of a server', async () => {
    const power = await powerOf(
      machine({
        [`${supply}/ACAD/type`]: 'Mains',
        [`${supply}/ACAD/online`]: '1',
        [`${cpus}/cpu0/cpufreq/scaling_governor`]: 'performance',
        [`${cpus}/cpu1/cpufreq/scaling_governor`]: 'schedutil',
        [`${cpus}/cpufreq/boost`]: '1',
      }),
    );
    expect(power).toEqual({ source: 'mains', governor: 'performance, schedutil', boost: 'on' });
    expect(await powerOf(machine({}))).toEqual({});
  });

  it('of a Mac', async () => {
    const battery =
      "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=22413411)\t81%; discharging; 5:12 remaining present: true\n";
    const therm =
      'Note: No thermal warning level has been recorded\n2026-01-02 10:00:00 +0000 CPU Power notify\n\tCPU_Scheduler_Limit \t= 100\n\tCPU_Available_CPUs \t= 8\n\tCPU_Speed_Limit \t= 70\n';
    const power = await powerOf(machine({}, 'darwin', { 'pmset -g batt': battery, 'pmset -g therm': therm }));
    expect(power).toEqual({ source: 'battery 81 %', speedLimit: '70 %' });
    expect(parsePmset("Now drawing from 'AC Power'\n")).toEqual({ source: 'mains' });
    expect(parsePmset('')).toEqual({});
    expect(parseTherm('Note: No thermal warning level has been recorded\n')).toEqual({});
    expect(await powerOf(machine({}, 'darwin'))).toEqual({});
  });

  it('of Windows, whatever its language', async () => {
    expect(parsePowercfg('Power Scheme GUID: 381b4222-f694-41f0-9685-ff5bb260df2e  (Balanced)\r\n')).toEqual({
      plan: 'Balanced',
    });
    expect(
      parsePowercfg('GUID des Energieschemas: 8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c  (Höchstleistung)\r\n'),
    ).toEqual({
      plan: 'Höchstleistung',
    });
    expect(await powerOf(machine({}, 'win32'))).toEqual({});
  });
});

describe('the environment', () => {
  const plan = planRun(check(pipeline({ a: 'fake.source', out: 'fake.out' }, ['a.x > out.value'])));

  it('is told of this machine', async () => {
    const found = await environmentOf(plan);
    expect(found.node).toBe(process.versions.node);
    expect(found.runtime).toMatch(/^ONNX Runtime \d+\.\d+/);
    expect(found.tributary).toMatch(/^\d+\.\d+/);
    expect(found.nodeVersions).toEqual({ 'fake.out': 1, 'fake.source': 1 });
    expect(found.cores).toBeGreaterThan(0);
    expect(found.cores).toBeLessThanOrEqual(os.availableParallelism());
    expect(found.memoryBytes).toBeLessThanOrEqual(os.totalmem());
    expect(found.cpu.length).toBeGreaterThan(0);
    if (process.platform !== 'win32') expect(found.loadBefore).toBeGreaterThanOrEqual(0);
    // It crosses to another process, and into a file.
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("counts a container's cores and memory, not the machine's", async () => {
    const small = machine({
      '/proc/self/cgroup': '0::/',
      '/sys/fs/cgroup/cpu.max': '25000 100000',
      '/sys/fs/cgroup/memory.max': '1000000',
      '/etc/os-release': 'NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian',
    });
    const found = await environmentOf(plan, small);
    expect([found.cores, found.memoryBytes]).toEqual([0.25, 1000000]);
    expect(found.os).toMatch(/^Debian GNU\/Linux 12 \(bookworm\), /);
  });

  it('this machine answers where it is asked for what it has not', async () => {
    expect(await thisMachine.read('/no/such/file')).toBeNull();
    expect(await thisMachine.list('/no/such/folder')).toEqual([]);
    expect(await thisMachine.ask('no-such-program-here', [])).toBeNull();
  });
});
