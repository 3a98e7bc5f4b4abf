import { randomBytes } from 'node:crypto';
import { compareProfiles } from '../../../core/profile/compare.ts';
import type { BackEnd } from '../backEnd.ts';
import type { Methods } from '../methods.ts';
import { applyAdvice } from './applying.ts';
import { exportedFile } from './exporting.ts';
import { startAdvice, startCompare, startSearch } from './improving.ts';
import { startLoad, startProfile } from './measuring.ts';
import { profilesOf } from './place.ts';

type Own =
  | 'startProfile'
  | 'startLoad'
  | 'startAdvice'
  | 'startSearch'
  | 'startCompare'
  | 'cancelJob'
  | 'profiles'
  | 'profile'
  | 'profileTrace'
  | 'labelProfile'
  | 'removeProfile'
  | 'compareProfiles'
  | 'exportProfile'
  | 'applyAdvice';

/** The profiler's methods of the contract. */
export function profilingMethods(back: BackEnd): Pick<Methods, Own> {
  const { sessions, jobs } = back;
  const store = (client: string, session: string) => profilesOf(back, sessions.get(client, session));
  return {
    startProfile: async (client, args) => ({ job: startProfile(back, sessions.get(client, args.session), args) }),
    startLoad: async (client, args) => ({ job: startLoad(back, sessions.get(client, args.session), args) }),
    startAdvice: async (client, args) => ({ job: startAdvice(back, sessions.get(client, args.session), args) }),
    startSearch: async (client, args) => ({ job: startSearch(back, sessions.get(client, args.session), args) }),
    startCompare: async (client, args) => ({ job: startCompare(back, sessions.get(client, args.session), args) }),
    cancelJob: async (client, { job }) => {
      jobs.cancel(client, job);
      return {};
    },
    profiles: (client, { session }) => store(client, session).list(),
    profile: (client, { session, profile }) => store(client, session).read(profile),
    profileTrace: async (client, { session, profile }) => {
      const bytes = await store(client, session).readTrace(profile);
      return { blob: keepLarge(back, 'application/octet-stream', bytes), bytes: bytes.byteLength };
    },
    labelProfile: async (client, { session, profile, label }) => {
      await store(client, session).change(profile, (kept) => ({ ...kept, label: label.trim() }));
      return {};
    },
    removeProfile: async (client, { session, profile }) => {
      await store(client, session).remove(profile);
      return {};
    },
    compareProfiles: async (client, { session, before, after }) => {
      const kept = store(client, session);
      const [a, b] = await Promise.all([kept.read(before), kept.read(after)]);
      return compareProfiles(a, b);
    },
    exportProfile: async (client, { session, profile, format }) => {
      const { name, mime, bytes } = await exportedFile(store(client, session), profile, format);
      return { blob: keepLarge(back, mime, bytes), name, bytes: bytes.byteLength };
    },
    applyAdvice: (client, args) => applyAdvice(back, sessions.get(client, args.session), args),
  };
}

/** Each under a name of its own: hashing a long trace costs more than sending it once more. */
function keepLarge(back: BackEnd, mime: string, bytes: Uint8Array): string {
  const id = randomBytes(16).toString('hex');
  back.largeBlobs.keep({ [id]: { mime, bytes } });
  return id;
}
