import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeDocument } from '../../../core/graph/write.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { profileText } from '../../../core/profile/profileFile.ts';
import { decodeTrace, encodeTrace } from '../../../core/profile/traceFile.ts';
import { findDocument } from '../../../host/files/documentFile.ts';
import { expandGlob } from '../../../host/files/glob.ts';
import { newProfileId, openProfileStore, profilesName, storeLimits } from '../../../host/files/profileStore.ts';
import { listMedia } from '../../../server/studio/mediaFiles.ts';
import { knownDocument, knownProfile, knownTrace } from '../../core/profile/knownProfile.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';

const trace = encodeTrace(knownTrace());

/** A profile of a minute of a day. */
function profileAt(minute: number, change: Partial<Profile> = {}): Profile {
  const at = new Date(Date.UTC(2026, 6, 21, 14, minute));
  return knownProfile({ id: newProfileId(at), createdAt: at.toISOString(), ...change });
}

describe('profiles beside a pipeline', () => {
  it('are kept whole, with their traces, and listed newest first', async () => {
    const folder = tempFolder();
    const store = openProfileStore(folder, 'p');
    expect(await store.list()).toEqual({ profiles: [], problems: [] });
    const profiles = [profileAt(1), profileAt(2, { label: 'better' }), profileAt(3)];
    for (const profile of profiles) await store.save(profile, trace);
    const listed = await openProfileStore(folder, 'p').list();
    expect(listed.profiles.map(({ id, label }) => [id, label])).toEqual(
      [...profiles].reverse().map(({ id, label }) => [id, label]),
    );
    const file = path.join(folder, '.tributary/profiles/p', `${profiles[0].id}.json`);
    expect(listed.profiles[2].bytes).toBe(readFileSync(file).byteLength + trace.byteLength);
    expect(await store.read(profiles[1].id)).toEqual(profiles[1]);
    const kept = decodeTrace(await store.readTrace(profiles[0].id));
    expect(kept.spans.count).toBe(knownTrace().spans.count);
    expect(await openProfileStore(folder, 'other').list()).toEqual({ profiles: [], problems: [] });
  });

  it('sort by time of their ids', () => {
    const ids = [1999, 2026, 2027].map((year) => newProfileId(new Date(Date.UTC(year, 0, 2, 3, 4, 5, 6))));
    expect([...ids].sort()).toEqual(ids);
    expect(ids[1]).toMatch(/^20260102-030405-006-[0-9a-f]{8}$/);
    expect(profilesName('/a/b/my net.tributary.json')).toBe('my net');
    expect(profilesName('/a/b/other.json')).toBe('other');
    expect(profilesName('/a/b/.tributary.json')).toBe('untitled');
  });

  it('that are broken are told and hide no other', async () => {
    const folder = tempFolder();
    const store = openProfileStore(folder, 'p');
    const [good, cut, newer, strange, pipe] = [1, 2, 3, 4, 5].map((minute) => profileAt(minute));
    for (const profile of [good, cut, newer]) await store.save(profile, trace);
    const file = (profile: Profile) => path.join(store.folder, `${profile.id}.json`);
    truncateSync(file(cut), readFileSync(file(cut)).byteLength - 100);
    writeFileSync(
      file(newer),
      readFileSync(file(newer), 'utf8').replace(/"profileVersion": ?1/g, '"profileVersion": 9'),
    );
    writeFileSync(file(strange), Uint8Array.of(0xff, 0xfe, 0, 1));
    execFileSync('mkfifo', [file(pipe)]);
    mkdirSync(path.join(store.folder, 'a-folder.json'));
    writeFileSync(path.join(store.folder, 'Notes of mine.json'), '{}');
    const { profiles, problems } = await store.list();
    expect(profiles.map(({ id }) => id)).toEqual([good.id]);
    expect(problems.map(({ code, where }) => [code, path.basename(where.file ?? '')]).sort()).toEqual(
      [
        ['profile-invalid', 'a-folder.json'],
        ['profile-invalid', `${pipe.id}.json`],
        ['profile-invalid', `${strange.id}.json`],
        ['profile-newer', `${newer.id}.json`],
        ['profile-invalid', `${cut.id}.json`],
      ].sort(),
    );
    expect(problems.find(({ message }) => message.includes(cut.id))?.message).toContain('cut off');
    await rejects(() => store.read(cut.id), 'profile-invalid');
    await rejects(() => store.read(newer.id), 'profile-newer');
    await rejects(() => store.read(strange.id), 'profile-invalid');
    await rejects(() => store.read('20200101-000000-000-00000000'), 'file-missing');
    await rejects(() => store.readTrace('20200101-000000-000-00000000'), 'file-missing');
    expect((await store.read(good.id)).id).toBe(good.id);
  });

  it('are labelled and added to by two windows at once, and nothing is lost', async () => {
    const folder = tempFolder();
    const [one, two] = [openProfileStore(folder, 'p'), openProfileStore(folder, 'p')];
    const profile = profileAt(1);
    await one.save(profile, trace);
    const names = Array.from({ length: 20 }, (_, i) => `sample ${i}`);
    await Promise.all(
      names.map((name, i) =>
        (i % 2 === 0 ? one : two).change(profile.id, (kept) => ({ ...kept, samples: [...kept.samples, { name }] })),
      ),
    );
    await two.change(profile.id, (kept) => ({ ...kept, label: 'mine' }));
    const kept = await one.read(profile.id);
    expect(kept.label).toBe('mine');
    expect(kept.samples.slice(2).map(({ name }) => name)).toEqual(names);
    expect((await two.list()).profiles[0].label).toBe('mine');
    expect(readdirSync(one.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('go to the trash of the folder with their traces', async () => {
    const folder = tempFolder();
    const store = openProfileStore(folder, 'p');
    const profile = profileAt(1);
    await store.save(profile, trace);
    await store.remove(profile.id);
    expect((await store.list()).profiles).toEqual([]);
    const trash = readdirSync(path.join(folder, '.trash'));
    expect(trash.map((name) => name.replace(/^\S+ /, '')).sort()).toEqual([
      `${profile.id}.json`,
      `${profile.id}.trace`,
    ]);
    await rejects(() => store.remove(profile.id), 'file-missing');
  });

  it('without a label give way, oldest first, when there are too many or they take too much room', async () => {
    const folder = tempFolder();
    const few = openProfileStore(folder, 'p', { ...storeLimits, unlabelled: 3 });
    const profiles = [1, 2, 3, 4, 5, 6].map((minute) => profileAt(minute, minute === 2 ? { label: 'keep' } : {}));
    for (const profile of profiles) await few.save(profile, trace);
    const left = (await few.list()).profiles.map(({ id }) => id);
    expect(left).toEqual([5, 4, 3, 1].map((index) => profiles[index].id));
    const [{ bytes }] = (await few.list()).profiles;
    const small = openProfileStore(folder, 'p', { ...storeLimits, bytes: Math.round(2.5 * bytes) });
    const last = profileAt(9);
    await small.save(last, trace);
    expect((await small.list()).profiles.map(({ id }) => id)).toEqual([last.id, profiles[1].id]);
    expect(readdirSync(few.folder).filter((name) => name.endsWith('.trace'))).toHaveLength(2);
  });

  it('clear away what a kill left half written, but not what may be under way', async () => {
    const store = openProfileStore(tempFolder(), 'p');
    await store.save(profileAt(1), trace);
    const [old, fresh, orphan] = ['.a.json.1.x.tmp', '.b.json.1.x.tmp', '20200101-000000-000-aaaaaaaa.trace'].map(
      (name) => path.join(store.folder, name),
    );
    for (const file of [old, fresh, orphan]) writeFileSync(file, 'x');
    const longAgo = new Date(Date.now() - 48 * 3600 * 1000);
    for (const file of [old, orphan]) utimesSync(file, longAgo, longAgo);
    await store.save(profileAt(2), trace);
    expect([old, fresh, orphan].map((file) => existsSync(file))).toEqual([false, true, false]);
  });

  it('that cannot be written are told before anything is measured', async () => {
    const folder = tempFolder();
    writeFileSync(path.join(folder, '.tributary'), 'a file where a folder should be');
    const store = openProfileStore(folder, 'p');
    await rejects(() => store.requireWritable(), 'output-unwritable');
    await rejects(() => store.save(profileAt(1), trace), 'output-unwritable');
    expect(await store.list()).toEqual({ profiles: [], problems: [] });
    const open = openProfileStore(tempFolder(), 'p');
    await open.requireWritable();
    expect(readdirSync(open.folder)).toEqual([]);
  });

  it('come along to another place, where those that are there already stay', async () => {
    const [from, to] = [openProfileStore(tempFolder(), 'untitled'), openProfileStore(tempFolder(), 'net')];
    const [one, two] = [profileAt(1), profileAt(2)];
    for (const profile of [one, two]) await from.save(profile, trace);
    await from.copyTo(to);
    await to.change(one.id, (kept) => ({ ...kept, label: 'there' }));
    await from.copyTo(to);
    await from.copyTo(from);
    expect((await to.list()).profiles.map(({ id, label }) => [id, label])).toEqual([
      [two.id, ''],
      [one.id, 'there'],
    ]);
    expect((await to.readTrace(two.id)).byteLength).toBe(trace.byteLength);
  });

  it('are known by the name of their file, should somebody have copied one', async () => {
    const store = openProfileStore(tempFolder(), 'p');
    await store.save(profileAt(1), trace);
    writeFileSync(path.join(store.folder, 'baseline.json'), profileText(profileAt(7)));
    expect((await store.list()).profiles.map(({ id }) => id)).toContain('baseline');
    expect((await store.read('baseline')).id).toBe('baseline');
    expect((await store.readTrace('baseline').catch((error: Error) => error.message)) as string).toContain(
      'baseline.trace',
    );
  });

  it('are no media, no pipeline, and nothing that a pattern finds; traces stay out of version control', async () => {
    const folder = tempFolder();
    writeFileSync(path.join(folder, 'p.tributary.json'), writeDocument(knownDocument));
    writeFileSync(path.join(folder, 'a.txt'), 'hello');
    const store = openProfileStore(folder, 'p');
    await store.save(profileAt(1), trace);
    writeFileSync(path.join(store.folder, 'b.txt'), 'hello');
    expect((await listMedia(folder)).map(({ path: name }) => name)).toEqual(['a.txt']);
    expect(await findDocument(folder)).toBe(path.join(folder, 'p.tributary.json'));
    expect(await expandGlob(path.join(folder, '**/*'))).toEqual([
      path.join(folder, 'a.txt'),
      path.join(folder, 'p.tributary.json'),
    ]);
    expect(readFileSync(path.join(folder, '.tributary/.gitignore'), 'utf8')).toMatch(/^\*\.trace$/m);
  });
});
